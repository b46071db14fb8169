//! A queue's concurrency and rate hold whoever claims.

use std::time::Duration;

use engine::{Incarnation, NewJob, QueueSettings};

use crate::home::{Home, OTHER, QUEUE, claim_as, commit, complete, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let jobs = [QUEUE, OTHER].into_iter().flat_map(|queue| vec![NewJob::new(queue); 20]).collect();
    enqueue(&store, jobs).await;
    let most = QueueSettings { concurrency: Some(3), ..QueueSettings::default() };
    store.configure_queue(&QUEUE, &most, store.now()).await.expect("configure");
    let first = claim_as(&store, Incarnation(1), &QUEUE, 2).await;
    assert_eq!(first.len(), 2);
    assert_eq!(claim_as(&store, Incarnation(2), &QUEUE, 5).await.len(), 1);
    assert!(claim_as(&store, Incarnation(2), &QUEUE, 5).await.is_empty());
    assert!(commit(&store, complete(&first[0])).await);
    assert_eq!(claim_as(&store, Incarnation(2), &QUEUE, 5).await.len(), 1);

    let rate = QueueSettings { rate_per_second: Some(4), ..QueueSettings::default() };
    store.configure_queue(&OTHER, &rate, store.now()).await.expect("configure");
    home.clock.advance(Duration::from_secs(100));
    assert_eq!(claim_as(&store, Incarnation(1), &OTHER, 10).await.len(), 4, "no more than a second's worth is saved");
    assert!(claim_as(&store, Incarnation(2), &OTHER, 10).await.is_empty());
    home.clock.advance(Duration::from_millis(500));
    assert_eq!(claim_as(&store, Incarnation(2), &OTHER, 10).await.len(), 2);
}
