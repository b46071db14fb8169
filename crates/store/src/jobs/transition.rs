//! The one way by which a job's state changes after it was queued: its row, its history, its attempts, the counters
//! and the record that it is for, together.

use clock::Timestamp;
use engine::{CodedError, JobState, QueueName, Subject};

use super::counters::Tally;
use crate::StoreError;
use crate::db::Tx;
use crate::sql::{Bulk, Value};
use crate::subjects::{self, CANCELLED, Processing};

/// A live job that this transaction holds, and where it is to go.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub id: i64,
    pub queue: &'a QueueName,
    pub subject: Option<&'a Subject>,
    pub from: JobState,
    pub to: Goal<'a>,
}

/// Where a live job goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Goal<'a> {
    /// To history, done.
    Complete { result: Option<&'a str> },
    /// To history, given up.
    Fail { error: &'a CodedError, outcome: Attempt },
    /// To history, stopped.
    Cancel { reason: &'a CodedError },
    /// Back to pending.
    Wait(Wait<'a>),
}

/// Back to pending: when, and at what price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wait<'a> {
    /// Not before; `None`: as before.
    pub run_at: Option<Timestamp>,
    pub error: Option<&'a CodedError>,
    pub outcome: Attempt,
}

/// What the run that ends counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// A failed attempt; recorded.
    Failed,
    /// The process died; recorded, counted apart.
    Crashed,
    /// No attempt at all: it is given back.
    None,
}

/// Takes all steps. The caller has made sure, in this transaction, that each job is live in its `from` state.
pub(super) async fn take(
    tx: &mut Tx,
    steps: &[Step<'_>],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<(), StoreError> {
    record_attempts(tx, steps, now).await?;
    finish_plain(tx, steps, now).await?;
    finish_told(tx, steps, now).await?;
    put_back(tx, steps).await?;
    let mut records = subjects::Changes::default();
    for step in steps {
        count(step, tally);
        let (status, error) = match step.to {
            Goal::Complete { .. } => (Processing::Complete, None),
            Goal::Fail { error, .. } => (Processing::Error, Some(error.message.as_str())),
            Goal::Cancel { .. } => (Processing::Error, Some(CANCELLED)),
            Goal::Wait(_) => (Processing::Queued, None),
        };
        records.add(step.subject, status, error);
    }
    records.write(tx, now).await
}

fn count(step: &Step<'_>, tally: &mut Tally) {
    let to = match step.to {
        Goal::Complete { .. } => JobState::Complete,
        Goal::Fail { .. } => JobState::Failed,
        Goal::Cancel { .. } => JobState::Cancelled,
        Goal::Wait(_) => JobState::Pending,
    };
    tally.moved(step.queue, Some(step.from), Some(to), 1);
    match step.to {
        Goal::Complete { .. } => tally.minute(step.queue).complete += 1,
        Goal::Fail { .. } => tally.minute(step.queue).failed += 1,
        Goal::Wait(Wait { outcome: Attempt::Failed, .. }) => tally.minute(step.queue).retried += 1,
        Goal::Cancel { .. } | Goal::Wait(_) => {}
    }
}

/// Keeps what is known of attempts that did not succeed.
async fn record_attempts(tx: &mut Tx, steps: &[Step<'_>], now: Timestamp) -> Result<(), StoreError> {
    let mut values = Vec::new();
    for step in steps {
        let (error, outcome) = match step.to {
            Goal::Fail { error, outcome } | Goal::Wait(Wait { error: Some(error), outcome, .. }) => {
                (error, outcome)
            }
            _ => continue,
        };
        let word = match outcome {
            Attempt::Failed => "error",
            Attempt::Crashed => "crash",
            Attempt::None => continue,
        };
        values.extend([
            step.id.into(),
            Value::from(word),
            error.code.as_ref().into(),
            error.message.as_str().into(),
        ]);
    }
    tx.run_bulk(Bulk {
        head: "WITH v(id, outcome, code, message) AS (VALUES",
        columns: 4,
        tail: ") INSERT INTO job_attempts (job_id, domain_id, fence, attempt, outcome, node, started_at, finished_at, error_code, error_message) \
               SELECT jobs.id, jobs.domain_id, jobs.fence, jobs.attempt, v.outcome, jobs.node, jobs.started_at, {1}, v.code, v.message \
               FROM v JOIN jobs ON jobs.id = v.id",
        fixed: vec![now.into()],
        values,
    })
    .await?;
    Ok(())
}

/// The usual end: complete, with nothing to tell. Only numbers are sent.
async fn finish_plain(tx: &mut Tx, steps: &[Step<'_>], now: Timestamp) -> Result<(), StoreError> {
    let plain = steps.iter().filter(|step| step.to == Goal::Complete { result: None });
    let ids: Vec<i64> = plain.map(|step| step.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    tx.run_ids(
        "INSERT INTO job_history (id, queue, state, priority, run_at, subject_kind, subject_id, domain_id, lane, \
         payload, attempt, max_attempts, crashes, fence, node, progress_percent, progress_message, created_by, \
         created_at, started_at, finished_at) \
         SELECT id, queue, 'complete', priority, run_at, subject_kind, subject_id, domain_id, lane, \
         payload, attempt, max_attempts, crashes, fence, node, progress_percent, progress_message, created_by, \
         created_at, started_at, {1} FROM jobs WHERE id IN ({ids})",
        &[now.into()],
        &ids,
    )
    .await?;
    tx.run_ids("DELETE FROM jobs WHERE id IN ({ids})", &[], &ids).await?;
    Ok(())
}

/// Any other end: each job with its own words.
async fn finish_told(tx: &mut Tx, steps: &[Step<'_>], now: Timestamp) -> Result<(), StoreError> {
    let mut ids = Vec::new();
    let mut values = Vec::new();
    for step in steps {
        let (state, error, result, crashes) = match step.to {
            Goal::Complete { result: Some(result) } => (JobState::Complete, None, Some(result), 0_i64),
            Goal::Fail { error, outcome } => {
                (JobState::Failed, Some(error), None, i64::from(outcome == Attempt::Crashed))
            }
            Goal::Cancel { reason } => (JobState::Cancelled, Some(reason), None, 0),
            Goal::Complete { result: None } | Goal::Wait(_) => continue,
        };
        ids.push(step.id);
        values.extend([step.id.into(), state.as_str().into(), crashes.into()]);
        values.extend(
            [error.map(|error| error.code.as_ref()), error.map(|error| error.message.as_str()), result]
                .map(Value::from),
        );
    }
    if ids.is_empty() {
        return Ok(());
    }
    tx.run_bulk(Bulk {
        head: "WITH v(id, state, crashes, code, message, result) AS (VALUES",
        columns: 6,
        tail: ") INSERT INTO job_history (id, queue, state, priority, run_at, subject_kind, subject_id, domain_id, lane, \
               payload, attempt, max_attempts, crashes, fence, node, progress_percent, progress_message, error_code, \
               error_message, result, created_by, created_at, started_at, finished_at) \
               SELECT jobs.id, queue, v.state, priority, run_at, subject_kind, subject_id, domain_id, lane, \
               payload, attempt, max_attempts, jobs.crashes + v.crashes, fence, node, progress_percent, progress_message, \
               v.code, v.message, v.result, created_by, created_at, started_at, {1} FROM v JOIN jobs ON jobs.id = v.id",
        fixed: vec![now.into()],
        values,
    })
    .await?;
    tx.run_ids("DELETE FROM jobs WHERE id IN ({ids})", &[], &ids).await?;
    Ok(())
}

/// Back to pending, out of anybody's hands.
async fn put_back(tx: &mut Tx, steps: &[Step<'_>]) -> Result<(), StoreError> {
    let mut values = Vec::new();
    for step in steps {
        let Goal::Wait(wait) = step.to else { continue };
        let given_back = i64::from(wait.outcome != Attempt::Failed);
        let crashes = i64::from(wait.outcome == Attempt::Crashed);
        values.extend([step.id.into(), Value::from(wait.run_at), given_back.into(), crashes.into()]);
        let words =
            [wait.error.map(|error| error.code.as_ref()), wait.error.map(|error| error.message.as_str())];
        values.extend(words.map(Value::from));
    }
    tx.run_bulk(Bulk {
        head: "WITH v(id, run_at, given_back, crashes, code, message) AS (VALUES",
        columns: 6,
        tail: ") UPDATE jobs SET state = 'pending', run_at = COALESCE(v.run_at, jobs.run_at), \
               attempt = jobs.attempt - v.given_back, crashes = jobs.crashes + v.crashes, node = NULL, lease_until = NULL, \
               started_at = NULL, error_code = COALESCE(v.code, jobs.error_code), \
               error_message = COALESCE(v.message, jobs.error_message) FROM v WHERE jobs.id = v.id",
        fixed: vec![],
        values,
    })
    .await?;
    Ok(())
}
