//! Two nodes and one host, through the store.

use std::sync::Arc;

use engine::Incarnation;
use fetch::pace::{BusyReason, HostGate, HostKey, LeaseRules, LeasedGate, PaceConfig};
use node::StoreLeases;
use tokio::sync::Notify;
use url::Url;

use crate::home::Home;

/// A gate of one node, and what ends its keeping.
async fn gate(home: &Home, node: i64) -> (Arc<LeasedGate>, Arc<Notify>, tokio::task::JoinHandle<()>) {
    let leases = StoreLeases::new(home.store().await, Incarnation(node));
    let gate = LeasedGate::new(PaceConfig::default(), LeaseRules::default(), leases, home.clock.clone());
    let end = Arc::new(Notify::new());
    let (kept, ended) = (Arc::clone(&gate), Arc::clone(&end));
    let keeping = tokio::spawn(async move { kept.keep(ended.notified()).await });
    (gate, end, keeping)
}

pub(crate) async fn a_host_is_asked_by_one_node_at_a_time(home: &Home) {
    let host = HostKey::of(&Url::parse("https://a.example/").expect("a URL"), false);
    let (one, end, keeping) = gate(home, 1).await;
    let (two, ..) = gate(home, 2).await;
    let turn = one.admit(&host).await.expect("it is free");
    assert_eq!(two.admit(&host).await.expect_err("it is taken").reason, BusyReason::Elsewhere);
    // It renews its lease while it works, however long that takes.
    for _ in 0..10 {
        home.pass(std::time::Duration::from_secs(10));
        one.renew().await;
        assert_eq!(two.admit(&host).await.expect_err("it is taken").reason, BusyReason::Elsewhere);
    }
    assert!(!turn.is_void());
    drop(turn);
    end.notify_one();
    keeping.await.expect("it ended");
    home.pass(std::time::Duration::from_secs(6));
    assert!(two.admit(&host).await.is_ok(), "it was given back");
}
