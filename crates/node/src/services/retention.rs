//! Letting old jobs go, each kind of end after its own time.

use std::time::Duration;

use engine::JobState;
use fetch::BoxFuture;
use store::Prune;

use crate::options::Retention;
use crate::supervise::{Service, ServiceError, Turn};

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(600);
/// Jobs that go in one transaction.
const PART: usize = 1_000;
/// Parts of one run and kind: what is behind them is for the next.
const PARTS_MAX: usize = 500;
/// The rollup needs this many minutes at least.
const MINUTES_MIN: Duration = Duration::from_secs(2 * 24 * 3_600);

/// The retention of finished jobs.
pub(crate) struct JobRetention {
    pub(crate) keep: Retention,
}

impl JobRetention {
    async fn let_go(&self, turn: Turn<'_>) -> Result<String, ServiceError> {
        let mut gone = 0;
        for (state, kept) in [
            (JobState::Complete, self.keep.complete),
            (JobState::Failed, self.keep.failed),
            (JobState::Cancelled, self.keep.cancelled),
        ] {
            let prune = Prune { state, before: turn.now.before(kept), limit: PART };
            for _ in 0..PARTS_MAX {
                let pruned = turn.store.prune_jobs(prune, turn.store.now()).await?;
                gone += pruned.jobs;
                if pruned.jobs < PART as u64 {
                    break;
                }
            }
        }
        turn.store.prune_minutes(turn.now.before(self.keep.minutes.max(MINUTES_MIN))).await?;
        Ok(if gone == 0 { String::new() } else { format!("let {gone} old jobs go") })
    }
}

impl Service for JobRetention {
    fn name(&self) -> &'static str {
        "retention"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(self.let_go(turn))
    }
}
