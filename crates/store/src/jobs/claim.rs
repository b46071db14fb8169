//! Claiming: due jobs of a queue in the order of priority, due time and number, leased in one statement.

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
        Dialect::Sqlite => &CLAIM_SQLITE,
        Dialect::Postgres => &CLAIM_POSTGRES,
    };
    let query = sql(text).bind(queue.as_str()).bind(now).bind(limit);
    let query = query.bind(request.node.0).bind(now.after(request.lease));
    let from = jobs.len();
    for row in tx.rows(query).await? {
        jobs.push(read_job(&row, queue, request)?);
    }
    // Neither database promises an order of the rows that a statement returns.
    jobs[from..].sort_unstable_by_key(|job| (job.priority, job.run_at, job.id));
    Ok(jobs.len() - from)
}

static CLAIM_SQLITE: LazyLock<String> = LazyLock::new(|| claim_text(Dialect::Sqlite));
static CLAIM_POSTGRES: LazyLock<String> = LazyLock::new(|| claim_text(Dialect::Postgres));

/// One short index walk for each priority, most urgent first, until there are enough. One walk over all priorities
/// would pass every job that is not due yet before it came to the next priority.
fn claim_text(dialect: Dialect) -> String {
    let walks: Vec<String> = (Priority::HIGHEST.level()..=Priority::LOWEST.level())
        .map(|priority| {
            format!(
                "SELECT id FROM (SELECT id FROM jobs WHERE state = 'pending' AND queue = $1 AND priority = {priority} \
                 AND run_at <= $2 ORDER BY run_at, id LIMIT $3{}) AS p{priority}",
                dialect.skip_locked()
            )
        })
        .collect();
    format!(
        "WITH due AS (SELECT id FROM ({}) AS walks LIMIT $3) \
         UPDATE jobs SET state = 'running', node = $4, lease_until = $5, started_at = $2, attempt = attempt + 1, \
         fence = fence + 1 WHERE id IN (SELECT id FROM due) \
         RETURNING id, fence, priority, run_at, subject_kind, subject_id, domain_id, lane, payload, attempt, \
         max_attempts, crashes, created_at",
        walks.join(" UNION ALL ")
    )
}

fn read_job(row: &Row, queue: &QueueName, request: &ClaimRequest<'_>) -> Result<Job, StoreError> {
    let id = JobId(row.get(0)?);
    let subject = match row.get::<Option<String>>(4)? {
        Some(kind) => Some(Subject { kind: stored_kind(kind)?, id: row.get(5)? }),
        None => None,
    };
    Ok(Job {
        id,
        queue: queue.clone(),
        lease: Lease { job: id, node: request.node, fence: row.get(1)? },
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
