//! A pool: one worker of this node, held to what should be.

use std::sync::Arc;

use engine::{Incarnation, QueueName, Worker};
use model::ActualState;
use store::{Effect, Store, WorkerReport};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What a pool should be, all wishes taken together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PoolWish {
    pub(crate) name: String,
    pub(crate) queues: Vec<QueueName>,
    pub(crate) concurrency: usize,
    /// Whether it may begin jobs.
    pub(crate) works: bool,
    /// Whether what runs is to stop at once, as long as this stands.
    pub(crate) aborts: bool,
    pub(crate) restarts: i64,
    pub(crate) kills: i64,
}

/// A worker with the task that runs it.
#[derive(Debug)]
pub(crate) struct Pool {
    name: String,
    queues: Vec<QueueName>,
    worker: Arc<Worker<Effect, Store>>,
    stop: CancellationToken,
    task: JoinHandle<()>,
    restarts: i64,
    kills: i64,
}

impl Pool {
    /// Sets a worker to work as wished. What was asked for before it began is done by its beginning.
    pub(crate) fn start(wish: &PoolWish, worker: Worker<Effect, Store>) -> Self {
        let worker = Arc::new(worker);
        let stop = CancellationToken::new();
        worker.hold(!wish.works);
        let (running, stopped) = (Arc::clone(&worker), stop.clone());
        let task = tokio::spawn(async move { running.run(stopped).await });
        Self {
            name: wish.name.clone(),
            queues: wish.queues.clone(),
            worker,
            stop,
            task,
            restarts: wish.restarts,
            kills: wish.kills,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Makes it what it should be; false if it has to end and begin anew for that.
    pub(crate) fn follow(&mut self, wish: &PoolWish) -> bool {
        if self.queues != wish.queues || self.restarts < wish.restarts || self.task.is_finished() {
            self.stop.cancel();
            return false;
        }
        self.worker.set_concurrency(wish.concurrency);
        let killed = self.kills < wish.kills;
        self.worker.hold(!wish.works || killed);
        if wish.aborts || killed {
            self.worker.abort();
        }
        // A kill that did not stop it as well was one of what ran then.
        self.worker.hold(!wish.works);
        self.kills = wish.kills;
        true
    }

    /// Takes nothing more; what runs may end.
    pub(crate) fn end(&self) {
        self.stop.cancel();
    }

    /// Stops what runs and gives it back.
    pub(crate) fn abort(&self) {
        self.worker.hold(true);
        self.worker.abort();
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    /// Waits for its end.
    pub(crate) async fn ended(self) {
        if let Err(error) = self.task.await {
            tracing::error!(worker = %self.name, %error, "the worker ended in an unusual way");
        }
    }

    pub(crate) fn report(&self, node: Incarnation, now: clock::Timestamp) -> WorkerReport {
        let status = self.worker.status();
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let actual_state = match (status.held || self.stop.is_cancelled(), status.running) {
            (false, _) => ActualState::Running,
            (true, 0) => ActualState::Stopped,
            (true, _) => ActualState::Draining,
        };
        WorkerReport {
            name: self.name.clone(),
            incarnation: node,
            actual_state,
            concurrency: number(status.concurrency),
            slots_used: number(status.running),
            waiting: number(status.waiting),
            finished: i64::try_from(status.finished).unwrap_or(i64::MAX),
            failed: i64::try_from(status.failed).unwrap_or(i64::MAX),
            restarts: self.restarts,
            kills: self.kills,
            updated_at: now,
        }
    }
}
