//! A job that goes on commits parts: their follow-up jobs are there at once, with its progress.

use engine::{JobStore, NewJob, Progress};

use crate::home::{Home, NODE, OTHER, QUEUE, claim, claim_as, commit, complete, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let id = enqueue(&store, vec![NewJob::new(QUEUE)]).await[0];
    let job = claim(&store, 1).await.remove(0);
    for percent in [30, 60] {
        let progress = Some(Progress { percent, message: String::from("going on") });
        let next = vec![NewJob::new(OTHER); 2];
        assert!(store.commit_part(job.lease, None, next, progress, store.now()).await.expect("part"));
        assert_eq!(claim_as(&store, NODE, &OTHER, 9).await.len(), 2);
        let (view, _) = store.job(id).await.expect("the job");
        assert_eq!(view.progress, Some((percent, "going on".to_owned())));
    }
    assert!(commit(&store, complete(&job)).await);
}
