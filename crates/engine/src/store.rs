//! What the engine needs of whoever keeps the jobs: the narrow seam, each method one transaction.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use clock::Timestamp;

use crate::{Incarnation, Job, JobId, Lease, NewJob, Outcome, QueueName, QueueSettings, Refusal, Signals};

/// Keeps jobs. Every method is one unit of work and one transaction; `now` is always [`JobStore::now`], passed on.
///
/// The trait holds what the engine itself calls. What operators do with jobs (cancel, retry, pause, prune, list) are
/// plain methods of the store. Its contract is the conformance suite in `crates/store/tests`.
pub trait JobStore<E>: Send + Sync + 'static {
    /// How this store fails.
    type Error: Refusal;

    /// The clock that all nodes of this store agree on.
    fn now(&self) -> Timestamp;

    /// Where this process hears of changes early.
    fn signals(&self) -> &Signals;

    /// Queues jobs. A job whose queue already has a live job for the same subject is not queued again.
    fn enqueue(
        &self,
        jobs: Vec<NewJob>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Enqueued>, Self::Error>> + Send;

    /// Hands out due jobs in the order of priority, due time and id, and leases them to `request.node`.
    fn claim(
        &self,
        request: ClaimRequest<'_>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Claimed, Self::Error>> + Send;

    /// Extends leases, records progress, and returns those leases that are void: cancelled, or taken by the sweeper.
    fn heartbeat(
        &self,
        beat: Heartbeat<'_>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Lease>, Self::Error>> + Send;

    /// Commits outcomes: states, effects, follow-up jobs, counters and subjects together. `false` stands at the place of each outcome
    /// that was refused because its lease is void; nothing of it was written.
    fn commit(
        &self,
        outcomes: &[Outcome<E>],
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<bool>, Self::Error>> + Send;

    /// Commits a part of a job that goes on. `false`: the lease is void, nothing was written, the job is to stop.
    fn commit_part(
        &self,
        lease: Lease,
        effect: Option<&E>,
        next: Vec<NewJob>,
        progress: Option<Progress>,
        now: Timestamp,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// Takes back jobs whose lease has run out. Leases alone decide, whatever became of the worker.
    fn sweep(&self, sweep: Sweep, now: Timestamp) -> impl Future<Output = Result<Swept, Self::Error>> + Send;

    /// How much is left to do in these queues.
    fn live(&self, queues: &[QueueName]) -> impl Future<Output = Result<Live, Self::Error>> + Send;

    /// What is set on each queue that has settings.
    fn queue_settings(
        &self,
    ) -> impl Future<Output = Result<HashMap<QueueName, QueueSettings>, Self::Error>> + Send;
}

/// What became of one job that was to be queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// It is queued under this number.
    Added(JobId),
    /// This live job is for the same subject.
    Duplicate(JobId),
    /// Its queue takes nothing in: it is being drained.
    Draining,
}

/// A wish for work.
#[derive(Clone, Copy, Debug)]
pub struct ClaimRequest<'a> {
    /// Who claims.
    pub node: Incarnation,
    /// How long the lease holds without a heartbeat.
    pub lease: Duration,
    /// From which queues, and how many at most of each; tried in this order.
    pub shares: &'a [QueueShare],
    /// How many at most in all.
    pub limit: usize,
}

/// How many jobs of one queue are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueShare {
    /// Which queue.
    pub queue: QueueName,
    /// At most this many.
    pub limit: usize,
}

/// What a claim brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claimed {
    /// The jobs, by queue in the order asked, each queue in its claim order.
    pub jobs: Vec<Job>,
}

/// A sign of life for the jobs that a node holds.
#[derive(Clone, Copy, Debug)]
pub struct Heartbeat<'a> {
    /// Who lives.
    pub node: Incarnation,
    /// How long the leases are to hold from now.
    pub lease: Duration,
    /// All leases that it holds.
    pub held: &'a [Lease],
    /// How far some of them are.
    pub progress: &'a [(Lease, Progress)],
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// 0 to 100.
    pub percent: u8,
    /// In words.
    pub message: String,
}

/// How expired leases are dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// A job with which this many processes died is failed with the code `quarantined`.
    pub max_crashes: u32,
    /// A job that goes back to pending waits this long.
    pub delay: Duration,
    /// At most this many at a time.
    pub limit: usize,
}

impl Default for Sweep {
    fn default() -> Self {
        // Whoever kills a busy process hits innocent jobs too, some of them more than once: leave them room.
        Self { max_crashes: 10, delay: Duration::from_secs(1), limit: 1_000 }
    }
}

/// What a sweep found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Jobs put back to pending.
    pub returned: u64,
    /// Jobs failed for crashing too often.
    pub quarantined: u64,
}

/// What is left to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Jobs that wait.
    pub pending: u64,
    /// Jobs that run, on any node.
    pub running: u64,
    /// When the first waiting job of a queue that is not paused is due.
    pub next_run_at: Option<Timestamp>,
}
