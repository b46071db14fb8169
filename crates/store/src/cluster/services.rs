//! Services: what is wished of them, and how they fare on each node.

use std::collections::BTreeMap;

use clock::Timestamp;
use engine::Incarnation;
use model::{ActualState, DesiredState};

use crate::catalog::word;
use crate::db::transaction;
use crate::gate::Size;
use crate::sql::{Bulk, Value, sql};
use crate::{Store, StoreError};

/// The node name that stands for all nodes.
const ALL: &str = "";

/// What is wished of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceWish {
    /// Whether it should run.
    pub desired_state: DesiredState,
    /// Counts the restarts asked for.
    pub restarts: i64,
    /// Counts the runs asked for out of turn.
    pub runs_asked: i64,
    /// Between two runs, if not its usual time; in milliseconds.
    pub interval_ms: Option<i64>,
}

/// How a service fares on one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceReport {
    /// Which service.
    pub name: String,
    /// On which node.
    pub incarnation: Incarnation,
    /// How it is.
    pub actual_state: ActualState,
    /// Whether this node is the one that runs it.
    pub leader: bool,
    /// How many of the restarts asked for it has done.
    pub restarts: i64,
    /// When its last run began.
    pub last_run_at: Option<Timestamp>,
    /// When its next run is due.
    pub next_run_at: Option<Timestamp>,
    /// How long its last run took.
    pub duration_ms: Option<i64>,
    /// Runs since it began.
    pub runs: i64,
    /// Runs that failed.
    pub errors: i64,
    /// Runs that failed since the last that did not.
    pub errors_in_row: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When.
    pub last_error_at: Option<Timestamp>,
    /// What the last good run did, in words.
    pub last_result: Option<String>,
}

/// A service with all that is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceRow {
    /// Its name.
    pub name: String,
    /// What is wished of it everywhere.
    pub wish: ServiceWish,
    /// What is wished of it on nodes of these names.
    pub node_wishes: BTreeMap<String, ServiceWish>,
    /// How it fares on each node that has it.
    pub reports: Vec<ServiceReport>,
}

impl ServiceRow {
    /// What is wished of it on the node of that name. What was asked of all nodes counts there too.
    pub fn wish_on(&self, node: &str) -> ServiceWish {
        let Some(own) = self.node_wishes.get(node) else { return self.wish.clone() };
        ServiceWish {
            desired_state: own.desired_state,
            restarts: own.restarts + self.wish.restarts,
            runs_asked: own.runs_asked + self.wish.runs_asked,
            interval_ms: own.interval_ms.or(self.wish.interval_ms),
        }
    }
}

impl Store {
    /// Says whether a service should run: on the node of that name, or on all with `None`.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn set_service(
        &self,
        name: &str,
        node: Option<&str>,
        desired: DesiredState,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (desired, change) = (desired.as_str(), "desired_state = excluded.desired_state");
        self.wish_service(name, node, (desired, 0, 0, None), change, by, now).await
    }

    /// Asks a service to begin anew, running whatever it was wished before.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn restart_service(
        &self,
        name: &str,
        node: Option<&str>,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let change = "desired_state = excluded.desired_state, restarts = services.restarts + 1";
        self.wish_service(name, node, ("running", 1, 0, None), change, by, now).await
    }

    /// Asks a service for a run now.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn run_service(&self, name: &str, by: &str, now: Timestamp) -> Result<(), StoreError> {
        let change = "runs_asked = services.runs_asked + 1";
        self.wish_service(name, None, ("running", 0, 1, None), change, by, now).await
    }

    /// Sets how long a service waits between two runs, in milliseconds; none for its usual time.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn set_service_interval(
        &self,
        name: &str,
        interval_ms: Option<i64>,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let change = "interval_ms = excluded.interval_ms";
        self.wish_service(name, None, ("running", 0, 0, interval_ms), change, by, now).await
    }

    async fn wish_service(
        &self,
        name: &str,
        node: Option<&str>,
        (desired, restarts, runs, interval): (&'static str, i64, i64, Option<i64>),
        change: &'static str,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = format!(
            "INSERT INTO services (name, node, desired_state, restarts, runs_asked, interval_ms, updated_by, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (name, node) DO UPDATE SET {change}, \
             updated_by = excluded.updated_by, updated_at = excluded.updated_at"
        );
        transaction!(self.db, Size::Small, |tx| {
            let query =
                crate::sql::sql_built(text.clone()).bind(name).bind(node.unwrap_or(ALL)).bind(desired);
            tx.run(query.bind(restarts).bind(runs).bind(interval).bind(by).bind(now)).await?;
            if node.is_none() && change.starts_with("desired_state") {
                // What is wished of all replaces what was wished of one.
                let text = "UPDATE services SET desired_state = $2 WHERE name = $1";
                tx.run(sql(text).bind(name).bind(desired)).await?;
            }
            Ok(())
        })?;
        self.signals.orders_changed();
        Ok(())
    }

    /// Notes how services fare on a node.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn report_services(&self, reports: &[ServiceReport]) -> Result<(), StoreError> {
        let values = reports.iter().flat_map(|report| {
            [
                Value::from(&report.name),
                report.incarnation.0.into(),
                report.actual_state.as_str().into(),
                report.leader.into(),
                report.restarts.into(),
                report.last_run_at.into(),
                report.next_run_at.into(),
                report.duration_ms.into(),
                report.runs.into(),
                report.errors.into(),
                report.errors_in_row.into(),
                report.last_error.clone().into(),
                report.last_error_at.into(),
                report.last_result.clone().into(),
            ]
        });
        let bulk = Bulk {
            head: "INSERT INTO service_reports (name, incarnation, actual_state, leader, restarts, last_run_at, \
                   next_run_at, duration_ms, runs, errors, errors_in_row, last_error, last_error_at, last_result) VALUES",
            columns: 14,
            tail: "ON CONFLICT (name, incarnation) DO UPDATE SET actual_state = excluded.actual_state, \
                   leader = excluded.leader, restarts = excluded.restarts, last_run_at = excluded.last_run_at, \
                   next_run_at = excluded.next_run_at, duration_ms = excluded.duration_ms, runs = excluded.runs, \
                   errors = excluded.errors, errors_in_row = excluded.errors_in_row, last_error = excluded.last_error, \
                   last_error_at = excluded.last_error_at, last_result = excluded.last_result",
            fixed: vec![],
            values: values.collect(),
        };
        transaction!(self.db, Size::Small, |tx| { tx.run_bulk(bulk.clone()).await })?;
        Ok(())
    }

    /// All services that something is wished of or that a node reports, by name.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn services(&self) -> Result<Vec<ServiceRow>, StoreError> {
        let mut found = BTreeMap::<String, ServiceRow>::new();
        let text = "SELECT name, node, desired_state, restarts, runs_asked, interval_ms FROM services";
        for row in self.db.rows(sql(text)).await? {
            let (name, node): (String, String) = (row.get(0)?, row.get(1)?);
            let wish = ServiceWish {
                desired_state: word(row.get::<String>(2)?)?,
                restarts: row.get(3)?,
                runs_asked: row.get(4)?,
                interval_ms: row.get(5)?,
            };
            let service = found.entry(name).or_default();
            if node == ALL {
                service.wish = wish;
            } else {
                service.node_wishes.insert(node, wish);
            }
        }
        for report in self.service_reports().await? {
            found.entry(report.name.clone()).or_default().reports.push(report);
        }
        let named = found.into_iter().map(|(name, service)| ServiceRow { name, ..service });
        Ok(named.collect())
    }

    async fn service_reports(&self) -> Result<Vec<ServiceReport>, StoreError> {
        let text = "SELECT name, incarnation, actual_state, leader, restarts, last_run_at, next_run_at, duration_ms, \
                    runs, errors, errors_in_row, last_error, last_error_at, last_result FROM service_reports \
                    ORDER BY name, incarnation";
        let rows = self.db.rows(sql(text)).await?;
        rows.iter()
            .map(|row| {
                let time = |at: usize| row.get::<Option<i64>>(at).map(|time| time.map(Timestamp));
                Ok(ServiceReport {
                    name: row.get(0)?,
                    incarnation: Incarnation(row.get(1)?),
                    actual_state: word(row.get::<String>(2)?)?,
                    leader: row.get(3)?,
                    restarts: row.get(4)?,
                    last_run_at: time(5)?,
                    next_run_at: time(6)?,
                    duration_ms: row.get(7)?,
                    runs: row.get(8)?,
                    errors: row.get(9)?,
                    errors_in_row: row.get(10)?,
                    last_error: row.get(11)?,
                    last_error_at: time(12)?,
                    last_result: row.get(13)?,
                })
            })
            .collect()
    }
}
