//! Managers: the supervisors of stages. Their limits stand with the stage's queue, where claims and workers keep them.

use std::collections::BTreeMap;

use clock::Timestamp;
use engine::{QueueName, QueueSettings};
use model::DesiredState;

use super::workers::Order;
use crate::catalog::word;
use crate::db::transaction;
use crate::gate::Size;
use crate::jobs::stored_name;
use crate::sql::{Row, sql, sql_built};
use crate::{Store, StoreError};

/// What a manager holds its stage to, beside the settings of its queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ManagerPolicy {
    /// The least time between two requests to one host, in milliseconds; the largest of all stages counts.
    pub delay_ms: Option<i64>,
    /// The fewest slots that its workers shrink to while there is little to do.
    pub autoscale_min: Option<u32>,
    /// The most slots that its workers grow to while there is much to do.
    pub autoscale_max: Option<u32>,
}

/// A manager with all that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ManagerRow {
    /// Its stage.
    pub stage: QueueName,
    /// Whether the stage should work.
    pub desired_state: DesiredState,
    /// Counts the restarts asked for.
    pub restarts: i64,
    /// Counts the kills asked for.
    pub kills: i64,
    /// What it holds its workers to.
    pub policy: ManagerPolicy,
    /// What is set on its queue: concurrency, rate, attempts, back-off, batch size, time limit.
    pub queue: QueueSettings,
    /// Who changed it last.
    pub updated_by: Option<String>,
}

const COLUMNS: &str =
    "stage, desired_state, restarts, kills, delay_ms, autoscale_min, autoscale_max, updated_by";

impl ManagerRow {
    fn new(stage: QueueName) -> Self {
        Self {
            stage,
            desired_state: DesiredState::Running,
            restarts: 0,
            kills: 0,
            policy: ManagerPolicy::default(),
            queue: QueueSettings::default(),
            updated_by: None,
        }
    }

    fn read(row: &Row) -> Result<Self, StoreError> {
        let count = |at: usize| {
            row.get::<Option<i64>>(at).map(|count| count.and_then(|count| u32::try_from(count).ok()))
        };
        Ok(Self {
            desired_state: word(row.get::<String>(1)?)?,
            restarts: row.get(2)?,
            kills: row.get(3)?,
            policy: ManagerPolicy {
                delay_ms: row.get(4)?,
                autoscale_min: count(5)?,
                autoscale_max: count(6)?,
            },
            updated_by: row.get(7)?,
            ..Self::new(stored_name(row.get(0)?)?)
        })
    }
}

impl Store {
    /// The managers of these stages, and of all others that something was ever set on, by stage.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn managers(&self, stages: &[QueueName]) -> Result<Vec<ManagerRow>, StoreError> {
        let mut managers: BTreeMap<QueueName, ManagerRow> =
            stages.iter().map(|stage| (stage.clone(), ManagerRow::new(stage.clone()))).collect();
        for row in self.db.rows(sql_built(format!("SELECT {COLUMNS} FROM managers"))).await? {
            let manager = ManagerRow::read(&row)?;
            managers.insert(manager.stage.clone(), manager);
        }
        let mut settings = self.settings_of_queues().await?;
        for manager in managers.values_mut() {
            manager.queue = settings.remove(&manager.stage).unwrap_or_default();
        }
        Ok(managers.into_values().collect())
    }

    /// Tells the managers of these stages what to do.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn order_managers(
        &self,
        stages: &[QueueName],
        order: Order,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let change = order.change("managers");
        let (desired, restarts, kills) = match order {
            Order::Start => ("running", 0_i64, 0_i64),
            Order::Stop => ("stopped", 0, 0),
            Order::Restart => ("running", 1, 0),
            Order::Kill => ("stopped", 0, 1),
        };
        let text = format!(
            "INSERT INTO managers (stage, desired_state, restarts, kills, updated_by, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (stage) DO UPDATE SET {change}, \
             updated_by = excluded.updated_by, updated_at = excluded.updated_at"
        );
        transaction!(self.db, Size::Small, |tx| {
            for stage in stages {
                let query =
                    sql_built(text.clone()).bind(stage.as_str()).bind(desired).bind(restarts).bind(kills);
                tx.run(query.bind(by).bind(now)).await?;
            }
            Ok(())
        })?;
        self.signals.orders_changed();
        Ok(())
    }

    /// Sets what a manager holds its workers to. Limits of the queue are set by [`Store::configure_queue`].
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn configure_manager(
        &self,
        stage: &QueueName,
        policy: ManagerPolicy,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "INSERT INTO managers (stage, delay_ms, autoscale_min, autoscale_max, updated_by, updated_at) \
                    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (stage) DO UPDATE SET delay_ms = excluded.delay_ms, \
                    autoscale_min = excluded.autoscale_min, autoscale_max = excluded.autoscale_max, \
                    updated_by = excluded.updated_by, updated_at = excluded.updated_at";
        let query = sql(text)
            .bind(stage.as_str())
            .bind(policy.delay_ms)
            .bind(policy.autoscale_min)
            .bind(policy.autoscale_max)
            .bind(by)
            .bind(now);
        transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        self.signals.orders_changed();
        Ok(())
    }
}
