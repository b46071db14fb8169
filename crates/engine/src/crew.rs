//! What the parts of a worker share: the jobs it holds, the slots that run them, the outcomes not yet committed.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::SharedClock;
use futures_util::FutureExt;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::buffer::Buffer;
use crate::stage::{Parts, StoreParts};
use crate::{
    CodedError, Done, Failure, FailureKind, Incarnation, Job, JobContext, JobStore, Lease, Outcome, Progress,
    QueueName, QueueSettings, Stages, Verdict, WorkerOptions,
};

/// A worker's shared state.
pub(crate) struct Crew<E, S> {
    pub(crate) store: Arc<S>,
    stages: Arc<Stages<E>>,
    pub(crate) clock: SharedClock,
    pub(crate) node: Incarnation,
    pub(crate) options: WorkerOptions,
    parts: Arc<dyn Parts<E>>,
    state: Mutex<State<E>>,
    /// Told when there may be room for more jobs.
    pub(crate) room: Notify,
    /// Told when there is something to commit.
    pub(crate) outcomes: Notify,
    /// How many jobs are anywhere between claim and commit.
    in_flight: watch::Sender<usize>,
    /// False while this node cannot renew its leases: then it claims nothing.
    pub(crate) healthy: AtomicBool,
    /// How many jobs may run at a time, as it is now.
    concurrency: AtomicUsize,
    /// True while nothing is to be begun: what runs goes on.
    held: AtomicBool,
    /// True when nothing more is run: what is left is committed, then the committer ends.
    closed: AtomicBool,
    settings: Mutex<HashMap<QueueName, QueueSettings>>,
}

struct State<E> {
    buffer: Buffer,
    running: HashMap<Lease, Running<E>>,
    slots: usize,
    outcomes: Vec<Outcome<E>>,
    committing: Vec<Lease>,
    finished: u64,
    failed: u64,
}

/// A job that runs here.
struct Running<E> {
    cancelled: CancellationToken,
    context: Arc<JobContext<E>>,
}

/// How full a worker is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Jobs that may start at once.
    pub startable: usize,
    pub running: usize,
    pub uncommitted: usize,
    /// Jobs ended since the worker began.
    pub finished: u64,
    /// Jobs that wait here, for a slot or for their lane.
    pub waiting: usize,
    /// Of the ended ones, those that failed.
    pub failed: u64,
}

/// What became of claimed jobs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TakenIn {
    /// How many more may start at once.
    pub(crate) startable: usize,
    /// After how long the first of those that were put off is due again.
    pub(crate) back_in: Option<Duration>,
}

impl<E: Send + Sync + 'static, S: JobStore<E>> Crew<E, S> {
    pub(crate) fn new(
        store: Arc<S>,
        stages: Arc<Stages<E>>,
        clock: SharedClock,
        node: Incarnation,
        options: WorkerOptions,
    ) -> Self {
        let state = State {
            buffer: Buffer::new(options.lanes),
            running: HashMap::new(),
            slots: 0,
            outcomes: Vec::new(),
            committing: Vec::new(),
            finished: 0,
            failed: 0,
        };
        let parts = Arc::new(StoreParts(Arc::clone(&store)));
        Self {
            store,
            stages,
            clock,
            node,
            concurrency: AtomicUsize::new(options.concurrency.max(1)),
            held: AtomicBool::new(false),
            options,
            parts,
            state: Mutex::new(state),
            room: Notify::new(),
            outcomes: Notify::new(),
            in_flight: watch::Sender::new(0),
            healthy: AtomicBool::new(true),
            closed: AtomicBool::new(false),
            settings: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn load(&self) -> Load {
        let state = self.state();
        Load {
            startable: state.buffer.startable(),
            running: state.running.len(),
            uncommitted: state.outcomes.len() + state.committing.len(),
            finished: state.finished,
            waiting: state.buffer.len(),
            failed: state.failed,
        }
    }

    /// How many jobs may run at a time, as it is now.
    pub(crate) fn concurrency(&self) -> usize {
        self.concurrency.load(Ordering::Acquire)
    }

    /// Lets more jobs run at a time, or fewer: those that run beyond it end first.
    pub(crate) fn set_concurrency(self: &Arc<Self>, jobs: usize) {
        self.concurrency.store(jobs.max(1), Ordering::Release);
        self.staff(self.state());
        self.room.notify_one();
    }

    /// Whether nothing is to be begun.
    pub(crate) fn is_held(&self) -> bool {
        self.held.load(Ordering::Acquire)
    }

    /// Begins nothing more, or goes on beginning.
    pub(crate) fn hold(&self, held: bool) {
        if self.held.swap(held, Ordering::AcqRel) == held {
            return;
        }
        if held {
            self.give_back_waiting();
        }
        self.room.notify_one();
    }

    /// Takes claimed jobs in and sets slots to work on them; how many of them may start at once.
    pub(crate) fn take_in(self: &Arc<Self>, jobs: Vec<Job>) -> TakenIn {
        let (now, elapsed) = (self.store.now(), self.clock.elapsed());
        let mut state = self.state();
        let before = state.buffer.startable();
        let mut soonest: Option<Duration> = None;
        // Claimed before it was held.
        let held = self.is_held();
        for job in jobs {
            if held {
                state.outcomes.push(outcome(&job, now, Verdict::Release));
            } else if let Some((job, delay)) = state.buffer.offer(job, elapsed) {
                soonest = Some(soonest.map_or(delay, |soonest| soonest.min(delay)));
                let reason = CodedError::new("lane_full", "other jobs of its host are before it");
                let verdict = Verdict::Snooze { run_at: now.after(delay), reason };
                state.outcomes.push(outcome(&job, now, verdict));
            }
        }
        if !state.outcomes.is_empty() {
            self.outcomes.notify_one();
        }
        let startable = state.buffer.startable();
        self.staff(state);
        TakenIn { startable: startable.saturating_sub(before), back_in: soonest }
    }

    /// Sets slots to work on what may start, as many as there may be.
    fn staff(self: &Arc<Self>, mut state: MutexGuard<'_, State<E>>) {
        let wanted = state.buffer.startable().min(self.concurrency().saturating_sub(state.slots));
        state.slots += wanted;
        self.note_in_flight(&state);
        drop(state);
        for _ in 0..wanted {
            tokio::spawn(Arc::clone(self).fill_slot());
        }
    }

    /// Runs one job after the other until none is left to start.
    async fn fill_slot(self: Arc<Self>) {
        let mut ended = None;
        while let Some((job, context)) = self.swap(ended.take()) {
            let begun = self.clock.elapsed();
            let outcome = self.run_job(&job, &context).await;
            ended = Some((job, outcome, self.clock.elapsed().saturating_sub(begun)));
            tokio::task::consume_budget().await;
        }
    }

    /// Hands in an ended job and gets the next, in one step.
    fn swap(&self, ended: Option<(Job, Outcome<E>, Duration)>) -> Option<(Job, Arc<JobContext<E>>)> {
        let mut state = self.state();
        let done = ended.is_some();
        if let Some((job, outcome, took)) = ended {
            state.running.remove(&job.lease);
            state.buffer.ended(job.lane, Some(took));
            state.finished += 1;
            state.failed +=
                u64::from(matches!(outcome.verdict, Verdict::Fail { .. } | Verdict::Retry { .. }));
            state.outcomes.push(outcome);
        }
        let surplus = state.slots > self.concurrency();
        let next = if surplus { None } else { state.buffer.take() };
        let next = next.map(|job| {
            let cancelled = CancellationToken::new();
            let context = Arc::new(JobContext::new(job.lease, cancelled.clone(), Arc::clone(&self.parts)));
            state.running.insert(job.lease, Running { cancelled, context: Arc::clone(&context) });
            (job, context)
        });
        if next.is_none() {
            state.slots -= 1;
            self.note_in_flight(&state);
        }
        let first = state.outcomes.len() == 1;
        let low = state.buffer.startable().is_multiple_of(64);
        drop(state);
        if done && first {
            self.outcomes.notify_one();
        }
        if low {
            self.room.notify_one();
        }
        next
    }

    async fn run_job(&self, job: &Job, context: &JobContext<E>) -> Outcome<E> {
        let started_at = self.store.now();
        let Some(stage) = self.stages.of(&job.queue) else {
            let error =
                CodedError::new("no_stage", format!("this node has no stage for the queue {}", job.queue));
            return outcome(job, started_at, Verdict::Fail { error });
        };
        let run = AssertUnwindSafe(stage.run_boxed(job, context)).catch_unwind();
        let limit = self.setting(&job.queue, |set| set.time_limit).unwrap_or(Duration::MAX);
        let run = tokio::time::timeout(limit, run);
        let result = match context.cancelled().run_until_cancelled(run).await {
            None => return outcome(job, started_at, Verdict::Release),
            Some(Err(_)) => Err(Failure::retry("timed_out", format!("it ran longer than {limit:?}"))),
            Some(Ok(Err(panic))) => Err(Failure::retry("panicked", panic_text(panic.as_ref()))),
            Some(Ok(Ok(result))) => result,
        };
        outcome(job, started_at, self.verdict(job, result))
    }

    /// Decides what a stage's result means for its job.
    fn verdict(&self, job: &Job, result: Result<Done<E>, Failure>) -> Verdict<E> {
        let failure = match result {
            Ok(done) => return Verdict::Complete(done),
            Err(failure) => failure,
        };
        let now = self.store.now();
        match failure.kind {
            FailureKind::Snooze { delay } => {
                Verdict::Snooze { run_at: now.after(delay), reason: failure.error }
            }
            FailureKind::Retry { after } if job.attempt < self.max_attempts(job) => {
                let back_off = self.retry_policy(&job.queue).delay(job.attempt, self.clock.random());
                let delay = after.map_or(back_off, |after| after.max(back_off));
                Verdict::Retry { run_at: now.after(delay), error: failure.error }
            }
            FailureKind::Retry { .. } | FailureKind::Fatal => Verdict::Fail { error: failure.error },
        }
    }

    fn retry_policy(&self, queue: &QueueName) -> crate::RetryPolicy {
        self.setting(queue, |set| set.retry).unwrap_or(self.options.retry)
    }

    fn max_attempts(&self, job: &Job) -> u32 {
        self.setting(&job.queue, |set| set.max_attempts).unwrap_or(job.max_attempts)
    }

    /// Something that an operator may have set on a queue.
    pub(crate) fn setting<T>(
        &self,
        queue: &QueueName,
        read: impl Fn(&QueueSettings) -> Option<T>,
    ) -> Option<T> {
        let settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        settings.get(queue).and_then(read)
    }

    pub(crate) fn set_settings(&self, settings: HashMap<QueueName, QueueSettings>) {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Up to `most` outcomes to commit; they count as held until [`Crew::committed`].
    pub(crate) fn take_outcomes(&self, most: usize) -> Vec<Outcome<E>> {
        let mut state = self.state();
        let count = state.outcomes.len().min(most);
        let batch: Vec<_> = state.outcomes.drain(..count).collect();
        state.committing = batch.iter().map(|outcome| outcome.lease).collect();
        batch
    }

    pub(crate) fn committed(&self) {
        let mut state = self.state();
        state.committing.clear();
        self.note_in_flight(&state);
        drop(state);
        self.room.notify_one();
    }

    /// Every lease held here, and the progress that running jobs told since last asked.
    pub(crate) fn held(&self) -> (Vec<Lease>, Vec<(Lease, Progress)>) {
        let state = self.state();
        let mut held: Vec<Lease> = state.buffer.leases().collect();
        held.extend(state.running.keys());
        held.extend(state.outcomes.iter().map(|outcome| outcome.lease));
        held.extend(&state.committing);
        let progress = state.running.iter();
        let progress = progress
            .filter_map(|(lease, job)| job.context.take_progress().map(|progress| (*lease, progress)));
        (held, progress.collect())
    }

    /// Stops what is known here of leases that are void.
    pub(crate) fn drop_void(&self, void: &[Lease]) {
        let mut state = self.state();
        for lease in void {
            if let Some(running) = state.running.get(lease) {
                running.cancelled.cancel();
            } else {
                state.buffer.remove(*lease);
            }
        }
        self.note_in_flight(&state);
    }

    pub(crate) fn cancel_running(&self) {
        for running in self.state().running.values() {
            running.cancelled.cancel();
        }
    }

    /// Gives back everything that was not started.
    pub(crate) fn give_back_waiting(&self) {
        let now = self.store.now();
        let mut state = self.state();
        let waiting = state.buffer.drain();
        state.outcomes.extend(waiting.iter().map(|job| outcome(job, now, Verdict::Release)));
        drop(state);
        self.outcomes.notify_one();
    }

    /// Tells the committer that outcomes will come.
    pub(crate) fn open(&self) {
        self.closed.store(false, Ordering::Release);
    }

    /// Tells the committer that nothing more comes.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.outcomes.notify_one();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Waits until no slot runs a job.
    pub(crate) async fn until_stopped(&self) {
        let mut changes = self.in_flight.subscribe();
        while self.state().slots > 0 {
            let _ = changes.changed().await;
        }
    }

    /// Waits until nothing is between claim and commit.
    pub(crate) async fn until_idle(&self) {
        let _ = self.in_flight.subscribe().wait_for(|in_flight| *in_flight == 0).await;
    }

    fn note_in_flight(&self, state: &State<E>) {
        let in_flight = state.buffer.len() + state.slots + state.outcomes.len() + state.committing.len();
        self.in_flight.send_replace(in_flight);
    }
}

impl<E, S> std::fmt::Debug for Crew<E, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crew")
            .field("node", &self.node)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

fn outcome<E>(job: &Job, started_at: clock::Timestamp, verdict: Verdict<E>) -> Outcome<E> {
    Outcome { lease: job.lease, queue: job.queue.clone(), subject: job.subject.clone(), started_at, verdict }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the stage panicked: {}", text.unwrap_or("it did not say why"))
}
