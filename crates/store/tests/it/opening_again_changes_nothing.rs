//! A database that is opened again is as it was left, and its numbers go on.

use engine::NewJob;

use crate::home::{Home, QUEUE, counts, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let first = enqueue(&store, vec![NewJob::new(QUEUE); 2]).await;
    store.close().await.expect("close");
    let store = home.open().await;
    let second = enqueue(&store, vec![NewJob::new(QUEUE)]).await;
    assert!(second[0] > first[1], "no number is used twice");
    assert_eq!(counts(&store).await.pending, 3);
}
