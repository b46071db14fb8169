//! Looking closer at jobs: what stands before one, what changed lately, how long the last ones took.

use std::time::Duration;

use clock::Timestamp;
use engine::{JobId, JobState, QueueName};

use super::queues::stored_name;
use crate::sql::sql;
use crate::{Store, StoreError};

/// Most jobs that are counted before one.
const MOST_AHEAD: i64 = 1_000;
/// Most finished jobs whose time is looked at.
const MOST_TIMED: i64 = 1_000;

/// What stands before a job that waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    /// Due jobs of its queue that come before it; a lower bound when there are a thousand.
    pub waiting: u64,
    /// Running jobs of the same host.
    pub same_host: u64,
}

/// A job that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobChanged {
    /// Which.
    pub id: JobId,
    /// Its queue.
    pub queue: QueueName,
    /// What it is now.
    pub state: JobState,
    /// Since when.
    pub at: Timestamp,
}

/// How long jobs ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunTimes {
    /// How many were looked at: the latest ones, at most a thousand.
    pub jobs: usize,
    /// On average.
    pub average: Duration,
    /// Half of them were quicker.
    pub p50: Duration,
    /// 95 of 100 were quicker.
    pub p95: Duration,
    /// 99 of 100 were quicker.
    pub p99: Duration,
}

impl Store {
    /// What stands before a job that waits; nothing before any other.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn ahead_of(&self, id: JobId, now: Timestamp) -> Result<Ahead, StoreError> {
        let text = "SELECT (SELECT count(*) FROM (SELECT 1 AS one FROM jobs AS other WHERE other.queue = job.queue \
                    AND other.state = 'pending' AND (other.priority, other.run_at, other.id) < (job.priority, job.run_at, job.id) \
                    AND other.run_at <= $2 LIMIT $3) AS ahead), \
                    (SELECT count(*) FROM jobs AS other WHERE other.state = 'running' AND other.lane = job.lane) \
                    FROM jobs AS job WHERE job.id = $1 AND job.state = 'pending'";
        let row = self.db.row(sql(text).bind(id).bind(now).bind(MOST_AHEAD)).await?;
        let Some(row) = row else { return Ok(Ahead::default()) };
        let number = |at: usize| row.get::<i64>(at).map(|number| u64::try_from(number).unwrap_or(0));
        Ok(Ahead { waiting: number(0)?, same_host: number(1)? })
    }

    /// Jobs that were queued, begun or ended after `since`, oldest change first, at most `limit` of each kind.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn job_changes(&self, since: Timestamp, limit: usize) -> Result<Vec<JobChanged>, StoreError> {
        let text = "SELECT * FROM (SELECT id, queue, state, finished_at AS at FROM job_history WHERE state = 'complete' \
                    AND finished_at > $1 ORDER BY finished_at DESC, id DESC LIMIT $2) AS complete \
                    UNION ALL SELECT * FROM (SELECT id, queue, state, finished_at AS at FROM job_history \
                    WHERE state = 'failed' AND finished_at > $1 ORDER BY finished_at DESC, id DESC LIMIT $2) AS failed \
                    UNION ALL SELECT * FROM (SELECT id, queue, state, finished_at AS at FROM job_history \
                    WHERE state = 'cancelled' AND finished_at > $1 ORDER BY finished_at DESC, id DESC LIMIT $2) AS cancelled \
                    UNION ALL SELECT * FROM (SELECT id, queue, state, started_at AS at FROM jobs WHERE state = 'running' \
                    AND started_at > $1 LIMIT $2) AS running \
                    UNION ALL SELECT * FROM (SELECT id, queue, state, created_at AS at FROM (SELECT id, queue, state, created_at \
                    FROM jobs ORDER BY id DESC LIMIT $2) AS latest WHERE state = 'pending' AND created_at > $1) AS pending \
                    ORDER BY at, id";
        let rows = self.db.rows(sql(text).bind(since).bind(limit)).await?;
        let mut changes = Vec::with_capacity(rows.len());
        for row in &rows {
            let state: String = row.get(2)?;
            changes.push(JobChanged {
                id: JobId(row.get(0)?),
                queue: stored_name(row.get(1)?)?,
                state: JobState::from_word(&state)
                    .ok_or_else(|| StoreError::Corrupt(format!("job state {state:?}")))?,
                at: Timestamp(row.get(3)?),
            });
        }
        Ok(changes)
    }

    /// How long the latest complete jobs ran.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn latest_run_times(&self) -> Result<RunTimes, StoreError> {
        let text = "SELECT finished_at - started_at FROM job_history WHERE state = 'complete' AND started_at IS NOT NULL \
                    ORDER BY finished_at DESC, id DESC LIMIT $1";
        let rows = self.db.rows(sql(text).bind(MOST_TIMED)).await?;
        let mut times = Vec::with_capacity(rows.len());
        for row in &rows {
            times.push(u64::try_from(row.get::<i64>(0)?).unwrap_or(0));
        }
        times.sort_unstable();
        let at = |percent: usize| {
            let index = (times.len() * percent).div_ceil(100).saturating_sub(1);
            Duration::from_millis(times.get(index).copied().unwrap_or(0))
        };
        let average = times.iter().sum::<u64>() / times.len().max(1) as u64;
        let average = Duration::from_millis(average);
        Ok(RunTimes { jobs: times.len(), average, p50: at(50), p95: at(95), p99: at(99) })
    }
}
