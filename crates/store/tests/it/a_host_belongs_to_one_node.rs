//! A host belongs to one node at a time, and hands over what was learnt of it.

use std::time::Duration;

use engine::Incarnation;
use store::{HostGrant, KeptHost, Store};

use crate::home::{Home, LEASE};

const FIRST: Incarnation = Incarnation(1);
const SECOND: Incarnation = Incarnation(2);

async fn take(store: &Store, node: Incarnation, hosts: &[&str]) -> Vec<HostGrant> {
    let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    store.take_hosts(node, &hosts, LEASE, store.now()).await.expect("take")
}

fn kept(host: &str, pace: Option<&str>) -> KeptHost {
    KeptHost { host: host.to_owned(), pace: pace.map(str::to_owned), robots: None }
}

fn ours(pace: &str, orderly: bool) -> HostGrant {
    HostGrant::Ours { pace: pace.to_owned(), robots: "[]".to_owned(), orderly }
}

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let both = tokio::join!(
        take(&store, FIRST, &["b.example", "a.example"]),
        take(&store, SECOND, &["a.example", "b.example"])
    );
    let had = |grants: &[HostGrant]| grants.iter().filter(|grant| **grant == ours("{}", true)).count();
    assert_eq!(had(&both.0) + had(&both.1), 2, "{both:?}");

    assert_eq!(take(&store, FIRST, &["c.example", "c.example"]).await, [ours("{}", true), ours("{}", true)]);
    let until = store.now().after(LEASE);
    assert_eq!(take(&store, SECOND, &["c.example"]).await, [HostGrant::Elsewhere(until)]);
    home.clock.advance(LEASE / 2);
    let lost = store.keep_hosts(FIRST, &[kept("c.example", Some("{\"slow\":1}"))], LEASE, store.now()).await;
    assert_eq!(lost.expect("keep"), [""; 0]);
    home.clock.advance(LEASE / 2 + Duration::from_millis(1));
    assert_ne!(take(&store, SECOND, &["c.example"]).await, [ours("{}", true)], "it was renewed");

    home.clock.advance(LEASE);
    assert_eq!(take(&store, SECOND, &["c.example"]).await, [ours("{\"slow\":1}", false)], "it ran out");
    let lost = store.keep_hosts(FIRST, &[kept("c.example", Some("{}"))], LEASE, store.now()).await;
    assert_eq!(lost.expect("keep"), ["c.example"], "the former holder hears of it, and writes nothing");
    store.release_hosts(SECOND, &[kept("c.example", None)], store.now()).await.expect("release");
    assert_eq!(take(&store, FIRST, &["c.example"]).await, [ours("{\"slow\":1}", true)], "what was learnt stays");
    store.end_node(FIRST, store.now()).await.expect("end");
    assert_eq!(take(&store, SECOND, &["c.example"]).await, [ours("{\"slow\":1}", false)], "who ends leaves all");
}
