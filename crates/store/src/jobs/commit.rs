//! Committing what came of jobs: states, effects and follow-up jobs in one transaction, behind the guarded door.

use clock::Timestamp;
use engine::{Enqueued, JobState, Lease, NewJob, Outcome, Progress, Verdict};

use super::counters::Tally;
use super::enqueue::{Source, enqueue};
use super::leases::admit;
use super::transition::{self, Attempt, Goal, Step, Wait};
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::sql;
use crate::{Effect, Store, StoreError, catalog};

impl Store {
    pub(super) async fn commit_outcomes(
        &self,
        outcomes: &[Outcome<Effect>],
        now: Timestamp,
    ) -> Result<Vec<bool>, StoreError> {
        if outcomes.is_empty() {
            return Ok(Vec::new());
        }
        let ids = self.job_ids.take(&self.db, outcomes.iter().map(jobs_max).sum()).await?;
        let leases: Vec<Lease> = outcomes.iter().map(|outcome| outcome.lease).collect();
        let (accepted, queued) = transaction!(self.db, Size::Bulk, |tx| {
            let accepted = admit(tx, &leases).await?;
            let held = outcomes.iter().zip(&accepted).filter(|(_, held)| **held).map(|(outcome, _)| outcome);
            let queued = write(tx, &held.collect::<Vec<_>>(), &ids, now).await?;
            Ok((accepted, queued))
        })?;
        // Only these come to stand where they stood before; what is tried again or put off comes later.
        let released = outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Release));
        self.frontiers.given_back(released.map(|outcome| &outcome.queue));
        self.worked(outcomes.len());
        if queued {
            self.signals.jobs_added();
        }
        Ok(accepted)
    }

    pub(super) async fn commit_job_part(
        &self,
        lease: Lease,
        effect: Option<&Effect>,
        next: &[NewJob],
        progress: Option<Progress>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let ids = self.job_ids.take(&self.db, next.len() + effect.map_or(0, Effect::jobs_max)).await?;
        let held = transaction!(self.db, Size::Bulk, |tx| {
            if admit(tx, &[lease]).await? != [true] {
                return Ok(false);
            }
            let mut jobs = next.to_vec();
            if let Some(effect) = effect {
                jobs.extend(catalog::apply(tx, &[effect], now).await?);
            }
            // A job that gets on is no poison: what died with it before is forgotten.
            let text = "UPDATE jobs SET crashes = 0, progress_percent = COALESCE($2, progress_percent), \
                        progress_message = COALESCE($3, progress_message) WHERE id = $1";
            let query = sql(text).bind(lease.job).bind(progress.as_ref().map(|progress| progress.percent));
            tx.run(query.bind(progress.as_ref().map(|progress| progress.message.as_str()))).await?;
            let mut tally = Tally::default();
            enqueue(tx, &jobs, &ids, Source::Work, now, &mut tally).await?;
            tally.write(tx, now).await?;
            Ok(true)
        })?;
        if held && !ids.is_empty() {
            self.signals.jobs_added();
        }
        Ok(held)
    }
}

/// Writes outcomes whose leases hold; whether jobs were queued.
async fn write(
    tx: &mut Tx,
    outcomes: &[&Outcome<Effect>],
    ids: &[i64],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut tally = Tally::default();
    let effects: Vec<&Effect> = outcomes.iter().filter_map(|outcome| effect_of(outcome)).collect();
    let mut next: Vec<NewJob> = outcomes.iter().flat_map(|outcome| follow_ups(outcome)).cloned().collect();
    if !effects.is_empty() {
        next.extend(catalog::apply(tx, &effects, now).await?);
    }
    let steps: Vec<Step<'_>> = outcomes.iter().map(|outcome| step(outcome)).collect();
    transition::take(tx, &steps, now, &mut tally).await?;
    for outcome in outcomes {
        let run = now.since(outcome.started_at).as_millis();
        tally.minute(&outcome.queue).run_ms += u64::try_from(run).unwrap_or(u64::MAX);
    }
    let enqueued = enqueue(tx, &next, ids, Source::Work, now, &mut tally).await?;
    tally.write(tx, now).await?;
    Ok(enqueued.iter().any(|what| matches!(what, Enqueued::Added(_))))
}

fn follow_ups(outcome: &Outcome<Effect>) -> &[NewJob] {
    match &outcome.verdict {
        Verdict::Complete(done) => &done.next,
        _ => &[],
    }
}

/// How many jobs an outcome may queue at most: their numbers are taken before the transaction.
fn jobs_max(outcome: &Outcome<Effect>) -> usize {
    follow_ups(outcome).len() + effect_of(outcome).map_or(0, Effect::jobs_max)
}

fn effect_of(outcome: &Outcome<Effect>) -> Option<&Effect> {
    match &outcome.verdict {
        Verdict::Complete(done) => done.effect.as_ref(),
        _ => None,
    }
}

fn step(outcome: &Outcome<Effect>) -> Step<'_> {
    let wait = |run_at, error, outcome| Goal::Wait(Wait { run_at, error, outcome });
    let to = match &outcome.verdict {
        Verdict::Complete(done) => Goal::Complete { result: done.result.as_deref() },
        Verdict::Retry { run_at, error } => wait(Some(*run_at), Some(error), Attempt::Failed),
        Verdict::Snooze { run_at, reason } => wait(Some(*run_at), Some(reason), Attempt::None),
        Verdict::Fail { error } => Goal::Fail { error, outcome: Attempt::Failed },
        Verdict::Release => wait(None, None, Attempt::None),
    };
    let subject = outcome.subject.as_ref();
    Step { id: outcome.lease.job.0, queue: &outcome.queue, subject, from: JobState::Running, to }
}
