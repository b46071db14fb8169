//! Host leases in the store, as the fetcher's gate asks for them.

use std::sync::Arc;
use std::time::Duration;

use engine::Incarnation;
use fetch::BoxFuture;
use fetch::pace::{Grant, HostLeases};
use store::{HostGrant, KeptHost, Store};

/// The leases of one process.
#[derive(Debug)]
pub struct StoreLeases {
    store: Arc<Store>,
    node: Incarnation,
}

impl StoreLeases {
    /// The leases of this process.
    pub fn new(store: Arc<Store>, node: Incarnation) -> Arc<Self> {
        Arc::new(Self { store, node })
    }
}

impl HostLeases for StoreLeases {
    fn take(&self, hosts: Vec<String>, lease: Duration) -> BoxFuture<'_, Result<Vec<Grant>, String>> {
        Box::pin(async move {
            let granted = self.store.take_hosts(self.node, &hosts, lease, self.store.now()).await;
            Ok(granted.map_err(|error| error.to_string())?.into_iter().map(grant).collect())
        })
    }

    fn keep(
        &self,
        hosts: Vec<(String, String)>,
        lease: Duration,
    ) -> BoxFuture<'_, Result<Vec<String>, String>> {
        Box::pin(async move {
            let lost = self.store.keep_hosts(self.node, &kept(hosts), lease, self.store.now()).await;
            lost.map_err(|error| error.to_string())
        })
    }

    fn release(&self, hosts: Vec<(String, String)>) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move {
            let released = self.store.release_hosts(self.node, &kept(hosts), self.store.now()).await;
            released.map_err(|error| error.to_string())
        })
    }
}

fn kept(hosts: Vec<(String, String)>) -> Vec<KeptHost> {
    let kept = |(host, pace)| KeptHost { host, pace: Some(pace), robots: None };
    hosts.into_iter().map(kept).collect()
}

fn grant(granted: HostGrant) -> Grant {
    match granted {
        HostGrant::Ours { pace, orderly, .. } => Grant::Ours { pace, orderly },
        HostGrant::Elsewhere(until) => Grant::Elsewhere(until),
    }
}
