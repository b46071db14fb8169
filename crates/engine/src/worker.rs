//! The worker: claims jobs in batches, runs their stages side by side, and commits what came of them in batches.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{Incarnation, JobStore, LaneRules, QueueName, RetryPolicy, Stages};

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
        }
    }
}

/// Runs the jobs of some queues on this node.
#[derive(Debug)]
pub struct Worker<E, S> {
    store: Arc<S>,
    stages: Arc<Stages<E>>,
    clock: clock::SharedClock,
    node: Incarnation,
    options: WorkerOptions,
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
        Self { store, stages, clock, node, options }
    }

    /// Works until `stop` is cancelled; then lets running jobs end within the grace, gives the others back, returns.
    pub async fn run(&self, stop: CancellationToken) {
        let _ = (&self.store, &self.stages, &self.clock, self.node, &self.options, stop);
    }

    /// Works until no job of its queues is left, neither due nor due later nor running anywhere, or until `stop`.
    pub async fn drain(&self, stop: CancellationToken) {
        let _ = stop;
    }
}
