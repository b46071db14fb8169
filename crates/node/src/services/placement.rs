//! Finding a node for the workers that any node may have.

use std::time::Duration;

use fetch::BoxFuture;

use crate::supervise::{Service, ServiceError, Turn};

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(2);

/// Places workers.
pub(crate) struct Placement {
    /// After this long without a sign of life a node counts as gone.
    pub(crate) silence: Duration,
}

impl Service for Placement {
    fn name(&self) -> &'static str {
        "placement"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(async move {
            match turn.store.place_workers(turn.term, self.silence, turn.now).await? {
                0 => Ok(String::new()),
                moved => Ok(format!("found a node for {moved} workers")),
            }
        })
    }
}
