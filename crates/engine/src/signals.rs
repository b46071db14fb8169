//! Hints inside one process that something changed. Losing one costs time, never a job: everybody also polls.

use tokio::sync::watch;

/// Wakes the workers of this process.
#[derive(Debug)]
pub struct Signals {
    added: watch::Sender<u64>,
    revoked: watch::Sender<u64>,
    orders: watch::Sender<u64>,
}

impl Default for Signals {
    fn default() -> Self {
        Self { added: watch::Sender::new(0), revoked: watch::Sender::new(0), orders: watch::Sender::new(0) }
    }
}

impl Signals {
    /// Tells that there may be something to claim: jobs were queued, or a queue was resumed.
    pub fn jobs_added(&self) {
        self.added.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Tells that a running job was taken from its worker: cancelled by an operator.
    pub fn leases_revoked(&self) {
        self.revoked.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Tells that somebody changed what nodes, services, workers or queues should be.
    pub fn orders_changed(&self) {
        self.orders.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Changes whenever there may be something to claim.
    pub fn on_jobs_added(&self) -> watch::Receiver<u64> {
        self.added.subscribe()
    }

    /// Changes whenever a running job was taken from its worker.
    pub fn on_leases_revoked(&self) -> watch::Receiver<u64> {
        self.revoked.subscribe()
    }

    /// Changes whenever somebody changed what should be.
    pub fn on_orders_changed(&self) -> watch::Receiver<u64> {
        self.orders.subscribe()
    }
}
