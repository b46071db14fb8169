//! Claiming: due jobs of a queue in the order of priority, due time and number, leased in one transaction.

use std::sync::LazyLock;
use std::time::Duration;

use clock::Timestamp;
use engine::{
    ClaimRequest, Claimed, Incarnation, Job, JobId, JobState, Lease, Priority, QueueName, Subject,
    SubjectKind,
};

use super::counters::Tally;
use super::frontier::Walk;
use super::queues::{allowances, pause_if_empty, refund};
use crate::db::{Tx, Work, transaction};
use crate::dialect::Dialect;
use crate::gate::Size;
use crate::sql::{Row, Value, sql};
use crate::subjects::{self, Processing};
use crate::{Store, StoreError};

/// Due since this time: somebody forced the job to run, whatever its schedule, and though its queue is paused. It
/// stands first among the jobs of its priority.
pub const FORCED: Timestamp = Timestamp(0);

impl Store {
    pub(super) async fn claim_jobs(
        &self,
        request: ClaimRequest<'_>,
        now: Timestamp,
    ) -> Result<Claimed, StoreError> {
        let (jobs, walked) = transaction!(self.db, Work::lazy(Size::Bulk), |tx| {
            let mut tally = Tally::default();
            let (mut jobs, mut walked) = (Vec::<Job>::new(), Vec::new());
            for share in allowances(tx, request.shares, now).await? {
                let limit = share.limit.min(request.limit - jobs.len());
                let until = now.after(request.lease);
                let due = if share.forced_only { FORCED } else { now };
                let of = Of { node: request.node, until, queue: &share.queue, due, now };
                let found = self.claim_queue(tx, &of, limit, &mut walked).await?;
                if share.draining && found.is_empty() {
                    pause_if_empty(tx, &share.queue, now).await?;
                }
                tally.moved(&share.queue, Some(JobState::Pending), Some(JobState::Running), found.len());
                if share.rated && found.len() < share.limit {
                    refund(tx, &share.queue, share.limit - found.len()).await?;
                }
                jobs.extend(found);
            }
            let mut records = subjects::Changes::default();
            for job in &jobs {
                records.add(job.subject.as_ref(), Processing::Processing, None);
            }
            records.write(tx, now).await?;
            tally.write(tx, now).await?;
            Ok((jobs, walked))
        })?;
        for of in jobs.chunk_by(|a, b| a.queue == b.queue) {
            self.frontiers.claimed(&of[0].queue, of);
        }
        for (queue, at, took) in walked {
            self.frontiers.walked(&queue, at, took);
        }
        Ok(Claimed { jobs })
    }

    /// Claims jobs of one queue, in their order. Notes walks from the start: the queue, when, and how long it took.
    async fn claim_queue(
        &self,
        tx: &mut Tx,
        of: &Of<'_>,
        limit: usize,
        walked: &mut Vec<(QueueName, Duration, Duration)>,
    ) -> Result<Vec<Job>, StoreError> {
        if of.due == FORCED {
            return take_due(tx, of, &Walk::WHOLE, limit).await;
        }
        let mut jobs = Vec::new();
        let mut next = Some(self.frontiers.walk(of.queue, self.elapsed()));
        while let Some(walk) = next.take().filter(|_| jobs.len() < limit) {
            let begun = self.elapsed();
            jobs.extend(take_due(tx, of, &walk, limit - jobs.len()).await?);
            if walk.whole {
                let ended = self.elapsed();
                walked.push((of.queue.clone(), ended, ended.saturating_sub(begun)));
            } else if jobs.len() < limit {
                next = self.frontiers.look_back(of.queue);
            }
        }
        Ok(jobs)
    }
}

/// Who claims from which queue, until when, and since when a job must be due.
struct Of<'a> {
    node: Incarnation,
    until: Timestamp,
    queue: &'a QueueName,
    due: Timestamp,
    now: Timestamp,
}

async fn take_due(tx: &mut Tx, of: &Of<'_>, walk: &Walk, limit: usize) -> Result<Vec<Job>, StoreError> {
    let rows = match tx.dialect() {
        Dialect::Sqlite => {
            let due = sql(&DUE_SQLITE).bind(of.queue.as_str()).bind(of.due).bind(limit);
            tx.rows(due).await?
        }
        Dialect::Postgres => {
            let bounds = walk.bounds.iter().flat_map(|bound| [Value::from(bound.0), bound.1.into()]);
            let take = sql(&TAKE_POSTGRES).bind(of.queue.as_str()).bind(of.due).bind(limit);
            tx.rows(take.bind(of.node.0).bind(of.until).bind_all(bounds).bind(of.now)).await?
        }
    };
    let mut jobs = rows.iter().map(|row| read_job(row, of)).collect::<Result<Vec<_>, _>>()?;
    // The walks come in order; that a database keeps it when it joins them is not promised.
    jobs.sort_unstable_by_key(|job| (job.priority, job.run_at, job.id));
    if tx.dialect() == Dialect::Sqlite {
        let ids: Vec<i64> = jobs.iter().map(|job| job.id.0).collect();
        tx.run_ids(TAKE_SQLITE, &[of.node.0.into(), of.until.into(), of.now.into()], &ids).await?;
    }
    Ok(jobs)
}

/// What claiming changes. Reading first and then writing costs less on SQLite than `UPDATE .. RETURNING`, which keeps
/// all rows aside before it hands out the first; on PostgreSQL one statement costs less than two.
const TAKE_SQLITE: &str = "UPDATE jobs SET state = 'running', node = {1}, lease_until = {2}, started_at = {3}, \
                           attempt = attempt + 1, fence = fence + 1 WHERE id IN ({ids})";

/// The columns of a job as it is once it is taken, of one that is not taken yet.
const COLUMNS: &str = "id, fence + 1, priority, run_at, subject_kind, subject_id, domain_id, lane, payload, attempt + 1, \
                       max_attempts, crashes, created_at";

static DUE_SQLITE: LazyLock<String> = LazyLock::new(|| walks(COLUMNS, |_| String::new(), ""));

static TAKE_POSTGRES: LazyLock<String> = LazyLock::new(|| {
    let behind = |priority: i64| {
        let place = 6 + 2 * priority;
        format!(" AND (run_at, id) > (${place}, ${})", place + 1)
    };
    let due = walks("id, domain_id", behind, " FOR UPDATE SKIP LOCKED");
    format!(
        "WITH due AS MATERIALIZED ({due}) UPDATE jobs SET state = 'running', node = $4, lease_until = $5, \
         started_at = $26, attempt = attempt + 1, fence = fence + 1 FROM due \
         WHERE jobs.id = due.id AND jobs.domain_id = due.domain_id \
         RETURNING jobs.id, fence, priority, run_at, subject_kind, subject_id, jobs.domain_id, lane, payload, attempt, \
         max_attempts, crashes, created_at"
    )
});

/// One short index walk for each priority, most urgent first, until there are enough. One walk over all priorities
/// would pass every job that is not due yet before it came to the next priority.
fn walks(columns: &str, behind: impl Fn(i64) -> String, locked: &str) -> String {
    let walks: Vec<String> = (Priority::HIGHEST.level()..=Priority::LOWEST.level())
        .map(|priority| {
            let behind = behind(priority);
            format!(
                "SELECT * FROM (SELECT {columns} FROM jobs WHERE state = 'pending' AND queue = $1 \
                 AND priority = {priority} AND run_at <= $2{behind} ORDER BY run_at, id LIMIT $3{locked}) AS p{priority}"
            )
        })
        .collect();
    format!("SELECT * FROM ({}) AS walks LIMIT $3", walks.join(" UNION ALL "))
}

/// A row of a due job, as it is once it is taken.
fn read_job(row: &Row, of: &Of<'_>) -> Result<Job, StoreError> {
    let id = JobId(row.get(0)?);
    let subject = match row.get::<Option<String>>(4)? {
        Some(kind) => Some(Subject { kind: stored_kind(kind)?, id: row.get(5)? }),
        None => None,
    };
    Ok(Job {
        id,
        queue: of.queue.clone(),
        lease: Lease { job: id, node: of.node, fence: row.get(1)? },
        priority: stored_priority(row.get(2)?)?,
        run_at: Timestamp(row.get(3)?),
        subject,
        domain_id: row.get(6)?,
        lane: row.get(7)?,
        payload: row.get(8)?,
        attempt: stored_count(row.get(9)?),
        max_attempts: stored_count(row.get(10)?),
        crashes: stored_count(row.get(11)?),
        created_at: Timestamp(row.get(12)?),
    })
}

pub(super) fn stored_kind(kind: String) -> Result<SubjectKind, StoreError> {
    SubjectKind::parse(kind).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(super) fn stored_priority(level: i64) -> Result<Priority, StoreError> {
    Priority::new(level).map_err(|error| StoreError::Corrupt(error.to_string()))
}

pub(super) fn stored_count(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(if count < 0 { 0 } else { u32::MAX })
}
