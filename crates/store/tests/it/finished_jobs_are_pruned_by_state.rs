//! Retention deletes finished jobs of one kind of end, oldest first, with their attempts, and never live ones.

use std::time::Duration;

use engine::{CodedError, JobState, NewJob, Verdict};
use store::{Prune, StoreError};

use crate::home::{Home, QUEUE, claim, commit, complete, counts, enqueue, outcome};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let ids = enqueue(&store, vec![NewJob::new(QUEUE); 6]).await;
    for job in claim(&store, 5).await {
        home.clock.advance(Duration::from_secs(60));
        let failed = Verdict::Fail { error: CodedError::new("gone", "410") };
        let outcome = if job.id == ids[0] { outcome(&job, failed) } else { complete(&job) };
        assert!(commit(&store, outcome).await);
    }
    let prune = |state, limit| Prune { state, before: store.now(), limit };
    let gone = store.prune_jobs(prune(JobState::Complete, 2), store.now()).await.expect("prune");
    assert_eq!(gone.jobs, 2);
    assert!(matches!(store.job(ids[1]).await, Err(StoreError::NotFound { .. })), "the oldest went first");
    assert!(store.job(ids[3]).await.is_ok());
    let gone = store.prune_jobs(prune(JobState::Complete, 100), store.now()).await.expect("prune");
    assert_eq!(gone.jobs, 1, "the one that ended just now is not before now");
    assert_eq!(store.prune_jobs(prune(JobState::Pending, 100), store.now()).await.expect("prune").jobs, 0);
    let left = counts(&store).await;
    assert_eq!((left.pending, left.complete, left.failed), (1, 1, 1));
    assert_eq!(store.prune_jobs(prune(JobState::Failed, 9), store.now()).await.expect("prune").jobs, 1);
}
