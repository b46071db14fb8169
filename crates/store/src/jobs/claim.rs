//! Claiming: due jobs of a queue in the order of priority, due time and number, leased in one transaction.

use std::sync::LazyLock;

use clock::Timestamp;
use engine::{ClaimRequest, Claimed, Job, JobId, JobState, Lease, Priority, QueueName, Subject, SubjectKind};

use super::counters::Tally;
use super::queues::{allowances, refund};
use crate::db::{Tx, transaction};
use crate::dialect::Dialect;
use crate::gate::Size;
use crate::sql::{Row, sql};
use crate::subjects::{self, Processing};
use crate::{Store, StoreError};

impl Store {
    pub(super) async fn claim_jobs(
        &self,
        request: ClaimRequest<'_>,
        now: Timestamp,
    ) -> Result<Claimed, StoreError> {
        let jobs = transaction!(self.db, Size::Bulk, |tx| {
            let mut tally = Tally::default();
            let mut jobs: Vec<Job> = Vec::new();
            for share in allowances(tx, request.shares, now).await? {
                let limit = share.limit.min(request.limit - jobs.len());
                let found = claim_queue(tx, &request, &share.queue, limit, now, &mut jobs).await?;
                tally.moved(&share.queue, Some(JobState::Pending), Some(JobState::Running), found);
                if share.rated && found < share.limit {
                    refund(tx, &share.queue, share.limit - found).await?;
                }
            }
            let mut records = subjects::Changes::default();
            for job in &jobs {
                records.add(job.subject.as_ref(), Processing::Processing, None);
            }
            records.write(tx, now).await?;
            tally.write(tx, self.shard, now).await?;
            Ok(jobs)
        })?;
        Ok(Claimed { jobs })
    }
}

async fn claim_queue(
    tx: &mut Tx,
    request: &ClaimRequest<'_>,
    queue: &QueueName,
    limit: usize,
    now: Timestamp,
    jobs: &mut Vec<Job>,
) -> Result<usize, StoreError> {
    if limit == 0 {
        return Ok(0);
    }
    let text: &'static str = match tx.dialect() {
        Dialect::Sqlite => &DUE_SQLITE,
        Dialect::Postgres => &DUE_POSTGRES,
    };
    let from = jobs.len();
    for row in tx.rows(sql(text).bind(queue.as_str()).bind(now).bind(limit)).await? {
        jobs.push(read_job(&row, queue, request)?);
    }
    let claimed = &mut jobs[from..];
    // The walks come in order; that a database keeps it when it joins them is not promised.
    claimed.sort_unstable_by_key(|job| (job.priority, job.run_at, job.id));
    let ids: Vec<i64> = claimed.iter().map(|job| job.id.0).collect();
    let fixed = [request.node.0.into(), now.after(request.lease).into(), now.into()];
    tx.run_ids(TAKE, &fixed, &ids).await?;
    Ok(ids.len())
}

/// What claiming changes; [`read_job`] reads a job as it is after it. Reading first and then writing costs less on
/// SQLite than `UPDATE .. RETURNING`, which keeps all rows aside before it hands out the first.
const TAKE: &str = "UPDATE jobs SET state = 'running', node = {1}, lease_until = {2}, started_at = {3}, \
                    attempt = attempt + 1, fence = fence + 1 WHERE id IN ({ids})";

const COLUMNS: &str = "id, fence, priority, run_at, subject_kind, subject_id, domain_id, lane, payload, attempt, \
                       max_attempts, crashes, created_at";

static DUE_SQLITE: LazyLock<String> = LazyLock::new(|| due_text(Dialect::Sqlite));
static DUE_POSTGRES: LazyLock<String> = LazyLock::new(|| due_text(Dialect::Postgres));

/// One short index walk for each priority, most urgent first, until there are enough. One walk over all priorities
/// would pass every job that is not due yet before it came to the next priority.
fn due_text(dialect: Dialect) -> String {
    let walks: Vec<String> = (Priority::HIGHEST.level()..=Priority::LOWEST.level())
        .map(|priority| {
            format!(
                "SELECT * FROM (SELECT {COLUMNS} FROM jobs WHERE state = 'pending' AND queue = $1 \
                 AND priority = {priority} AND run_at <= $2 ORDER BY run_at, id LIMIT $3{}) AS p{priority}",
                dialect.skip_locked()
            )
        })
        .collect();
    format!("SELECT * FROM ({}) AS walks LIMIT $3", walks.join(" UNION ALL "))
}

/// A row of a due job, as it is once it is taken.
fn read_job(row: &Row, queue: &QueueName, request: &ClaimRequest<'_>) -> Result<Job, StoreError> {
    let id = JobId(row.get(0)?);
    let subject = match row.get::<Option<String>>(4)? {
        Some(kind) => Some(Subject { kind: stored_kind(kind)?, id: row.get(5)? }),
        None => None,
    };
    Ok(Job {
        id,
        queue: queue.clone(),
        lease: Lease { job: id, node: request.node, fence: row.get::<i64>(1)? + 1 },
        priority: stored_priority(row.get(2)?)?,
        run_at: Timestamp(row.get(3)?),
        subject,
        domain_id: row.get(6)?,
        lane: row.get(7)?,
        payload: row.get(8)?,
        attempt: stored_count(row.get::<i64>(9)? + 1),
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
