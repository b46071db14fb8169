//! Committing: whatever came together while the last batch was written is the next batch.

use std::sync::Arc;
use std::time::Duration;

use crate::crew::Crew;
use crate::{CodedError, JobStore, Outcome, Refusal, Verdict};

/// Most outcomes in one transaction.
const MOST_TOGETHER: usize = 1_024;
/// The first and the longest pause while the store is away.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

/// Commits until the crew is closed and nothing is left.
pub(crate) async fn work<E, S>(crew: Arc<Crew<E, S>>)
where
    E: Send + Sync + 'static,
    S: JobStore<E>,
{
    loop {
        let closed = crew.is_closed();
        let batch = crew.take_outcomes(MOST_TOGETHER);
        if !batch.is_empty() {
            commit(&crew, batch).await;
            crew.committed();
        } else if closed {
            return;
        } else {
            crew.outcomes.notified().await;
        }
    }
}

/// Commits a batch. One bad effect does not stop the others: a batch that the store refuses is halved until the
/// outcome that it does not want stands alone, and that one becomes a failure.
async fn commit<E, S>(crew: &Crew<E, S>, batch: Vec<Outcome<E>>)
where
    E: Send + Sync + 'static,
    S: JobStore<E>,
{
    let mut batches = vec![batch];
    while let Some(mut batch) = batches.pop() {
        match patiently(crew, &batch).await {
            Ok(accepted) => note_refused(&batch, &accepted),
            Err(error) if batch.len() > 1 => {
                tracing::debug!(%error, outcomes = batch.len(), "a batch was refused; it is halved");
                batches.push(batch.split_off(batch.len() / 2));
                batches.push(batch);
            }
            Err(error) => {
                for mut outcome in batch {
                    let told = matches!(outcome.verdict, Verdict::Complete(_));
                    tracing::error!(%error, job = %outcome.lease.job, told, "the store refused an outcome");
                    if told {
                        let error = CodedError::new("effect_refused", error.to_string());
                        outcome.verdict = Verdict::Fail { error };
                        batches.push(vec![outcome]);
                    }
                }
            }
        }
    }
}

/// Tries for as long as the store is merely away; leases decide in the meantime.
async fn patiently<E, S>(crew: &Crew<E, S>, batch: &[Outcome<E>]) -> Result<Vec<bool>, S::Error>
where
    E: Send + Sync + 'static,
    S: JobStore<E>,
{
    let mut pause = PAUSES.0;
    loop {
        match crew.store.commit(batch, crew.store.now()).await {
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, outcomes = batch.len(), "outcomes could not be committed; it is tried again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSES.1);
            }
            result => return result,
        }
    }
}

fn note_refused<E>(batch: &[Outcome<E>], accepted: &[bool]) {
    for (outcome, accepted) in batch.iter().zip(accepted) {
        if !accepted && !matches!(outcome.verdict, Verdict::Release) {
            tracing::info!(job = %outcome.lease.job, "an outcome came too late: the job was taken from this node");
        }
    }
}
