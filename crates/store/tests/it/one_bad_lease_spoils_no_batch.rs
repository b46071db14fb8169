//! In a batch, outcomes whose lease holds are committed and the others refused, each at its place; one that stands
//! twice counts once.

use engine::{JobStore, NewJob};

use crate::home::{Home, QUEUE, claim, complete, counts, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    enqueue(&store, vec![NewJob::new(QUEUE); 5]).await;
    let jobs = claim(&store, 5).await;
    let mut batch: Vec<_> = jobs.iter().map(complete).collect();
    batch[1].lease.fence += 1;
    batch[3].lease.job.0 += 1_000_000;
    batch.push(batch[0].clone());
    let accepted = store.commit(&batch, store.now()).await.expect("commit");
    assert_eq!(accepted, [true, false, true, false, true, false]);
    let counts = counts(&store).await;
    assert_eq!((counts.complete, counts.running), (3, 2));
}
