//! Jobs in SQL: the engine's seam, and what operators do with jobs.

pub(crate) mod change;
mod claim;
mod commit;
mod counters;
mod enqueue;
pub(crate) mod frontier;
mod heartbeat;
mod history;
pub(crate) mod ids;
mod insight;
mod leases;
mod measure;
mod operate;
mod queues;
pub(crate) mod sweep;
mod transition;
mod view;

use std::collections::HashMap;

use clock::Timestamp;
use engine::{
    ClaimRequest, Claimed, Enqueued, Heartbeat, JobStore, Lease, Live, NewJob, Outcome, Progress, QueueName,
    QueueSettings, Signals, Sweep, Swept,
};

pub(crate) use change::withdraw;
pub(crate) use counters::Tally;
pub(crate) use enqueue::{Source, enqueue, enqueue_counted};
pub(crate) use operate::cancel_of;
pub(crate) use queues::stored_name;

pub use change::JobChange;
pub use claim::FORCED;
pub use counters::{JobCounts, Minute};
pub use history::{Prune, Pruned};
pub use insight::{Ahead, JobChanged, RunTimes};
pub use operate::{Cancelled, Deleted, MOST_JOBS, Retried};
pub use view::{AttemptView, JobCursor, JobFilter, JobView};

use crate::{Effect, Store, StoreError};

impl JobStore<Effect> for Store {
    type Error = StoreError;

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn signals(&self) -> &Signals {
        Self::signals(self)
    }

    async fn enqueue(&self, jobs: Vec<NewJob>, now: Timestamp) -> Result<Vec<Enqueued>, StoreError> {
        self.enqueue_jobs(&jobs, now).await
    }

    async fn claim(&self, request: ClaimRequest<'_>, now: Timestamp) -> Result<Claimed, StoreError> {
        self.claim_jobs(request, now).await
    }

    async fn heartbeat(&self, beat: Heartbeat<'_>, now: Timestamp) -> Result<Vec<Lease>, StoreError> {
        self.extend_leases(beat, now).await
    }

    async fn commit(&self, outcomes: &[Outcome<Effect>], now: Timestamp) -> Result<Vec<bool>, StoreError> {
        self.commit_outcomes(outcomes, now).await
    }

    async fn commit_part(
        &self,
        lease: Lease,
        effect: Option<&Effect>,
        next: Vec<NewJob>,
        progress: Option<Progress>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.commit_job_part(lease, effect, &next, progress, now).await
    }

    async fn sweep(&self, sweep: Sweep, now: Timestamp) -> Result<Swept, StoreError> {
        self.sweep_leases(sweep, now).await
    }

    async fn live(&self, queues: &[QueueName]) -> Result<Live, StoreError> {
        self.live_jobs(queues).await
    }

    async fn queue_settings(&self) -> Result<HashMap<QueueName, QueueSettings>, StoreError> {
        self.settings_of_queues().await
    }
}
