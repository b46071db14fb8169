//! Waiting jobs are cancelled at once, running ones too: their workers hear of it and what they bring is refused.

use engine::{Heartbeat, JobId, JobState, JobStore, NewJob};

use crate::home::{Home, LEASE, NODE, QUEUE, claim, commit, complete, counts, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let ids = enqueue(&store, vec![NewJob::new(QUEUE); 3]).await;
    let running = claim(&store, 1).await.remove(0);
    let mut told = store.signals().on_leases_revoked();
    let all = [ids[0], ids[1], JobId(999_999)];
    let cancelled = store.cancel_jobs(&all, "wrong list", store.now()).await.expect("cancel");
    assert_eq!((cancelled.running, cancelled.pending), (vec![ids[0]], vec![ids[1]]));
    assert_eq!(cancelled.not_live, [JobId(999_999)]);
    assert!(told.has_changed().expect("the store is open"));
    told.mark_unchanged();

    let beat = Heartbeat { node: NODE, lease: LEASE, held: &[running.lease], progress: &[] };
    assert_eq!(store.heartbeat(beat, store.now()).await.expect("heartbeat"), [running.lease]);
    assert!(!commit(&store, complete(&running)).await);
    for id in &ids[..2] {
        let (view, _) = store.job(*id).await.expect("the job");
        assert_eq!((view.state, view.error.expect("a reason").message), (JobState::Cancelled, "wrong list".to_owned()));
    }
    let counts = counts(&store).await;
    assert_eq!((counts.cancelled, counts.pending, counts.running), (2, 1, 0));
    assert_eq!(store.cancel_jobs(&ids[..1], "again", store.now()).await.expect("cancel").not_live, [ids[0]]);
}
