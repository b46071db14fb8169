//! How far claims have come in each queue, so that none walks again what was claimed before.
//!
//! PostgreSQL leaves an entry for each claimed job in the index until it is vacuumed, and cannot vacuum while an old
//! snapshot is open anywhere on the server: a claim that began at the start of the index would get dearer with each job
//! done. So it begins behind the last job that this process claimed. What comes to stand before that (jobs of nodes whose
//! transaction took longer, or given back) is found by walks from the start, which get a twentieth of the time.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::Timestamp;
use engine::{Job, NewJob, Priority, QueueName};

/// A walk from the start may be made again after so many times as long as it took, which counts as this long at least.
const REST: u32 = 20;
const LEAST: Duration = Duration::from_millis(1);
/// A walk from the start that takes no longer is always made before a queue counts as empty.
const CHEAP: Duration = Duration::from_millis(10);
/// How many priorities there are.
const PRIORITIES: usize = Priority::LOWEST.level() as usize + 1;

/// Before every job.
const START: Bound = (i64::MIN, i64::MIN);

/// A place in a queue's index: due time and number. A walk begins behind it.
pub(super) type Bound = (i64, i64);

/// The places of all priorities.
pub(super) type Bounds = [Bound; PRIORITIES];

/// The places of all queues.
#[derive(Debug, Default)]
pub(crate) struct Frontiers {
    queues: Mutex<HashMap<QueueName, Frontier>>,
}

#[derive(Clone, Copy, Debug)]
struct Frontier {
    bounds: Bounds,
    /// When the last walk from the start ended, and how long it took.
    whole: Option<(Duration, Duration)>,
}

impl Default for Frontier {
    fn default() -> Self {
        Self { bounds: [START; PRIORITIES], whole: None }
    }
}

/// Where a walk is to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Walk {
    pub(super) bounds: Bounds,
    /// It begins at the start.
    pub(super) whole: bool,
}

impl Walk {
    pub(super) const WHOLE: Self = Self { bounds: [START; PRIORITIES], whole: true };
}

impl Frontiers {
    fn queues(&self) -> MutexGuard<'_, HashMap<QueueName, Frontier>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the next walk of a queue is to begin.
    pub(super) fn walk(&self, queue: &QueueName, now: Duration) -> Walk {
        match self.queues().get(queue) {
            Some(Frontier { bounds, whole: Some((at, took)) })
                if now.saturating_sub(*at) < (*took).max(LEAST).saturating_mul(REST) =>
            {
                Walk { bounds: *bounds, whole: false }
            }
            _ => Walk::WHOLE,
        }
    }

    /// Whether a walk that did not begin at the start and found too little is worth another one that does.
    pub(super) fn look_back(&self, queue: &QueueName) -> Option<Walk> {
        let cheap = self.queues().get(queue).is_none_or(|of| of.whole.is_none_or(|(_, took)| took <= CHEAP));
        cheap.then_some(Walk::WHOLE)
    }

    /// Notes what a walk claimed, once that is committed.
    pub(super) fn claimed(&self, queue: &QueueName, jobs: &[Job]) {
        let mut queues = self.queues();
        let frontier = queues.entry(queue.clone()).or_default();
        for job in jobs {
            let bound = &mut frontier.bounds[usize::try_from(job.priority.level()).unwrap_or(0)];
            *bound = (*bound).max((job.run_at.0, job.id.0));
        }
    }

    /// Notes that a walk from the start was made.
    pub(super) fn walked(&self, queue: &QueueName, at: Duration, took: Duration) {
        self.queues().entry(queue.clone()).or_default().whole = Some((at, took));
    }

    /// Jobs were queued for a time that may lie before the place: their queues are walked from the start again.
    pub(super) fn queued(&self, jobs: &[NewJob], now: Timestamp) {
        for job in jobs.iter().filter(|job| job.run_at.is_some_and(|run_at| run_at < now)) {
            self.queues().remove(&job.queue);
        }
    }

    /// Jobs of these queues came to stand where they stood before.
    pub(super) fn given_back<'a>(&self, queues: impl IntoIterator<Item = &'a QueueName>) {
        let mut known = self.queues();
        for queue in queues {
            known.remove(queue);
        }
    }

    /// Jobs of any queue may have come to stand elsewhere.
    pub(crate) fn forget(&self) {
        self.queues().clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUE: QueueName = QueueName::known("import");
    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn walks_from_the_start_get_a_twentieth_of_the_time() {
        let frontiers = Frontiers::default();
        assert!(frontiers.walk(&QUEUE, MS).whole, "the first one");
        frontiers.walked(&QUEUE, MS * 100, MS * 30);
        assert!(!frontiers.walk(&QUEUE, MS * 600).whole);
        assert!(frontiers.walk(&QUEUE, MS * 700).whole);
    }

    #[test]
    fn only_a_cheap_look_back_is_always_made() {
        let frontiers = Frontiers::default();
        assert!(frontiers.look_back(&QUEUE).is_some());
        frontiers.walked(&QUEUE, MS, MS * 11);
        assert!(frontiers.look_back(&QUEUE).is_none());
    }

    #[test]
    fn a_job_queued_for_the_past_is_looked_for_from_the_start() {
        let frontiers = Frontiers::default();
        frontiers.walked(&QUEUE, MS, MS * 30);
        let mut job = NewJob::new(QUEUE);
        frontiers.queued(&[job.clone()], Timestamp(9));
        assert!(!frontiers.walk(&QUEUE, MS * 2).whole, "one for now stands behind");
        job.run_at = Some(Timestamp(8));
        frontiers.queued(&[job], Timestamp(9));
        assert!(frontiers.walk(&QUEUE, MS * 2).whole);
    }
}
