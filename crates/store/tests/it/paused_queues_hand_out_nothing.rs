//! Nothing is claimed from a paused queue, alone or all together; a draining one takes nothing in but runs empty.

use engine::{Enqueued, JobStore, NewJob};

use crate::home::{Home, NODE, OTHER, QUEUE, claim, claim_as, commit, complete, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    enqueue(&store, vec![NewJob::new(QUEUE), NewJob::new(QUEUE), NewJob::new(OTHER), NewJob::new(OTHER)]).await;
    let now = store.now();
    store.pause_queue(Some(&QUEUE), Some("the host complained"), now).await.expect("pause");
    assert!(claim(&store, 1).await.is_empty());
    assert_eq!(claim_as(&store, NODE, &OTHER, 1).await.len(), 1);
    let settings = store.queue_settings().await.expect("settings");
    assert_eq!(settings[&QUEUE].reason.as_deref(), Some("the host complained"));

    store.resume_queue(Some(&QUEUE), now).await.expect("resume");
    store.pause_queue(None, None, now).await.expect("pause all");
    assert!(claim(&store, 1).await.is_empty());
    assert!(claim_as(&store, NODE, &OTHER, 1).await.is_empty());
    store.resume_queue(None, now).await.expect("resume all");

    store.drain_queue(&QUEUE, None, now).await.expect("drain");
    let refused = store.enqueue(vec![NewJob::new(QUEUE), NewJob::new(OTHER)], now).await.expect("enqueue");
    assert_eq!(refused[0], Enqueued::Draining);
    assert!(matches!(refused[1], Enqueued::Added(_)));
    let jobs = claim(&store, 5).await;
    assert_eq!(jobs.len(), 2);
    assert!(commit(&store, complete(&jobs[0])).await);
}
