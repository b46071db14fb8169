//! Durable jobs: what they are, how they are retried, and the worker that runs them. Knows nothing of what they do.
//!
//! The engine is generic in one opaque *effect*: a [`Stage`] does its slow work outside any transaction and returns
//! [`Done`], and the [`Worker`] hands batches of outcomes to a [`JobStore`], which writes job states, effects and
//! follow-up jobs in one transaction, guarded by each job's [`Lease`]. So a process may be killed anywhere: nothing is
//! lost, and nothing that a fenced-off worker brings too late is believed.

mod buffer;
mod claimer;
mod committer;
mod crew;
mod error;
mod job;
mod lease;
mod outcome;
mod pulse;
mod queue;
mod retry;
mod signals;
mod stage;
mod store;
mod worker;

pub use buffer::LaneRules;
pub use error::{EngineError, Refusal};
pub use job::{DEFAULT_MAX_ATTEMPTS, Job, JobId, JobState, NewJob, Priority, Subject, SubjectKind};
pub use lease::{Incarnation, Lease};
pub use outcome::{CodedError, Done, Failure, FailureKind, Outcome, Verdict};
pub use queue::{QueueName, QueueSettings};
pub use retry::RetryPolicy;
pub use signals::Signals;
pub use stage::{JobContext, Stage, Stages};
pub use store::{
    ClaimRequest, Claimed, Enqueued, Heartbeat, JobStore, Live, Progress, QueueShare, Sweep, Swept,
};
pub use tokio_util::sync::CancellationToken;
pub use worker::{Worker, WorkerOptions, WorkerStatus};
