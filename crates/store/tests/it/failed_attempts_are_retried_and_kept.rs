//! A failed attempt goes back to pending until its time and is kept; the last one ends the job as failed; an operator's
//! retry gives all attempts back and keeps the history.

use std::time::Duration;

use engine::{CodedError, JobState, NewJob, Verdict};

use crate::home::{Home, QUEUE, claim, commit, counts, enqueue, outcome};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let id = enqueue(&store, vec![NewJob::new(QUEUE)]).await[0];
    let wait = Duration::from_secs(30);
    let error = CodedError::new("timeout", "no answer from the host within 10 s");
    let job = claim(&store, 1).await.remove(0);
    let retry = Verdict::Retry { run_at: store.now().after(wait), error: error.clone() };
    assert!(commit(&store, outcome(&job, retry)).await);
    assert!(claim(&store, 1).await.is_empty(), "not before its time");
    home.clock.advance(wait);
    let job = claim(&store, 1).await.remove(0);
    assert_eq!(job.attempt, 2);
    assert!(commit(&store, outcome(&job, Verdict::Fail { error: error.clone() })).await);

    let (view, attempts) = store.job(id).await.expect("the job");
    assert_eq!((view.state, view.attempt, view.error), (JobState::Failed, 2, Some(error.clone())));
    assert_eq!(attempts.iter().map(|attempt| attempt.attempt).collect::<Vec<_>>(), [1, 2]);
    assert!(attempts.iter().all(|attempt| attempt.error == error && !attempt.crashed));

    assert_eq!(store.retry_jobs(&[id], store.now()).await.expect("retry").retried, [id]);
    let again = claim(&store, 1).await.remove(0);
    assert_eq!((again.id, again.attempt), (id, 1));
    assert!(again.lease.fence > job.lease.fence, "leases of its former life stay void");
    assert_eq!(store.job(id).await.expect("the job").1.len(), 2);
    let counts = counts(&store).await;
    assert_eq!((counts.running, counts.failed), (1, 0));
}
