//! What operators do with jobs: cancel, retry, run now, change the priority.

use std::collections::{HashMap, HashSet};

use clock::Timestamp;
use engine::{CodedError, JobId, JobState, Priority, QueueName, SubjectKind};

use super::claim::FORCED;
use super::counters::Tally;
use super::queues::stored_name;
use super::sweep::Found;
use super::transition::{self, Goal};
use crate::db::{Tx, transaction};
use crate::dialect::Dialect;
use crate::gate::Size;
use crate::sql::sql;
use crate::subjects::{self, Processing};
use crate::{Store, StoreError};

/// Most jobs that one call works on.
pub const MOST_JOBS: usize = 10_000;

/// What a cancellation did with each job asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cancelled {
    /// They waited, and never run.
    pub pending: Vec<JobId>,
    /// They ran: their leases are void, their workers are told.
    pub running: Vec<JobId>,
    /// They are finished, or do not exist.
    pub not_live: Vec<JobId>,
}

/// What a retry did with each job asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retried {
    /// They wait again, with all their attempts before them.
    pub retried: Vec<JobId>,
    /// Another live job is for the same subject.
    pub duplicate: Vec<JobId>,
    /// They are not among the failed or cancelled.
    pub not_retryable: Vec<JobId>,
}

/// What a deletion did with each job asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// They are gone, with their attempts.
    pub deleted: Vec<JobId>,
    /// They wait or run.
    pub live: Vec<JobId>,
    /// They do not exist.
    pub unknown: Vec<JobId>,
}

impl Store {
    /// Cancels jobs at once, running ones too: whatever their workers still bring is refused.
    pub async fn cancel_jobs(
        &self,
        ids: &[JobId],
        reason: &str,
        now: Timestamp,
    ) -> Result<Cancelled, StoreError> {
        let error = CodedError::new("cancelled", reason);
        let numbers = numbers(ids)?;
        let cancelled = transaction!(self.db, size(ids), |tx| {
            let live = live(tx, &numbers).await?;
            let steps: Vec<_> = live.iter().map(|job| job.step(Goal::Cancel { reason: &error })).collect();
            let mut tally = Tally::default();
            transition::take(tx, &steps, now, &mut tally).await?;
            tally.write(tx, now).await?;
            Ok(sort_cancelled(ids, &live))
        })?;
        if !cancelled.running.is_empty() {
            self.signals.leases_revoked();
        }
        Ok(cancelled)
    }

    /// Puts failed and cancelled jobs back to pending, with all attempts before them; their history stays.
    pub async fn retry_jobs(&self, ids: &[JobId], now: Timestamp) -> Result<Retried, StoreError> {
        let numbers = numbers(ids)?;
        let retried = transaction!(self.db, size(ids), |tx| {
            let mut tally = Tally::default();
            let retried = retry(tx, ids, &numbers, now, &mut tally).await?;
            tally.write(tx, now).await?;
            Ok(retried)
        })?;
        if !retried.retried.is_empty() {
            self.signals.jobs_added();
        }
        Ok(retried)
    }

    /// Deletes finished jobs with their attempts. The records that they were for stay as they are.
    pub async fn delete_jobs(&self, ids: &[JobId], now: Timestamp) -> Result<Deleted, StoreError> {
        let numbers = numbers(ids)?;
        transaction!(self.db, size(ids), |tx| {
            let mut tally = Tally::default();
            let gone = delete(tx, &numbers, &mut tally).await?;
            tally.write(tx, now).await?;
            let alive: HashSet<i64> = live(tx, &numbers).await?.iter().map(|job| job.id).collect();
            let mut deleted = Deleted::default();
            for id in ids {
                match id.0 {
                    number if gone.contains(&number) => deleted.deleted.push(*id),
                    number if alive.contains(&number) => deleted.live.push(*id),
                    _ => deleted.unknown.push(*id),
                }
            }
            Ok(deleted)
        })
    }

    /// Changes the priority of jobs that wait; how many did.
    pub async fn set_job_priority(&self, ids: &[JobId], priority: Priority) -> Result<u64, StoreError> {
        let numbers = numbers(ids)?;
        let text = "UPDATE jobs SET priority = {1} WHERE id IN ({ids}) AND state = 'pending'";
        let moved = transaction!(self.db, size(ids), |tx| {
            tx.run_ids(text, &[priority.level().into()], &numbers).await
        })?;
        self.frontiers.forget();
        Ok(moved)
    }

    /// Makes jobs that wait run next, whatever their schedule and though their queue is paused; those that waited.
    pub async fn force_jobs(&self, ids: &[JobId]) -> Result<Vec<JobId>, StoreError> {
        let numbers = numbers(ids)?;
        let text = "UPDATE jobs SET run_at = {1} WHERE id IN ({ids}) AND state = 'pending' RETURNING id";
        let forced = transaction!(self.db, size(ids), |tx| {
            let rows = tx.rows_ids(text, &[FORCED.into()], &numbers).await?;
            rows.iter().map(|row| row.get(0).map(JobId)).collect::<Result<Vec<_>, _>>()
        })?;
        self.frontiers.forget();
        self.signals.jobs_added();
        Ok(forced)
    }

    /// The first waiting jobs of a queue, by number: to cancel them batch by batch.
    pub async fn pending_jobs(&self, queue: &QueueName, limit: usize) -> Result<Vec<JobId>, StoreError> {
        let text = "SELECT id FROM jobs WHERE state = 'pending' AND queue = $1 ORDER BY priority, run_at, id LIMIT $2";
        let rows = self.db.rows(sql(text).bind(queue.as_str()).bind(limit.min(MOST_JOBS))).await?;
        rows.iter().map(|row| row.get(0).map(JobId)).collect()
    }
}

fn numbers(ids: &[JobId]) -> Result<Vec<i64>, StoreError> {
    if ids.len() > MOST_JOBS {
        return Err(StoreError::Invalid(format!("{} jobs in one call: at most {MOST_JOBS}", ids.len())));
    }
    Ok(ids.iter().map(|id| id.0).collect::<HashSet<i64>>().into_iter().collect())
}

const fn size(ids: &[JobId]) -> Size {
    if ids.len() < 64 { Size::Small } else { Size::Bulk }
}

/// Those of the jobs that are live; held until the transaction ends.
pub(super) async fn live(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Found>, StoreError> {
    let text = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT id, queue, subject_kind, subject_id, state, crashes FROM jobs WHERE id IN ({ids})"
        }
        Dialect::Postgres => {
            "SELECT id, queue, subject_kind, subject_id, state, crashes FROM jobs WHERE id IN ({ids}) ORDER BY id FOR UPDATE"
        }
    };
    tx.rows_ids(text, &[], ids).await?.iter().map(Found::read).collect()
}

/// Cancels the live jobs of these records; whether any of them ran.
pub(crate) async fn cancel_of(
    tx: &mut Tx,
    kind: &SubjectKind,
    records: &[i64],
    reason: &str,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<bool, StoreError> {
    let text = "SELECT id FROM jobs WHERE subject_id IN ({ids}) AND subject_kind = {1}";
    let rows = tx.rows_ids(text, &[kind.as_str().into()], records).await?;
    let ids = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
    let found = live(tx, &ids).await?;
    let error = CodedError::new("cancelled", reason);
    let steps: Vec<_> = found.iter().map(|job| job.step(Goal::Cancel { reason: &error })).collect();
    transition::take(tx, &steps, now, tally).await?;
    Ok(found.iter().any(|job| job.state == JobState::Running))
}

fn sort_cancelled(ids: &[JobId], live: &[Found]) -> Cancelled {
    let states: HashMap<i64, JobState> = live.iter().map(|job| (job.id, job.state)).collect();
    let mut cancelled = Cancelled::default();
    for id in ids {
        match states.get(&id.0) {
            Some(JobState::Pending) => cancelled.pending.push(*id),
            Some(_) => cancelled.running.push(*id),
            None => cancelled.not_live.push(*id),
        }
    }
    cancelled
}

/// Deletes those of the jobs that are finished; which they were.
pub(super) async fn delete(tx: &mut Tx, ids: &[i64], tally: &mut Tally) -> Result<HashSet<i64>, StoreError> {
    let text = "DELETE FROM job_history WHERE id IN ({ids}) RETURNING id, queue, state";
    let mut gone = HashSet::new();
    for row in &tx.rows_ids(text, &[], ids).await? {
        gone.insert(row.get::<i64>(0)?);
        let state: String = row.get(2)?;
        tally.moved(&stored_name(row.get(1)?)?, JobState::from_word(&state), None, 1);
    }
    let numbers: Vec<i64> = gone.iter().copied().collect();
    tx.run_ids("DELETE FROM job_attempts WHERE job_id IN ({ids})", &[], &numbers).await?;
    Ok(gone)
}

pub(super) async fn retry(
    tx: &mut Tx,
    ids: &[JobId],
    numbers: &[i64],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<Retried, StoreError> {
    let text = "SELECT id, queue, subject_kind, subject_id, state, crashes FROM job_history WHERE id IN ({ids}) \
                AND state IN ('failed', 'cancelled')";
    let found =
        tx.rows_ids(text, &[], numbers).await?.iter().map(Found::read).collect::<Result<Vec<_>, _>>()?;
    let candidates: Vec<i64> = found.iter().map(|job| job.id).collect();
    // The fence goes on counting: leases of its former life stay void.
    let revive = "INSERT INTO jobs (id, queue, priority, run_at, subject_kind, subject_id, domain_id, lane, payload, \
                  max_attempts, fence, created_by, created_at) SELECT id, queue, priority, {1}, subject_kind, subject_id, \
                  domain_id, lane, payload, max_attempts, fence + 1, created_by, created_at FROM job_history \
                  WHERE id IN ({ids}) ON CONFLICT DO NOTHING RETURNING id";
    let rows = tx.rows_ids(revive, &[now.into()], &candidates).await?;
    let revived = rows.iter().map(|row| row.get(0)).collect::<Result<HashSet<i64>, _>>()?;
    let gone: Vec<i64> = revived.iter().copied().collect();
    tx.run_ids("DELETE FROM job_history WHERE id IN ({ids})", &[], &gone).await?;
    let mut records = subjects::Changes::default();
    for job in found.iter().filter(|job| revived.contains(&job.id)) {
        tally.moved(&job.queue, Some(job.state), Some(JobState::Pending), 1);
        records.add(job.subject.as_ref(), Processing::Queued, None);
    }
    records.write(tx, now).await?;
    let mut retried = Retried::default();
    for id in ids {
        if revived.contains(&id.0) {
            retried.retried.push(*id);
        } else if candidates.contains(&id.0) {
            retried.duplicate.push(*id);
        } else {
            retried.not_retryable.push(*id);
        }
    }
    Ok(retried)
}
