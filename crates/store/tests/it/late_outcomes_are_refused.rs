//! What a worker brings after its lease was taken is refused whole: no state, no follow-up job, no part.

use engine::{Done, Incarnation, JobState, JobStore, NewJob, Sweep, Verdict};

use crate::home::{Home, LEASE, OTHER, QUEUE, claim, claim_as, commit, complete, counts, enqueue, outcome};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let id = enqueue(&store, vec![NewJob::new(QUEUE)]).await[0];
    let late = claim(&store, 1).await.remove(0);
    home.clock.advance(LEASE * 2);
    assert_eq!(store.sweep(Sweep::default(), store.now()).await.expect("sweep").returned, 1);

    let follow_up = || vec![NewJob::new(OTHER)];
    let done = Verdict::Complete(Done::nothing().then(follow_up()));
    assert!(!commit(&store, outcome(&late, done.clone())).await, "while it waits");
    home.clock.advance(LEASE);
    let current = claim_as(&store, Incarnation(2), &QUEUE, 1).await.remove(0);
    assert_eq!(current.id, id);
    assert!(!commit(&store, outcome(&late, done)).await, "while another runs it");
    let part = store.commit_part(late.lease, None, follow_up(), None, store.now()).await.expect("part");
    assert!(!part, "a part neither");
    assert!(claim_as(&store, Incarnation(2), &OTHER, 1).await.is_empty(), "no follow-up came of it");

    assert!(commit(&store, complete(&current)).await);
    assert!(!commit(&store, complete(&current)).await, "twice is refused too");
    let (view, _) = store.job(id).await.expect("the job");
    assert_eq!((view.state, counts(&store).await.complete), (JobState::Complete, 1));
}
