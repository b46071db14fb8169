//! A job store in memory, and a clock that follows tokio's: with its time paused, hours pass in no time.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clock::{Clock, Timestamp};
use engine::{
    ClaimRequest, Claimed, Enqueued, Heartbeat, Incarnation, Job, JobId, JobState, JobStore, Lease, Live,
    NewJob, Outcome, Progress, QueueName, QueueSettings, Refusal, Signals, Sweep, Swept, Verdict,
};

/// What stages ask to be written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Effect(pub &'static str);

/// An effect that this store refuses for ever.
pub(crate) const BAD_EFFECT: Effect = Effect("bad");

/// Follows tokio's time.
#[derive(Debug)]
pub(crate) struct TokioClock(tokio::time::Instant, std::sync::atomic::AtomicU64);

impl TokioClock {
    #[expect(clippy::disallowed_methods, reason = "tokio's own time is what these tests pause")]
    pub(crate) fn shared() -> Arc<Self> {
        Arc::new(Self(tokio::time::Instant::now(), 1.into()))
    }
}

impl Clock for TokioClock {
    fn now(&self) -> Timestamp {
        Timestamp(1_750_000_000_000).after(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn random(&self) -> u64 {
        self.1.fetch_add(7_919, std::sync::atomic::Ordering::Relaxed)
    }
}

/// Why this store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MemoryError {
    #[error("away")]
    Away,
    #[error("not such an effect")]
    Refused,
}

impl Refusal for MemoryError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Away)
    }
}

/// A job as it is kept here.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub job: Job,
    pub state: JobState,
    pub lease_until: Timestamp,
    pub progress: Option<Progress>,
    pub errors: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Memory {
    clock: Arc<TokioClock>,
    signals: Signals,
    jobs: Mutex<BTreeMap<JobId, Kept>>,
    pub effects: Mutex<Vec<Effect>>,
    pub away: std::sync::atomic::AtomicBool,
    /// The size of each batch of outcomes that was committed.
    pub batches: Mutex<Vec<usize>>,
}

impl Memory {
    pub(crate) fn new(clock: &Arc<TokioClock>) -> Arc<Self> {
        Arc::new(Self {
            clock: Arc::clone(clock),
            signals: Signals::default(),
            jobs: Mutex::default(),
            effects: Mutex::default(),
            away: false.into(),
            batches: Mutex::default(),
        })
    }

    pub(crate) fn job(&self, id: JobId) -> Kept {
        self.jobs.lock().unwrap()[&id].clone()
    }

    pub(crate) fn all(&self) -> Vec<Kept> {
        self.jobs.lock().unwrap().values().cloned().collect()
    }

    /// As an operator cancels.
    pub(crate) fn cancel(&self, id: JobId) {
        self.jobs.lock().unwrap().get_mut(&id).unwrap().state = JobState::Cancelled;
        self.signals.leases_revoked();
    }

    fn here(&self) -> Result<(), MemoryError> {
        if self.away.load(std::sync::atomic::Ordering::SeqCst) { Err(MemoryError::Away) } else { Ok(()) }
    }

    fn add(&self, jobs: Vec<NewJob>, now: Timestamp) -> Vec<Enqueued> {
        let mut kept = self.jobs.lock().unwrap();
        let added = jobs.into_iter().map(|new| {
            let id = JobId(i64::try_from(kept.len()).unwrap() + 1);
            let job = Job {
                id,
                queue: new.queue,
                lease: Lease { job: id, node: Incarnation(0), fence: 0 },
                priority: new.priority,
                run_at: new.run_at.unwrap_or(now),
                subject: new.subject,
                domain_id: new.domain_id,
                lane: new.lane,
                payload: new.payload,
                attempt: 0,
                max_attempts: new.max_attempts,
                crashes: 0,
                created_at: now,
            };
            kept.insert(
                id,
                Kept { job, state: JobState::Pending, lease_until: now, progress: None, errors: vec![] },
            );
            Enqueued::Added(id)
        });
        let added = added.collect();
        self.signals.jobs_added();
        added
    }

    fn settle(&self, outcome: &Outcome<Effect>, now: Timestamp) -> bool {
        let mut jobs = self.jobs.lock().unwrap();
        let Some(kept) = jobs.get_mut(&outcome.lease.job).filter(|kept| holds(kept, outcome.lease)) else {
            return false;
        };
        let back = |kept: &mut Kept, run_at: Timestamp| {
            kept.state = JobState::Pending;
            kept.job.run_at = run_at;
        };
        match &outcome.verdict {
            Verdict::Complete(_) => kept.state = JobState::Complete,
            Verdict::Fail { error } => {
                kept.state = JobState::Failed;
                kept.errors.push(error.to_string());
            }
            Verdict::Retry { run_at, error } => {
                back(kept, *run_at);
                kept.errors.push(error.to_string());
            }
            Verdict::Snooze { run_at, .. } => {
                back(kept, *run_at);
                kept.job.attempt -= 1;
            }
            Verdict::Release => {
                back(kept, now);
                kept.job.attempt -= 1;
            }
        }
        drop(jobs);
        if let Verdict::Complete(done) = &outcome.verdict {
            self.effects.lock().unwrap().extend(done.effect);
            self.add(done.next.clone(), now);
        }
        true
    }
}

fn holds(kept: &Kept, lease: Lease) -> bool {
    kept.state == JobState::Running && kept.job.lease == lease
}

impl JobStore<Effect> for Memory {
    type Error = MemoryError;

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn signals(&self) -> &Signals {
        &self.signals
    }

    async fn enqueue(&self, jobs: Vec<NewJob>, now: Timestamp) -> Result<Vec<Enqueued>, MemoryError> {
        self.here()?;
        Ok(self.add(jobs, now))
    }

    async fn claim(&self, request: ClaimRequest<'_>, now: Timestamp) -> Result<Claimed, MemoryError> {
        self.here()?;
        let mut claimed = Vec::new();
        let wanted = |queue: &QueueName| request.shares.iter().any(|share| share.queue == *queue);
        for kept in self.jobs.lock().unwrap().values_mut() {
            let due = kept.state == JobState::Pending && kept.job.run_at <= now && wanted(&kept.job.queue);
            if due && claimed.len() < request.limit {
                kept.state = JobState::Running;
                kept.lease_until = now.after(request.lease);
                kept.job.attempt += 1;
                kept.job.lease =
                    Lease { node: request.node, fence: kept.job.lease.fence + 1, ..kept.job.lease };
                claimed.push(kept.job.clone());
            }
        }
        Ok(Claimed { jobs: claimed })
    }

    async fn heartbeat(&self, beat: Heartbeat<'_>, now: Timestamp) -> Result<Vec<Lease>, MemoryError> {
        self.here()?;
        let mut jobs = self.jobs.lock().unwrap();
        for (lease, progress) in beat.progress {
            jobs.get_mut(&lease.job).unwrap().progress = Some(progress.clone());
        }
        let mut void = Vec::new();
        for lease in beat.held {
            let kept = jobs.get_mut(&lease.job).unwrap();
            if holds(kept, *lease) {
                kept.lease_until = now.after(beat.lease);
            } else {
                void.push(*lease);
            }
        }
        Ok(void)
    }

    async fn commit(&self, outcomes: &[Outcome<Effect>], now: Timestamp) -> Result<Vec<bool>, MemoryError> {
        self.here()?;
        let bad = |outcome: &Outcome<Effect>| matches!(&outcome.verdict, Verdict::Complete(done) if done.effect == Some(BAD_EFFECT));
        if outcomes.iter().any(bad) {
            return Err(MemoryError::Refused);
        }
        self.batches.lock().unwrap().push(outcomes.len());
        Ok(outcomes.iter().map(|outcome| self.settle(outcome, now)).collect())
    }

    async fn commit_part(
        &self,
        lease: Lease,
        effect: Option<&Effect>,
        next: Vec<NewJob>,
        progress: Option<Progress>,
        now: Timestamp,
    ) -> Result<bool, MemoryError> {
        self.here()?;
        {
            let mut jobs = self.jobs.lock().unwrap();
            let Some(kept) = jobs.get_mut(&lease.job).filter(|kept| holds(kept, lease)) else {
                return Ok(false);
            };
            kept.progress = progress.or(kept.progress.take());
        }
        self.effects.lock().unwrap().extend(effect);
        self.add(next, now);
        Ok(true)
    }

    async fn sweep(&self, sweep: Sweep, now: Timestamp) -> Result<Swept, MemoryError> {
        self.here()?;
        let mut swept = Swept::default();
        for kept in self.jobs.lock().unwrap().values_mut() {
            if kept.state == JobState::Running && kept.lease_until < now {
                kept.state = JobState::Pending;
                kept.job.run_at = now.after(sweep.delay);
                kept.job.attempt -= 1;
                kept.job.crashes += 1;
                swept.returned += 1;
            }
        }
        Ok(swept)
    }

    async fn live(&self, queues: &[QueueName]) -> Result<Live, MemoryError> {
        self.here()?;
        let mut live = Live::default();
        for kept in self.jobs.lock().unwrap().values().filter(|kept| queues.contains(&kept.job.queue)) {
            live.pending += u64::from(kept.state == JobState::Pending);
            live.running += u64::from(kept.state == JobState::Running);
        }
        Ok(live)
    }

    async fn queue_settings(&self) -> Result<HashMap<QueueName, QueueSettings>, MemoryError> {
        self.here()?;
        Ok(HashMap::new())
    }
}
