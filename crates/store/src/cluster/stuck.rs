//! Stuck jobs: those that wait or run for longer than they should.

use std::sync::LazyLock;
use std::time::Duration;

use clock::Timestamp;
use engine::{JobId, QueueName};

use crate::jobs::stored_name;
use crate::sql::sql;
use crate::{Store, StoreError};

/// Most stuck jobs that are counted in one queue and priority.
const COUNTED_MAX: i64 = 1_000;
/// Most running jobs that are looked through.
const LOOKED_THROUGH_MAX: i64 = 10_000;

/// From when on a job counts as stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StuckLimits {
    /// It has been due for this long.
    pub pending: Duration,
    /// It has run for this long.
    pub running: Duration,
    /// Its lease ran out this long ago, and nobody took it back.
    pub lease: Duration,
}

impl Default for StuckLimits {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self { pending: s(5 * 60), running: s(30 * 60), lease: s(60) }
    }
}

/// What is stuck in one queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckJobs {
    /// Which queue.
    pub queue: QueueName,
    /// Jobs that wait for too long; a lower bound when there are thousands.
    pub pending: u64,
    /// Since when the first of them has been due.
    pub oldest_due: Option<Timestamp>,
    /// Jobs that run for too long.
    pub running: Vec<JobId>,
    /// Jobs whose lease ran out without anybody taking them back.
    pub expired: Vec<JobId>,
}

impl Store {
    /// What is stuck, by queue. Jobs that are put off are not, nor those that wait in a queue that is paused or drained,
    /// or while the whole system holds.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn stuck_jobs(
        &self,
        limits: StuckLimits,
        now: Timestamp,
    ) -> Result<Vec<StuckJobs>, StoreError> {
        let held = self.all_queues_paused().await? || self.system_state().await?.holds_claims();
        let settings = self.settings_of_queues().await?;
        let mut stuck = Vec::new();
        for (queue, counts) in self.job_counts().await? {
            let quiet = held || settings.get(&queue).is_some_and(|set| set.paused || set.draining);
            let mut found =
                StuckJobs { queue, pending: 0, oldest_due: None, running: Vec::new(), expired: Vec::new() };
            if !quiet && counts.pending > 0 {
                let query = sql(&OVERDUE).bind(found.queue.as_str()).bind(now.before(limits.pending));
                if let Some(row) = self.db.row(query.bind(COUNTED_MAX)).await? {
                    found.pending = u64::try_from(row.get::<i64>(0)?).unwrap_or(0);
                    found.oldest_due = row.get::<Option<i64>>(1)?.map(Timestamp);
                }
            }
            stuck.push(found);
        }
        self.add_running(&mut stuck, limits, now).await?;
        stuck.retain(|of| of.pending > 0 || !of.running.is_empty() || !of.expired.is_empty());
        Ok(stuck)
    }

    async fn add_running(
        &self,
        stuck: &mut [StuckJobs],
        limits: StuckLimits,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "SELECT id, queue, lease_until FROM jobs WHERE state = 'running' \
                    AND (started_at < $1 OR lease_until < $2) ORDER BY id LIMIT $3";
        let expired = now.before(limits.lease);
        let query = sql(text).bind(now.before(limits.running)).bind(expired).bind(LOOKED_THROUGH_MAX);
        for row in self.db.rows(query).await? {
            let queue = stored_name(row.get(1)?)?;
            let Some(of) = stuck.iter_mut().find(|of| of.queue == queue) else { continue };
            let list = if row.get::<i64>(2)? < expired.0 { &mut of.expired } else { &mut of.running };
            list.push(JobId(row.get(0)?));
        }
        Ok(())
    }
}

/// How many jobs of a queue have been due for too long, and since when: one short walk for each priority.
static OVERDUE: LazyLock<String> = LazyLock::new(|| {
    let walks: Vec<String> = (0..=9)
        .map(|priority| {
            format!(
                "SELECT run_at FROM (SELECT run_at FROM jobs WHERE state = 'pending' AND queue = $1 \
                 AND priority = {priority} AND run_at < $2 ORDER BY run_at, id LIMIT $3) AS p{priority}"
            )
        })
        .collect();
    format!("SELECT count(*), min(run_at) FROM ({}) AS walks", walks.join(" UNION ALL "))
});
