//! What is counted about jobs: kept with every change, so that nothing ever counts a large table.

use std::collections::BTreeMap;

use clock::Timestamp;
use engine::{JobState, QueueName};

use crate::db::Tx;
use crate::dialect::Dialect;
use crate::sql::{Bulk, Value, sql};
use crate::{Store, StoreError};

/// The counters of work done have a row for each minute.
const MINUTE_MS: i64 = 60_000;

/// How many jobs of a queue are in each state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobCounts {
    /// Waiting.
    pub pending: u64,
    /// Running.
    pub running: u64,
    /// Complete, still in history.
    pub complete: u64,
    /// Failed, still in history.
    pub failed: u64,
    /// Cancelled, still in history.
    pub cancelled: u64,
}

impl JobCounts {
    /// The count of one state.
    pub const fn of(&self, state: JobState) -> u64 {
        match state {
            JobState::Pending => self.pending,
            JobState::Running => self.running,
            JobState::Complete => self.complete,
            JobState::Failed => self.failed,
            JobState::Cancelled => self.cancelled,
        }
    }

    fn of_mut(&mut self, state: JobState) -> &mut u64 {
        match state {
            JobState::Pending => &mut self.pending,
            JobState::Running => &mut self.running,
            JobState::Complete => &mut self.complete,
            JobState::Failed => &mut self.failed,
            JobState::Cancelled => &mut self.cancelled,
        }
    }
}

/// What was done in one minute in one queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    /// Jobs completed.
    pub complete: u64,
    /// Jobs given up.
    pub failed: u64,
    /// Attempts that failed and are tried again.
    pub retried: u64,
    /// Time spent running by all of them, in milliseconds.
    pub run_ms: u64,
}

/// What a transaction changes about the counters; written once, at its end, in a fixed order.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    moves: BTreeMap<(QueueName, JobState), i64>,
    minutes: BTreeMap<QueueName, Minute>,
}

impl Tally {
    /// Notes that so many jobs went from one state to another; `None` is outside the tables.
    pub(crate) fn moved(
        &mut self,
        queue: &QueueName,
        from: Option<JobState>,
        to: Option<JobState>,
        jobs: usize,
    ) {
        let jobs = i64::try_from(jobs).unwrap_or(i64::MAX);
        for (state, change) in [(from, -jobs), (to, jobs)] {
            if let Some(state) = state {
                *self.moves.entry((queue.clone(), state)).or_default() += change;
            }
        }
    }

    /// What is to be added to the present minute of a queue.
    pub(crate) fn minute(&mut self, queue: &QueueName) -> &mut Minute {
        self.minutes.entry(queue.clone()).or_default()
    }

    /// Writes the counters. The last thing in a transaction: where they are rows, these are what transactions meet at.
    pub(crate) async fn write(self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        let minute = now.0 - now.0.rem_euclid(MINUTE_MS);
        let moves = self.moves.into_iter().filter(|(_, change)| *change != 0);
        match tx.dialect() {
            Dialect::Sqlite => {
                add_to_totals(tx, moves).await?;
                add_to_minutes(tx, self.minutes, minute).await
            }
            Dialect::Postgres => note_changes(tx, moves, self.minutes, minute).await,
        }
    }
}

/// A count's change.
type Move = ((QueueName, JobState), i64);

async fn add_to_totals(tx: &mut Tx, moves: impl Iterator<Item = Move>) -> Result<(), StoreError> {
    let values = moves
        .flat_map(|((queue, state), change)| {
            [queue.as_str().into(), state.as_str().into(), Value::from(change)]
        })
        .collect();
    let head = "INSERT INTO job_totals (queue, state, jobs) VALUES";
    let tail = "ON CONFLICT (queue, state) DO UPDATE SET jobs = job_totals.jobs + excluded.jobs";
    tx.run_bulk(Bulk { head, columns: 3, tail, fixed: Vec::new(), values }).await?;
    Ok(())
}

async fn add_to_minutes(
    tx: &mut Tx,
    minutes: BTreeMap<QueueName, Minute>,
    minute: i64,
) -> Result<(), StoreError> {
    let mut values = Vec::new();
    for (queue, of) in minutes {
        values.extend([Value::from(queue.as_str()), minute.into()]);
        values.extend([of.complete, of.failed, of.retried, of.run_ms].map(Value::from));
    }
    let head = "INSERT INTO job_minute_totals (queue, minute, complete, failed, retried, run_ms) VALUES";
    let tail = "ON CONFLICT (queue, minute) DO UPDATE SET complete = job_minute_totals.complete + excluded.complete, \
                failed = job_minute_totals.failed + excluded.failed, \
                retried = job_minute_totals.retried + excluded.retried, \
                run_ms = job_minute_totals.run_ms + excluded.run_ms";
    tx.run_bulk(Bulk { head, columns: 6, tail, fixed: Vec::new(), values }).await?;
    Ok(())
}

/// On PostgreSQL changes are only added, all in one statement: an update would wait for every other transaction that
/// counts, and would walk all versions of its row that an old snapshot keeps alive.
async fn note_changes(
    tx: &mut Tx,
    moves: impl Iterator<Item = Move>,
    minutes: BTreeMap<QueueName, Minute>,
    minute: i64,
) -> Result<(), StoreError> {
    let mut values = Vec::new();
    for ((queue, state), change) in moves {
        values.extend([Value::from(queue.as_str()), state.as_str().into(), change.into(), minute.into()]);
        values.extend([Value::from(0_i64), 0_i64.into(), 0_i64.into(), 0_i64.into()]);
    }
    for (queue, of) in minutes {
        values.extend([Value::from(queue.as_str()), Value::Text(None), 0_i64.into(), minute.into()]);
        values.extend([of.complete, of.failed, of.retried, of.run_ms].map(Value::from));
    }
    let head =
        "INSERT INTO job_changes (queue, state, jobs, minute, complete, failed, retried, run_ms) VALUES";
    tx.run_bulk(Bulk { head, columns: 8, tail: "", fixed: Vec::new(), values }).await?;
    Ok(())
}

impl Store {
    /// How many jobs of each queue are in each state. Read off the counters: as quick with ten jobs as with ten million.
    pub async fn job_counts(&self) -> Result<BTreeMap<QueueName, JobCounts>, StoreError> {
        let text = "SELECT queue, state, CAST(sum(jobs) AS BIGINT) FROM job_counters GROUP BY queue, state";
        let mut counts = BTreeMap::<QueueName, JobCounts>::new();
        for row in self.db.rows(sql(text)).await? {
            let state: String = row.get(1)?;
            if let Some(state) = JobState::from_word(&state) {
                let of = counts.entry(super::queues::stored_name(row.get(0)?)?).or_default();
                *of.of_mut(state) = u64::try_from(row.get::<i64>(2)?).unwrap_or(0);
            }
        }
        Ok(counts)
    }

    /// What a queue did in each minute from `since` on, by the start of the minute; idle minutes are left out.
    pub async fn job_minutes(
        &self,
        queue: &QueueName,
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, Minute)>, StoreError> {
        let text = "SELECT minute, CAST(sum(complete) AS BIGINT), CAST(sum(failed) AS BIGINT), \
                    CAST(sum(retried) AS BIGINT), CAST(sum(run_ms) AS BIGINT) \
                    FROM job_minutes WHERE queue = $1 AND minute >= $2 GROUP BY minute ORDER BY minute";
        let rows = self
            .db
            .rows(sql(text).bind(queue.as_str()).bind(since.before(std::time::Duration::from_secs(59))))
            .await?;
        let number = |row: &crate::sql::Row, at: usize| {
            row.get::<i64>(at).map(|number| u64::try_from(number).unwrap_or(0))
        };
        rows.iter()
            .map(|row| {
                let minute = Minute {
                    complete: number(row, 1)?,
                    failed: number(row, 2)?,
                    retried: number(row, 3)?,
                    run_ms: number(row, 4)?,
                };
                Ok((Timestamp(row.get(0)?), minute))
            })
            .collect()
    }
}
