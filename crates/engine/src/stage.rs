//! Stages: what is done with the jobs of one queue, and what a running job may ask of its surroundings.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clock::Timestamp;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::{Done, Failure, Job, JobStore, Lease, NewJob, Progress, QueueName, Refusal};

/// How long a job waits that could not commit a part because the store was away: it is not to blame.
const STORE_AWAY: Duration = Duration::from_secs(5);

/// The work of one queue, generic in the effect `E` that the store writes for it.
///
/// `run` may be called again for the same job after a crash or a lost lease, even while a former run still goes on
/// somewhere: effects must be such that writing them twice is harmless.
pub trait Stage<E>: Send + Sync + 'static {
    /// The queue whose jobs it runs.
    fn queue(&self) -> QueueName;

    /// Does the job's slow work, outside any transaction, and says what is to be written.
    fn run(&self, job: &Job, cx: &JobContext<E>) -> impl Future<Output = Result<Done<E>, Failure>> + Send;
}

/// The stages that a worker can run, by queue.
pub struct Stages<E> {
    by_queue: HashMap<QueueName, Arc<dyn AnyStage<E>>>,
}

impl<E: 'static> Default for Stages<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: 'static> Stages<E> {
    /// None yet.
    pub fn new() -> Self {
        Self { by_queue: HashMap::new() }
    }

    /// The same with one more; it takes the place of an earlier one of its queue.
    #[must_use]
    pub fn with(mut self, stage: impl Stage<E>) -> Self {
        self.by_queue.insert(stage.queue(), Arc::new(stage));
        self
    }

    /// The queues that have a stage, in the order of their names.
    pub fn queues(&self) -> Vec<QueueName> {
        let mut queues: Vec<_> = self.by_queue.keys().cloned().collect();
        queues.sort();
        queues
    }

    pub(crate) fn of(&self, queue: &QueueName) -> Option<&Arc<dyn AnyStage<E>>> {
        self.by_queue.get(queue)
    }
}

impl<E> fmt::Debug for Stages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_queue.keys()).finish()
    }
}

/// [`Stage`] as the worker keeps it.
pub(crate) trait AnyStage<E>: Send + Sync {
    fn run_boxed<'a>(
        &'a self,
        job: &'a Job,
        cx: &'a JobContext<E>,
    ) -> BoxFuture<'a, Result<Done<E>, Failure>>;
}

impl<E, S: Stage<E>> AnyStage<E> for S {
    fn run_boxed<'a>(
        &'a self,
        job: &'a Job,
        cx: &'a JobContext<E>,
    ) -> BoxFuture<'a, Result<Done<E>, Failure>> {
        self.run(job, cx).boxed()
    }
}

/// What a running job may ask of its surroundings.
pub struct JobContext<E> {
    lease: Lease,
    cancelled: CancellationToken,
    progress: Mutex<Option<Progress>>,
    parts: Arc<dyn Parts<E>>,
}

impl<E> JobContext<E> {
    pub(crate) fn new(lease: Lease, cancelled: CancellationToken, parts: Arc<dyn Parts<E>>) -> Self {
        Self { lease, cancelled, progress: Mutex::new(None), parts }
    }

    /// Becomes cancelled when the job is to stop: its run is dropped soon after.
    pub fn cancelled(&self) -> &CancellationToken {
        &self.cancelled
    }

    /// The clock that all nodes agree on.
    pub fn now(&self) -> Timestamp {
        self.parts.now()
    }

    /// Tells how far the job is; written with the next heartbeat or part. Above 100 counts as 100.
    pub fn progress(&self, percent: u8, message: impl Into<String>) {
        let progress = Progress { percent: percent.min(100), message: message.into() };
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    /// Writes a part of the job's effect now, with jobs that follow from it, through the same guarded door as its
    /// completion. An error means that the job no longer belongs to this worker or the store refused the part: hand
    /// it on with `?`.
    pub async fn commit_part(&self, effect: E, next: Vec<NewJob>) -> Result<(), Failure> {
        let progress = self.take_progress();
        match self.parts.commit(self.lease, effect, next, progress).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                self.cancelled.cancel();
                Err(Failure::retry("lease_lost", "the job was taken from this worker while it ran"))
            }
            Err((true, message)) => Err(Failure::snooze(STORE_AWAY, "store_unavailable", message)),
            Err((false, message)) => Err(Failure::retry("effect_refused", message)),
        }
    }

    pub(crate) fn take_progress(&self) -> Option<Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<E> fmt::Debug for JobContext<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobContext").field("lease", &self.lease).finish_non_exhaustive()
    }
}

/// The part of a store that running jobs reach, whatever its type.
pub(crate) trait Parts<E>: Send + Sync {
    fn now(&self) -> Timestamp;

    /// An error comes with whether it is transient.
    fn commit(
        &self,
        lease: Lease,
        effect: E,
        next: Vec<NewJob>,
        progress: Option<Progress>,
    ) -> BoxFuture<'_, Result<bool, (bool, String)>>;
}

/// A store as running jobs reach it.
pub(crate) struct StoreParts<S>(pub(crate) Arc<S>);

impl<E: Send + Sync + 'static, S: JobStore<E>> Parts<E> for StoreParts<S> {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn commit(
        &self,
        lease: Lease,
        effect: E,
        next: Vec<NewJob>,
        progress: Option<Progress>,
    ) -> BoxFuture<'_, Result<bool, (bool, String)>> {
        async move {
            let now = self.0.now();
            let committed = self.0.commit_part(lease, Some(&effect), next, progress, now).await;
            committed.map_err(|error| (error.is_transient(), error.to_string()))
        }
        .boxed()
    }
}
