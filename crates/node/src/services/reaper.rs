//! Taking back the jobs of workers that are gone, by their leases alone.

use std::time::Duration;

use engine::{JobStore, Sweep};
use fetch::BoxFuture;

use crate::supervise::{Service, ServiceError, Turn};

/// Between two sweeps.
const INTERVAL: Duration = Duration::from_secs(2);

/// The reaper.
pub(crate) struct Reaper;

impl Service for Reaper {
    fn name(&self) -> &'static str {
        "reaper"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(async move {
            let swept = turn.store.sweep(Sweep::default(), turn.now).await?;
            if swept.returned + swept.quarantined == 0 {
                return Ok(String::new());
            }
            let (returned, quarantined) = (swept.returned, swept.quarantined);
            Ok(format!("took back {returned} jobs of workers that are gone, quarantined {quarantined}"))
        })
    }
}
