//! Jobs that ran when the embedded database's process died wait again as soon as it is opened; on a server they wait
//! for their lease to end, since another node may run them.

use engine::{JobStore, NewJob, Sweep};
use store::Dialect;

use crate::home::{Home, LEASE, QUEUE, claim, commit, complete, counts, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    enqueue(&store, vec![NewJob::new(QUEUE); 2]).await;
    let late = claim(&store, 1).await.remove(0);
    store.close().await.expect("close");
    let store = home.open().await;
    let embedded = store.dialect() == Dialect::Sqlite;
    assert_eq!(counts(&store).await.running, u64::from(!embedded));
    if !embedded {
        home.clock.advance(LEASE * 2);
        store.sweep(Sweep::default(), store.now()).await.expect("sweep");
        home.clock.advance(LEASE);
    }
    assert!(!commit(&store, complete(&late)).await);
    let jobs = claim(&store, 5).await;
    assert_eq!(jobs.len(), 2);
    assert!(jobs.iter().any(|job| job.id == late.id && job.attempt == 1 && job.crashes == 1));
}
