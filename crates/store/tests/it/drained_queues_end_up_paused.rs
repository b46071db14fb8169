//! A queue that is drained runs empty, is paused then, and takes nothing in until it is resumed.

use engine::{Enqueued, JobStore, NewJob};

use crate::home::{Home, OTHER, QUEUE, claim, commit, complete, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let now = store.now();
    enqueue(&store, vec![NewJob::new(QUEUE)]).await;
    store.drain_queue(&QUEUE, None, now).await.expect("drain");
    let jobs = claim(&store, 5).await;
    assert!(claim(&store, 5).await.is_empty());
    assert!(!store.queue_settings().await.expect("settings")[&QUEUE].paused, "a job runs still");
    assert!(commit(&store, complete(&jobs[0])).await);
    assert!(claim(&store, 5).await.is_empty());
    let settings = store.queue_settings().await.expect("settings").remove(&QUEUE).expect("a row");
    assert!(settings.paused && settings.draining);
    let refused = store.enqueue(vec![NewJob::new(QUEUE)], now).await.expect("enqueue");
    assert_eq!(refused, [Enqueued::Draining]);

    store.drain_queue(&OTHER, None, now).await.expect("drain");
    assert!(store.queue_settings().await.expect("settings")[&OTHER].paused, "an empty queue is paused at once");
    store.resume_queue(Some(&QUEUE), now).await.expect("resume");
    enqueue(&store, vec![NewJob::new(QUEUE)]).await;
    assert_eq!(claim(&store, 5).await.len(), 1);
}
