//! Workers: pools of slots, as they should be, and how they fare on each node.

use std::collections::HashMap;

use clock::Timestamp;
use engine::{Incarnation, QueueName};
use model::{ActualState, DesiredState};

use crate::catalog::word;
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::jobs::stored_name;
use crate::sql::{Bulk, Query, Row, Value, sql, sql_built};
use crate::{Store, StoreError};

/// Most slots that a worker may have.
const SLOTS_MAX: i64 = 4_096;

/// A worker that a node is configured with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredWorker {
    /// Its name.
    pub name: String,
    /// The one stage that it serves, if it is that of a stage.
    pub stage: Option<QueueName>,
    /// Whose jobs it runs.
    pub queues: Vec<QueueName>,
    /// Its slots, unless an operator sets others.
    pub concurrency: u32,
}

/// A worker that an operator wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWorker {
    /// Its name; no other worker may have it.
    pub name: String,
    /// The node that it is for; none: any.
    pub node: Option<String>,
    /// The one stage that it serves, if it is that of a stage.
    pub stage: Option<QueueName>,
    /// Whose jobs it runs.
    pub queues: Vec<QueueName>,
    /// Its slots.
    pub concurrency: u32,
    /// As whom it fetches; none: as usual.
    pub agent: Option<String>,
}

/// What is to be changed about a worker; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkerChange {
    /// Its slots.
    pub concurrency: Option<u32>,
    /// Whose jobs it runs.
    pub queues: Option<Vec<QueueName>>,
    /// As whom it fetches; `Some(None)`: as usual.
    pub agent: Option<Option<String>>,
}

/// Which workers are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorkerTarget {
    /// All.
    All,
    /// Those of a stage.
    Stage(QueueName),
    /// The one of this name.
    Named(String),
}

/// What workers or managers are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Work.
    Start,
    /// Take nothing new; what runs ends.
    Stop,
    /// End in order and begin anew.
    Restart,
    /// Stop at once: what runs is put back and loses no attempt.
    Kill,
}

/// How a worker fares on one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerReport {
    /// Which worker.
    pub name: String,
    /// On which node.
    pub incarnation: Incarnation,
    /// How it is.
    pub actual_state: ActualState,
    /// The slots that it has now.
    pub concurrency: i64,
    /// The jobs that it runs.
    pub slots_used: i64,
    /// The jobs that it holds and has not begun.
    pub waiting: i64,
    /// The runs that have ended since it began.
    pub finished: i64,
    /// Those of them that failed.
    pub failed: i64,
    /// How many of the restarts asked for it has done.
    pub restarts: i64,
    /// How many of the kills asked for it has done.
    pub kills: i64,
    /// When it told this.
    pub updated_at: Timestamp,
}

/// A worker with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerRow {
    /// Its name.
    pub name: String,
    /// The node that it is for; none: any.
    pub node: Option<String>,
    /// The node that it is on, if any will do.
    pub placed_on: Option<String>,
    /// The one stage that it serves, if it is that of a stage.
    pub stage: Option<QueueName>,
    /// Whose jobs it runs.
    pub queues: Vec<QueueName>,
    /// The slots that it should have.
    pub concurrency: u32,
    /// Whether it should work.
    pub desired_state: DesiredState,
    /// Counts the restarts asked for.
    pub restarts: i64,
    /// Counts the kills asked for.
    pub kills: i64,
    /// As whom it fetches; none: as usual.
    pub agent: Option<String>,
    /// Whether it comes from a node's configuration.
    pub configured: bool,
    /// How it fares on each node that has it.
    pub reports: Vec<WorkerReport>,
}

const COLUMNS: &str = "name, node, placed_on, stage, queues, COALESCE(concurrency, configured_concurrency), \
                       desired_state, restarts, kills, agent, configured";

impl WorkerRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let queues: String = row.get(4)?;
        Ok(Self {
            name: row.get(0)?,
            node: row.get(1)?,
            placed_on: row.get(2)?,
            stage: row.get::<Option<String>>(3)?.map(stored_name).transpose()?,
            queues: queues
                .split_whitespace()
                .map(|name| stored_name(name.to_owned()))
                .collect::<Result<_, _>>()?,
            concurrency: u32::try_from(row.get::<i64>(5)?).unwrap_or(1),
            desired_state: word(row.get::<String>(6)?)?,
            restarts: row.get(7)?,
            kills: row.get(8)?,
            agent: row.get(9)?,
            configured: row.get(10)?,
            reports: Vec::new(),
        })
    }
}

impl Store {
    /// Notes which workers the node of that name is configured with. What an operator has set about them stays.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn declare_workers(
        &self,
        node: &str,
        workers: &[DeclaredWorker],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            let text = "SELECT name FROM workers WHERE configured AND node = $1";
            for row in tx.rows(sql(text).bind(node)).await? {
                let name: String = row.get(0)?;
                if !workers.iter().any(|worker| worker.name == name) {
                    tx.run(sql("DELETE FROM workers WHERE configured AND name = $1").bind(name)).await?;
                }
            }
            for worker in workers {
                tx.run(declare(node, worker, now)).await?;
            }
            Ok(())
        })
    }

    /// Adds a worker.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is one of that name; if the database is not available.
    pub async fn create_worker(
        &self,
        worker: &NewWorker,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO workers (name, node, stage, queues, configured_concurrency, agent, configured, \
                    created_by, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, $8, $8) \
                    ON CONFLICT (name) DO NOTHING";
        let query = sql(text)
            .bind(&worker.name)
            .bind(worker.node.clone())
            .bind(worker.stage.as_ref().map(QueueName::as_str))
            .bind(joined(&worker.queues))
            .bind(slots(worker.concurrency))
            .bind(worker.agent.clone())
            .bind(by)
            .bind(now);
        if transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })? == 0 {
            return Err(StoreError::Conflict(format!("there is a worker {} already", worker.name)));
        }
        self.signals.orders_changed();
        Ok(())
    }

    /// Takes a worker away that an operator added; whether there was one. It ends as if it had been stopped.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn remove_worker(&self, name: &str) -> Result<bool, StoreError> {
        let query = sql("DELETE FROM workers WHERE name = $1 AND NOT configured").bind(name);
        let gone = transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        self.signals.orders_changed();
        Ok(gone > 0)
    }

    /// Changes a worker while it works.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; if the database is not available.
    pub async fn configure_worker(
        &self,
        name: &str,
        change: &WorkerChange,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "UPDATE workers SET concurrency = COALESCE($2, concurrency), queues = COALESCE($3, queues), \
                    agent = CASE WHEN $4 THEN $5 ELSE agent END, updated_at = $6 WHERE name = $1";
        let query = sql(text)
            .bind(name)
            .bind(change.concurrency.map(slots))
            .bind(change.queues.as_deref().map(joined))
            .bind(change.agent.is_some())
            .bind(change.agent.clone().flatten())
            .bind(now);
        let found = transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        self.signals.orders_changed();
        if found == 0 { Err(StoreError::not_found("worker", name)) } else { Ok(()) }
    }

    /// Gives workers more slots, or fewer with a negative number; at least one stays. How many workers.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn scale_workers(
        &self,
        target: &WorkerTarget,
        by: i64,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let slots = "COALESCE(concurrency, configured_concurrency) + $1";
        let text = format!(
            "UPDATE workers SET concurrency = CASE WHEN {slots} < 1 THEN 1 WHEN {slots} > {SLOTS_MAX} THEN {SLOTS_MAX} \
             ELSE {slots} END, updated_at = $2 WHERE "
        );
        let query = targeted(text, target, vec![by.into(), now.into()]);
        let changed = transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        self.signals.orders_changed();
        Ok(changed)
    }

    /// Tells workers what to do; how many are told.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn order_workers(
        &self,
        target: &WorkerTarget,
        order: Order,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let text = format!("UPDATE workers SET {}, updated_at = $1 WHERE ", order.change("workers"));
        let query = targeted(text, target, vec![now.into()]);
        let told = transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        self.signals.orders_changed();
        Ok(told)
    }

    /// Notes how workers fare on a node; those that it does not name, it has no more.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn report_workers(
        &self,
        node: Incarnation,
        reports: &[WorkerReport],
    ) -> Result<(), StoreError> {
        let now = reports.iter().map(|report| report.updated_at).max();
        let bulk = report_bulk(reports);
        transaction!(self.db, Size::Small, |tx| {
            tx.run_bulk(bulk.clone()).await?;
            let text = "DELETE FROM worker_reports WHERE incarnation = $1 AND updated_at < $2";
            tx.run(sql(text).bind(node.0).bind(now.map_or(i64::MAX, |now| now.0))).await?;
            Ok(())
        })
    }

    /// All workers, by name.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn workers(&self) -> Result<Vec<WorkerRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM workers ORDER BY name");
        let mut workers: Vec<WorkerRow> =
            self.db.rows(sql_built(text)).await?.iter().map(WorkerRow::read).collect::<Result<_, _>>()?;
        let mut reports = HashMap::<String, Vec<WorkerReport>>::new();
        for row in self.db.rows(sql(REPORTS)).await? {
            let report = read_report(&row)?;
            reports.entry(report.name.clone()).or_default().push(report);
        }
        for worker in &mut workers {
            worker.reports = reports.remove(&worker.name).unwrap_or_default();
        }
        Ok(workers)
    }

    /// The workers that the node of that name should have.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn workers_of(&self, node: &str) -> Result<Vec<WorkerRow>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM workers WHERE node = $1 OR (node IS NULL AND placed_on = $1) ORDER BY name"
        );
        self.db.rows(sql_built(text).bind(node)).await?.iter().map(WorkerRow::read).collect()
    }
}

impl Order {
    /// What it changes in a row of a table.
    pub(super) fn change(self, table: &str) -> String {
        match self {
            Self::Start => "desired_state = 'running'".to_owned(),
            Self::Stop => "desired_state = 'stopped'".to_owned(),
            Self::Restart => format!("desired_state = 'running', restarts = {table}.restarts + 1"),
            Self::Kill => format!("desired_state = 'stopped', kills = {table}.kills + 1"),
        }
    }
}

fn declare(node: &str, worker: &DeclaredWorker, now: Timestamp) -> Query {
    let text = "INSERT INTO workers (name, node, stage, queues, configured_concurrency, configured, created_at, updated_at) \
                VALUES ($1, $2, $3, $4, $5, TRUE, $6, $6) ON CONFLICT (name) DO UPDATE SET node = excluded.node, \
                stage = excluded.stage, configured_concurrency = excluded.configured_concurrency, updated_at = excluded.updated_at";
    sql(text)
        .bind(&worker.name)
        .bind(node)
        .bind(worker.stage.as_ref().map(QueueName::as_str))
        .bind(joined(&worker.queues))
        .bind(slots(worker.concurrency))
        .bind(now)
}

fn joined(queues: &[QueueName]) -> String {
    queues.iter().map(QueueName::as_str).collect::<Vec<_>>().join(" ")
}

fn slots(wanted: u32) -> i64 {
    i64::from(wanted).clamp(1, SLOTS_MAX)
}

/// A statement for the workers that are meant; `before` are the values bound before.
fn targeted(text: String, target: &WorkerTarget, before: Vec<Value>) -> Query {
    let place = before.len() + 1;
    let (condition, value) = match target {
        WorkerTarget::All => ("TRUE".to_owned(), None),
        WorkerTarget::Stage(stage) => (format!("stage = ${place}"), Some(Value::from(stage.as_str()))),
        WorkerTarget::Named(name) => (format!("name = ${place}"), Some(name.into())),
    };
    sql_built(text + &condition).bind_all(before).bind_all(value)
}

const REPORTS: &str = "SELECT name, incarnation, actual_state, concurrency, slots_used, waiting, finished, failed, restarts, \
                       kills, updated_at FROM worker_reports ORDER BY name, incarnation";

fn read_report(row: &Row) -> Result<WorkerReport, StoreError> {
    Ok(WorkerReport {
        name: row.get(0)?,
        incarnation: Incarnation(row.get(1)?),
        actual_state: word::<ActualState>(row.get::<String>(2)?)?,
        concurrency: row.get(3)?,
        slots_used: row.get(4)?,
        waiting: row.get(5)?,
        finished: row.get(6)?,
        failed: row.get(7)?,
        restarts: row.get(8)?,
        kills: row.get(9)?,
        updated_at: Timestamp(row.get(10)?),
    })
}

fn report_bulk(reports: &[WorkerReport]) -> Bulk {
    let values = reports.iter().flat_map(|report| {
        [
            Value::from(&report.name),
            report.incarnation.0.into(),
            report.actual_state.as_str().into(),
            report.concurrency.into(),
            report.slots_used.into(),
            report.waiting.into(),
            report.finished.into(),
            report.failed.into(),
            report.restarts.into(),
            report.kills.into(),
            report.updated_at.into(),
        ]
    });
    Bulk {
        head: "INSERT INTO worker_reports (name, incarnation, actual_state, concurrency, slots_used, waiting, finished, \
               failed, restarts, kills, updated_at) VALUES",
        columns: 11,
        tail: "ON CONFLICT (name, incarnation) DO UPDATE SET actual_state = excluded.actual_state, \
               concurrency = excluded.concurrency, slots_used = excluded.slots_used, waiting = excluded.waiting, \
               finished = excluded.finished, failed = excluded.failed, restarts = excluded.restarts, \
               kills = excluded.kills, updated_at = excluded.updated_at",
        fixed: vec![],
        values: values.collect(),
    }
}

/// The workers that are for any node, with where they are.
pub(super) async fn for_any_node(tx: &mut Tx) -> Result<Vec<WorkerRow>, StoreError> {
    let text = format!("SELECT {COLUMNS} FROM workers WHERE node IS NULL ORDER BY name");
    tx.rows(sql_built(text)).await?.iter().map(WorkerRow::read).collect()
}
