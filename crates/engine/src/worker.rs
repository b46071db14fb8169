//! The worker: claims jobs in batches, runs their stages side by side, and commits what came of them in batches.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::crew::Crew;
use crate::{
    Incarnation, JobStore, LaneRules, QueueName, RetryPolicy, Stages, Sweep, claimer, committer, pulse,
};

/// How long the last outcomes may take to be committed when a worker ends.
const LAST_COMMITS: Duration = Duration::from_secs(10);
/// How often a draining worker that is idle asks what is left.
const IDLE_CHECK: Duration = Duration::from_millis(200);

/// How a worker works.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// Which queues it serves; each must have a stage.
    pub queues: Vec<QueueName>,
    /// How many jobs it runs at a time; at least 1.
    pub concurrency: usize,
    /// The rules for jobs of one lane.
    pub lanes: LaneRules,
    /// How long a lease holds; renewed each third of it.
    pub lease: Duration,
    /// How often it looks for work that nobody told it of; each wait is drawn from half of it to all of it.
    pub poll: Duration,
    /// How long running jobs may go on when the worker is told to stop; after it they are given back.
    pub grace: Duration,
    /// How failed attempts are retried where the queue does not say.
    pub retry: RetryPolicy,
    /// How jobs of dead workers are dealt with; none: somebody else looks after them.
    pub sweep: Option<Sweep>,
}

impl WorkerOptions {
    /// A worker of these queues with the usual times: lease 15 s, poll 1 s, grace 10 s.
    pub fn new(queues: Vec<QueueName>, concurrency: usize) -> Self {
        Self {
            queues,
            concurrency: concurrency.max(1),
            lanes: LaneRules::default(),
            lease: Duration::from_secs(15),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(10),
            retry: RetryPolicy::default(),
            sweep: Some(Sweep::default()),
        }
    }
}

/// How a worker fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerStatus {
    /// How many jobs it may run at a time.
    pub concurrency: usize,
    /// Jobs that run.
    pub running: usize,
    /// Jobs that it holds and has not begun.
    pub waiting: usize,
    /// Runs that have ended.
    pub finished: u64,
    /// Those of them that failed, whether they are tried again or not.
    pub failed: u64,
    /// Whether it begins nothing more.
    pub held: bool,
}

/// Runs the jobs of some queues on this node.
#[derive(Debug)]
pub struct Worker<E, S> {
    crew: Arc<Crew<E, S>>,
}

impl<E: Send + Sync + 'static, S: JobStore<E>> Worker<E, S> {
    /// A worker of `node`. `clock` measures durations and draws the jitter.
    pub fn new(
        store: Arc<S>,
        stages: Arc<Stages<E>>,
        clock: clock::SharedClock,
        node: Incarnation,
        options: WorkerOptions,
    ) -> Self {
        Self { crew: Arc::new(Crew::new(store, stages, clock, node, options)) }
    }

    /// Works until `stop` is cancelled; then lets running jobs end within the grace, gives the others back, returns.
    pub async fn run(&self, stop: CancellationToken) {
        self.crew.open();
        let ended = CancellationToken::new();
        let committing = AbortOnDropHandle::new(tokio::spawn(committer::work(Arc::clone(&self.crew))));
        let pulse = AbortOnDropHandle::new(tokio::spawn(pulse::beat(Arc::clone(&self.crew), ended.clone())));
        claimer::work(&self.crew, &stop).await;
        self.wind_down().await;
        self.crew.close();
        // Nothing more comes in: the committer ends when all is committed, or when the store stays away too long.
        if tokio::time::timeout(LAST_COMMITS, committing).await.is_err() {
            tracing::warn!(
                "the last outcomes could not be committed; their jobs run again when their leases expire"
            );
        }
        ended.cancel();
        let _ = pulse.await;
    }

    /// Works until no job of its queues is left, neither due nor due later nor running anywhere, or until `stop`.
    /// Jobs of a paused queue count as left.
    pub async fn drain(&self, stop: CancellationToken) {
        let done = stop.child_token();
        let empty = async {
            stop.run_until_cancelled(self.until_empty()).await;
            done.cancel();
        };
        tokio::join!(self.run(done.clone()), empty);
    }

    /// Waits until the store says that nothing is left. Asks only when this node is idle.
    async fn until_empty(&self) {
        loop {
            self.crew.until_idle().await;
            match self.crew.store.live(&self.crew.options.queues).await {
                Ok(live) if live.pending + live.running == 0 => return,
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "what is left cannot be asked for now"),
            }
            let mut added = self.crew.store.signals().on_jobs_added();
            let _ = tokio::time::timeout(IDLE_CHECK, added.changed()).await;
        }
    }

    /// Lets more jobs run at a time, or fewer: those that run beyond it end first. At least 1.
    pub fn set_concurrency(&self, jobs: usize) {
        self.crew.set_concurrency(jobs);
    }

    /// Begins nothing more and gives back what waits, or goes on; what runs goes on either way.
    pub fn hold(&self, held: bool) {
        self.crew.hold(held);
    }

    /// Stops what runs and gives it back, with what waits: no attempt is used up. Hold the worker first, or it claims
    /// the same jobs again.
    pub fn abort(&self) {
        self.crew.give_back_waiting();
        self.crew.cancel_running();
    }

    /// How it fares.
    pub fn status(&self) -> WorkerStatus {
        let load = self.crew.load();
        WorkerStatus {
            concurrency: self.crew.concurrency(),
            running: load.running,
            waiting: load.waiting,
            finished: load.finished,
            failed: load.failed,
            held: self.crew.is_held(),
        }
    }

    /// Gives back what was not started, waits for what runs, and stops it after the grace.
    async fn wind_down(&self) {
        self.crew.give_back_waiting();
        if tokio::time::timeout(self.crew.options.grace, self.crew.until_stopped()).await.is_err() {
            self.crew.cancel_running();
            self.crew.until_stopped().await;
        }
    }
}
