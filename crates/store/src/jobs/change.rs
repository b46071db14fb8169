//! What a part of a bulk operation does with jobs: each one told how it was before, or why it was left alone.

use std::collections::{BTreeMap, HashMap, HashSet};

use clock::Timestamp;
use engine::{CodedError, JobId, JobState};

use super::claim::FORCED;
use super::counters::Tally;
use super::operate::{delete, live, retry};
use super::queues::stored_name;
use super::sweep::Found;
use super::transition::{self, Goal};
use crate::StoreError;
use crate::db::Tx;
use crate::operation::{Outcomes, Was};
use crate::sql::{Bulk, Value};
use crate::subjects::{self, Processing};

/// What is done with jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobChange {
    /// They are stopped, for this reason.
    Cancel(String),
    /// Failed and cancelled ones wait again.
    Retry,
    /// Waiting ones run next.
    Force,
    /// Finished ones go.
    Delete,
}

/// Changes the jobs of these numbers.
pub(crate) async fn change(
    tx: &mut Tx,
    what: &JobChange,
    ids: &[i64],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<Outcomes, StoreError> {
    let mut outcomes = Outcomes::default();
    match what {
        JobChange::Cancel(reason) => {
            let error = CodedError::new("cancelled", reason.clone());
            let found = live(tx, ids).await?;
            let steps: Vec<_> = found.iter().map(|job| job.step(Goal::Cancel { reason: &error })).collect();
            transition::take(tx, &steps, now, tally).await?;
            found.iter().for_each(|job| outcomes.changed(job.id, Was::default()));
            outcomes.revoked = found.iter().any(|job| job.state == JobState::Running);
        }
        JobChange::Retry => {
            let before = how_they_ended(tx, ids).await?;
            let jobs: Vec<JobId> = ids.iter().copied().map(JobId).collect();
            let retried = retry(tx, &jobs, ids, now, tally).await?;
            for job in retried.retried {
                outcomes.changed(job.0, before.get(&job.0).cloned().unwrap_or_default());
            }
            retried.duplicate.iter().for_each(|job| outcomes.skipped(job.0, "duplicate"));
        }
        JobChange::Force => {
            let text = "SELECT id, run_at FROM jobs WHERE id IN ({ids}) AND state = 'pending'";
            for row in tx.rows_ids(text, &[], ids).await? {
                let run_at = Some(row.get::<i64>(1)?);
                outcomes.changed(row.get(0)?, Was { time: run_at, ..Was::default() });
            }
            let text = "UPDATE jobs SET run_at = {1} WHERE id IN ({ids}) AND state = 'pending'";
            tx.run_ids(text, &[FORCED.into()], ids).await?;
        }
        JobChange::Delete => {
            delete(tx, ids, tally).await?.into_iter().for_each(|id| outcomes.changed(id, Was::default()));
        }
    }
    let rest: Vec<i64> = ids.iter().copied().filter(|id| !outcomes.knows(*id)).collect();
    let states = states(tx, &rest).await?;
    for id in rest {
        outcomes.skipped(id, states.get(&id).map_or("not_found", |state| state.as_str()));
    }
    Ok(outcomes)
}

/// Takes back what [`change`] did to these jobs at `at`, where they have not changed since.
pub(crate) async fn take_back(
    tx: &mut Tx,
    what: &JobChange,
    changed: &[(i64, Was)],
    at: Timestamp,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<Outcomes, StoreError> {
    let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
    let mut outcomes = Outcomes::default();
    match what {
        JobChange::Cancel(_) => {
            let text = "SELECT id FROM job_history WHERE id IN ({ids}) AND state = 'cancelled' AND finished_at = {1}";
            let rows = tx.rows_ids(text, &[at.into()], &ids).await?;
            let same = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
            let jobs: Vec<JobId> = same.iter().copied().map(JobId).collect();
            let retried = retry(tx, &jobs, &same, now, tally).await?;
            retried.retried.iter().for_each(|job| outcomes.changed(job.0, Was::default()));
        }
        JobChange::Retry => {
            for id in end_again(tx, changed, at, tally, now).await? {
                outcomes.changed(id, Was::default());
            }
        }
        JobChange::Force => {
            let values = changed.iter().flat_map(|(id, was)| [(*id).into(), Value::from(was.time)]).collect();
            let rows = tx
                .rows_bulk(Bulk {
                    head: "WITH v(id, run_at) AS (VALUES",
                    columns: 2,
                    tail: ") UPDATE jobs SET run_at = v.run_at FROM v WHERE jobs.id = v.id AND jobs.state = 'pending' \
                           AND jobs.run_at = {1} RETURNING jobs.id",
                    fixed: vec![FORCED.into()],
                    values,
                })
                .await?;
            for row in rows {
                outcomes.changed(row.get(0)?, Was::default());
            }
        }
        JobChange::Delete => {}
    }
    for id in ids.into_iter().filter(|id| !outcomes.knows(*id)).collect::<Vec<_>>() {
        outcomes.skipped(id, "changed_since");
    }
    Ok(outcomes)
}

/// How finished jobs ended.
async fn how_they_ended(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, Was>, StoreError> {
    let text =
        "SELECT id, state, error_code, error_message, finished_at FROM job_history WHERE id IN ({ids})";
    let mut ended = HashMap::new();
    for row in tx.rows_ids(text, &[], ids).await? {
        let was = Was {
            state: Some(row.get(1)?),
            code: row.get(2)?,
            error: row.get(3)?,
            time: Some(row.get(4)?),
            ..Was::default()
        };
        ended.insert(row.get(0)?, was);
    }
    Ok(ended)
}

/// Puts jobs that were retried at `at` and have not run since back to how they had ended; which these were.
async fn end_again(
    tx: &mut Tx,
    changed: &[(i64, Was)],
    at: Timestamp,
    tally: &mut Tally,
    now: Timestamp,
) -> Result<HashSet<i64>, StoreError> {
    let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
    let waiting: HashMap<i64, Found> = live(tx, &ids)
        .await?
        .into_iter()
        .filter(|job| job.state == JobState::Pending)
        .map(|job| (job.id, job))
        .collect();
    let values = changed.iter().filter(|(id, _)| waiting.contains_key(id)).flat_map(|(id, was)| {
        let texts = [was.state.as_deref(), was.code.as_deref(), was.error.as_deref()].map(Value::from);
        std::iter::once(Value::from(*id)).chain(texts).chain([Value::from(was.time)])
    });
    let rows = tx
        .rows_bulk(Bulk {
            head: "WITH v(id, state, code, message, finished_at) AS (VALUES",
            columns: 5,
            tail: ") INSERT INTO job_history (id, queue, state, priority, run_at, subject_kind, subject_id, domain_id, \
                   lane, payload, attempt, max_attempts, crashes, fence, error_code, error_message, created_by, created_at, \
                   finished_at) SELECT jobs.id, queue, v.state, priority, run_at, subject_kind, subject_id, domain_id, \
                   lane, payload, attempt, max_attempts, crashes, fence, v.code, v.message, created_by, created_at, \
                   v.finished_at FROM v JOIN jobs ON jobs.id = v.id WHERE jobs.run_at = {1} AND jobs.attempt = 0 \
                   RETURNING id",
            fixed: vec![at.into()],
            values: values.collect(),
        })
        .await?;
    let ended = rows.iter().map(|row| row.get(0)).collect::<Result<HashSet<i64>, _>>()?;
    let gone: Vec<i64> = ended.iter().copied().collect();
    tx.run_ids("DELETE FROM jobs WHERE id IN ({ids})", &[], &gone).await?;
    let mut records = subjects::Changes::default();
    for (id, was) in changed.iter().filter(|(id, _)| ended.contains(id)) {
        let (Some(job), Some(state)) = (waiting.get(id), was.state.as_deref().and_then(JobState::from_word))
        else {
            continue;
        };
        tally.moved(&job.queue, Some(JobState::Pending), Some(state), 1);
        let error =
            if state == JobState::Cancelled { Some(subjects::CANCELLED) } else { was.error.as_deref() };
        records.add(job.subject.as_ref(), Processing::Error, error);
    }
    records.write(tx, now).await?;
    Ok(ended)
}

/// How jobs stand, live and finished ones.
async fn states(tx: &mut Tx, ids: &[i64]) -> Result<BTreeMap<i64, JobState>, StoreError> {
    let mut states = BTreeMap::new();
    for text in [
        "SELECT id, state FROM jobs WHERE id IN ({ids})",
        "SELECT id, state FROM job_history WHERE id IN ({ids})",
    ] {
        for row in tx.rows_ids(text, &[], ids).await? {
            let state: String = row.get(1)?;
            states.extend(
                JobState::from_word(&state)
                    .map(|state| (row.get::<i64>(0), state))
                    .and_then(|(id, state)| id.ok().map(|id| (id, state))),
            );
        }
    }
    Ok(states)
}

/// Takes pending jobs of these records out again, as if they had never been queued; whose they were.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    kind: &str,
    records: &[i64],
    tally: &mut Tally,
) -> Result<HashSet<i64>, StoreError> {
    let text = "DELETE FROM jobs WHERE subject_id IN ({ids}) AND subject_kind = {1} AND state = 'pending' \
                AND attempt = 0 RETURNING subject_id, queue";
    let mut withdrawn = HashSet::new();
    for row in tx.rows_ids(text, &[kind.into()], records).await? {
        withdrawn.insert(row.get(0)?);
        tally.moved(&stored_name(row.get(1)?)?, Some(JobState::Pending), None, 1);
    }
    Ok(withdrawn)
}
