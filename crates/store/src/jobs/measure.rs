//! What is measured of queues: how long jobs wait and run.

use std::time::Duration;

use clock::Timestamp;
use engine::QueueName;

use super::claim::FORCED;
use super::counters::Minute;
use crate::cluster::Period;
use crate::db::transaction;
use crate::gate::Size;
use crate::sql::sql;
use crate::{Store, StoreError};

/// How far back what was done is counted by the minute.
const BY_MINUTE: Duration = Duration::from_secs(48 * 3_600);
/// Most finished jobs that are looked through for those of one queue.
const LOOKED_THROUGH: usize = 20_000;
/// Most run times in a sample.
const SAMPLE: usize = 1_000;

impl Store {
    /// Since when the job of a queue that has waited longest is due, if one is.
    pub async fn oldest_due(
        &self,
        queue: &QueueName,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        // Ten short walks, one for each priority, as a claim makes them.
        let mut oldest = None;
        for priority in 0..=9_i64 {
            let text = "SELECT run_at FROM jobs WHERE state = 'pending' AND queue = $1 AND priority = $2 AND run_at > $3 \
                        AND run_at <= $4 ORDER BY run_at, id LIMIT 1";
            let query = sql(text).bind(queue.as_str()).bind(priority).bind(FORCED).bind(now);
            if let Some(row) = self.db.row(query).await? {
                let due = Timestamp(row.get(0)?);
                oldest = Some(oldest.map_or(due, |known: Timestamp| known.min(due)));
            }
        }
        Ok(oldest)
    }

    /// What was done in a queue since then: by the minute for two days, by the hour for longer.
    pub async fn done_since(
        &self,
        queue: &QueueName,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Minute, StoreError> {
        let parts: Vec<Minute> = if now.since(since) <= BY_MINUTE {
            self.job_minutes(queue, since).await?.into_iter().map(|(_, minute)| minute).collect()
        } else {
            let hours = self.rollups(Period::Hour, Some(queue), since, now).await?;
            hours.into_iter().map(|hour| hour.done).collect()
        };
        let mut total = Minute::default();
        for part in parts {
            total.complete += part.complete;
            total.failed += part.failed;
            total.retried += part.retried;
            total.run_ms += part.run_ms;
        }
        Ok(total)
    }

    /// How long the latest completed jobs of a queue ran, in milliseconds, ascending; a sample.
    pub async fn run_times(&self, queue: &QueueName, since: Timestamp) -> Result<Vec<u64>, StoreError> {
        let text = "SELECT finished_at - started_at FROM (SELECT queue, started_at, finished_at FROM job_history \
                    WHERE state = 'complete' AND finished_at >= $2 ORDER BY finished_at DESC, id DESC LIMIT $3) AS latest \
                    WHERE queue = $1 AND started_at IS NOT NULL LIMIT $4";
        let query = sql(text).bind(queue.as_str()).bind(since).bind(LOOKED_THROUGH).bind(SAMPLE);
        let rows = self.db.rows(query).await?;
        let mut times = rows
            .iter()
            .map(|row| row.get::<i64>(0).map(|ms| u64::try_from(ms).unwrap_or(0)))
            .collect::<Result<Vec<_>, _>>()?;
        times.sort_unstable();
        Ok(times)
    }

    /// Makes jobs due that wait for a later attempt; how many.
    pub async fn end_backoff(&self, queue: &QueueName, now: Timestamp) -> Result<u64, StoreError> {
        let text = "UPDATE jobs SET run_at = $2 WHERE queue = $1 AND state = 'pending' AND run_at > $2 \
                    AND error_code IS NOT NULL";
        let due = transaction!(self.db, Size::Bulk, |tx| {
            tx.run(sql(text).bind(queue.as_str()).bind(now)).await
        })?;
        self.signals.jobs_added();
        Ok(due)
    }
}
