//! Leadership among several nodes.

use std::time::Duration;

use node::{Ended, Stop};

use crate::home::Home;

const SECOND: Duration = Duration::from_secs(1);

pub(crate) async fn a_dead_leader_is_replaced_within_ten_seconds(home: &Home) {
    let (first, second) = (home.node().await, home.node().await);
    first.step().await;
    second.step().await;
    assert!(first.leads() && !second.leads());
    drop(first);
    let died = home.elapsed();
    while !second.leads() {
        home.pass(SECOND);
        second.step().await;
        assert!(home.elapsed() - died <= 10 * SECOND, "nobody leads");
    }
    assert!(second.turn_services().await > 0, "it does what the leader does");
}

pub(crate) async fn a_leader_that_was_asleep_does_nothing(home: &Home) {
    let (first, second) = (home.node().await, home.node().await);
    first.step().await;
    assert!(first.turn_services().await > 0);
    home.pass(60 * SECOND);
    second.step().await;
    assert!(second.leads());
    // The first wakes in the middle of its services, before it has looked at anything.
    assert_eq!(first.turn_services().await, 0);
    first.step().await;
    assert!(!first.leads());
}

pub(crate) async fn there_is_never_more_than_one_leader(home: &Home) {
    let nodes = [home.node().await, home.node().await, home.node().await];
    let mut hands = Vec::new();
    for second in 0..60_u64 {
        // Each in turn is out for a while: longer than a term holds.
        let out = usize::try_from(second / 10 % 3).expect("small");
        for (at, node) in nodes.iter().enumerate().filter(|(at, _)| *at != out) {
            node.step().await;
            if node.leads() && hands.last() != Some(&at) {
                hands.push(at);
            }
        }
        assert!(nodes.iter().filter(|node| node.leads()).count() <= 1, "at second {second}");
        home.pass(SECOND);
    }
    assert!(hands.len() >= 3, "the lead went round: {hands:?}");
}

pub(crate) async fn who_ends_in_order_leaves_the_lead_at_once(home: &Home) {
    let (first, second) = (home.node().await, home.node().await);
    first.step().await;
    let stop = Stop::default();
    stop.gently.cancel();
    assert_eq!(first.run(&stop).await.expect("it ran"), Ended::Stopped);
    second.step().await;
    assert!(second.leads(), "no term had to run out");
    let nodes = home.store().await.nodes().await.expect("nodes");
    let stopped = nodes.iter().find(|node| node.name == "node-1").expect("it is remembered");
    assert_eq!(stopped.actual_state, model::NodeState::Stopped);
}
