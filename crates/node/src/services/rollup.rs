//! Summing up what was done, by the hour and by the day.

use std::time::Duration;

use fetch::BoxFuture;

use crate::supervise::{Service, ServiceError, Turn};

/// Between two sums.
const INTERVAL: Duration = Duration::from_secs(60);

/// The rollup of statistics.
pub(crate) struct Rollup;

impl Service for Rollup {
    fn name(&self) -> &'static str {
        "statistics_rollup"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(async move {
            turn.store.roll_up(turn.term, turn.now).await?;
            Ok(String::new())
        })
    }
}
