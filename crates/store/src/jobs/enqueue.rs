//! Queueing jobs: many in one statement, each subject once.

use std::collections::{BTreeSet, HashMap, HashSet};

use clock::Timestamp;
use engine::{Enqueued, JobId, JobState, NewJob, QueueName};

use super::counters::Tally;
use super::queues::draining;
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::{Bulk, Value};
use crate::subjects::{self, Processing};
use crate::{Store, StoreError};

/// From this many jobs on, queueing counts as bulk work.
const BULK_JOBS: usize = 64;

/// Whose jobs are taken in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Somebody asked for them: a queue that is being drained refuses them.
    Request,
    /// They follow from work that was done, and must not be lost.
    Work,
}

impl Store {
    pub(super) async fn enqueue_jobs(
        &self,
        jobs: &[NewJob],
        now: Timestamp,
    ) -> Result<Vec<Enqueued>, StoreError> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let ids = self.job_ids.take(&self.db, jobs.len()).await?;
        let size = if jobs.len() < BULK_JOBS { Size::Small } else { Size::Bulk };
        let enqueued = transaction!(self.db, size, |tx| {
            let mut tally = Tally::default();
            let enqueued = enqueue(tx, jobs, &ids, Source::Request, now, &mut tally).await?;
            tally.write(tx, now).await?;
            Ok(enqueued)
        })?;
        self.frontiers.queued(jobs, now);
        self.signals.jobs_added();
        Ok(enqueued)
    }
}

/// As [`enqueue`], with the counters written: for whoever has nothing else to count.
pub(crate) async fn enqueue_counted(
    tx: &mut Tx,
    jobs: &[NewJob],
    ids: &[i64],
    now: Timestamp,
) -> Result<Vec<Enqueued>, StoreError> {
    let mut tally = Tally::default();
    let enqueued = enqueue(tx, jobs, ids, Source::Request, now, &mut tally).await?;
    tally.write(tx, now).await?;
    Ok(enqueued)
}

/// Queues `jobs` under the numbers `ids`, of which there are as many; their records become Queued.
pub(crate) async fn enqueue(
    tx: &mut Tx,
    jobs: &[NewJob],
    ids: &[i64],
    source: Source,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<Vec<Enqueued>, StoreError> {
    let closed = match source {
        Source::Request => draining(tx, jobs.iter().map(|job| &job.queue).collect()).await?,
        Source::Work => BTreeSet::new(),
    };
    let open = |job: &NewJob| closed.is_empty() || !closed.contains(&job.queue);
    let mut values = Vec::with_capacity(jobs.len() * 12);
    let mut wanted = 0;
    for (job, id) in jobs.iter().zip(ids).filter(|(job, _)| open(job)) {
        values.extend(columns(job, *id, now));
        wanted += 1;
    }
    let added = tx
        .run_bulk(Bulk { head: INSERT, columns: 12, tail: "ON CONFLICT DO NOTHING", fixed: vec![], values })
        .await?;
    let mut duplicates = HashMap::new();
    if added < wanted {
        duplicates = find_duplicates(tx, jobs, ids, open).await?;
    }
    let enqueued: Vec<Enqueued> = jobs
        .iter()
        .zip(ids)
        .map(|(job, id)| match duplicates.get(id) {
            _ if !open(job) => Enqueued::Draining,
            Some(existing) => Enqueued::Duplicate(JobId(*existing)),
            None => Enqueued::Added(JobId(*id)),
        })
        .collect();
    note(tx, jobs, &enqueued, now, tally).await?;
    Ok(enqueued)
}

const INSERT: &str = "INSERT INTO jobs (id, queue, priority, run_at, subject_kind, subject_id, domain_id, lane, payload, \
                      max_attempts, created_by, created_at) VALUES";

fn columns(job: &NewJob, id: i64, now: Timestamp) -> [Value; 12] {
    [
        id.into(),
        job.queue.as_str().into(),
        job.priority.level().into(),
        job.run_at.unwrap_or(now).into(),
        job.subject.as_ref().map(|subject| subject.kind.as_str()).into(),
        job.subject.as_ref().map(|subject| subject.id).into(),
        job.domain_id.into(),
        job.lane.into(),
        job.payload.as_str().into(),
        job.max_attempts.max(1).into(),
        Value::Text(job.created_by.clone()),
        now.into(),
    ]
}

/// Finds which jobs were not added, and the live job that stands in the place of each.
async fn find_duplicates(
    tx: &mut Tx,
    jobs: &[NewJob],
    ids: &[i64],
    open: impl Fn(&NewJob) -> bool,
) -> Result<HashMap<i64, i64>, StoreError> {
    let rows = tx.rows_ids("SELECT id FROM jobs WHERE id IN ({ids})", &[], ids).await?;
    let added = rows.iter().map(|row| row.get(0)).collect::<Result<HashSet<i64>, _>>()?;
    let mut values = Vec::new();
    for (job, id) in jobs.iter().zip(ids).filter(|(job, id)| open(job) && !added.contains(id)) {
        if let Some(subject) = &job.subject {
            values.extend([(*id).into(), job.domain_id.into(), subject.id.into()]);
            values.extend([Value::from(subject.kind.as_str()), job.queue.as_str().into()]);
        }
    }
    let rows = tx
        .rows_bulk(Bulk {
            head: "WITH v(id, domain_id, subject_id, subject_kind, queue) AS (VALUES",
            columns: 5,
            tail: ") SELECT v.id, jobs.id FROM v JOIN jobs ON jobs.domain_id = v.domain_id AND jobs.subject_id = v.subject_id \
                   AND jobs.subject_kind = v.subject_kind AND jobs.queue = v.queue",
            fixed: vec![],
            values,
        })
        .await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Counts what was added and sets its records to Queued.
async fn note(
    tx: &mut Tx,
    jobs: &[NewJob],
    enqueued: &[Enqueued],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<(), StoreError> {
    let mut by_queue = HashMap::<&QueueName, usize>::new();
    let mut records = subjects::Changes::default();
    for (job, _) in jobs.iter().zip(enqueued).filter(|(_, what)| matches!(what, Enqueued::Added(_))) {
        *by_queue.entry(&job.queue).or_default() += 1;
        records.add(job.subject.as_ref(), Processing::Queued, None);
    }
    for (queue, count) in by_queue {
        tally.moved(queue, None, Some(JobState::Pending), count);
    }
    records.write(tx, now).await
}
