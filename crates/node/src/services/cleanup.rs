//! Forgetting nodes that are gone, hosts that nobody asks, alerts and sums that are old.

use std::time::Duration;

use fetch::BoxFuture;
use store::Period;

use crate::options::Retention;
use crate::supervise::{Service, ServiceError, Turn};

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(60);
/// Hosts forgotten in one run.
const HOSTS: usize = 10_000;

/// The cleanup.
pub(crate) struct Cleanup {
    pub(crate) keep: Retention,
}

impl Cleanup {
    async fn clean(&self, turn: Turn<'_>) -> Result<String, ServiceError> {
        let Turn { store, term, now } = turn;
        let nodes = store.forget_nodes(term, now.before(self.keep.nodes), now).await?.len();
        let hosts = store.forget_hosts(term, now.before(self.keep.hosts), HOSTS, now).await?;
        let alerts = store.forget_alerts(term, now.before(self.keep.alerts), now).await?;
        store.forget_rollups(term, Period::Hour, now.before(self.keep.hours), now).await?;
        store.forget_rollups(term, Period::Day, now.before(self.keep.days), now).await?;
        if nodes == 0 && hosts == 0 && alerts == 0 {
            return Ok(String::new());
        }
        Ok(format!("forgot {nodes} nodes, {hosts} hosts and {alerts} alerts"))
    }
}

impl Service for Cleanup {
    fn name(&self) -> &'static str {
        "cleanup"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(self.clean(turn))
    }
}
