//! Jobs that are claimed but not started: a small bounded buffer that keeps each lane to its share.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use crate::Job;

/// How many jobs of one lane a node runs and holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneRules {
    /// At most this many of one lane run at a time on this node; at least 1.
    pub running: usize,
    /// At most this many more of it wait in the buffer; further ones are put off.
    pub waiting: usize,
    /// Jobs that are put off come back this far apart, for each one that may run, until it is known how long jobs of
    /// the lane take.
    pub spacing: Duration,
}

impl Default for LaneRules {
    fn default() -> Self {
        Self { running: 2, waiting: 8, spacing: Duration::from_millis(100) }
    }
}

/// Most jobs that wait for their lanes, over all lanes; further ones are put off.
const MOST_PARKED: usize = 4_096;
/// The shortest and the longest distance between jobs of a lane that are put off.
const SPACING: (Duration, Duration) = (Duration::from_millis(2), Duration::from_secs(10));

/// Claimed jobs in their order, the lanes' rules kept.
#[derive(Debug)]
pub(crate) struct Buffer {
    rules: LaneRules,
    ready: VecDeque<Job>,
    lanes: HashMap<i64, Lane>,
    parked: usize,
}

/// One lane with jobs running or waiting.
#[derive(Debug, Default)]
struct Lane {
    running: usize,
    waiting: VecDeque<Job>,
    /// Until when those put off are to come back, by the worker's clock.
    booked: Duration,
    /// How long its jobs take, the last ones weighing most.
    pace: Option<Duration>,
}

impl Buffer {
    pub(crate) fn new(rules: LaneRules) -> Self {
        Self { rules, ready: VecDeque::new(), lanes: HashMap::new(), parked: 0 }
    }

    /// How many jobs wait here.
    pub(crate) fn len(&self) -> usize {
        self.ready.len() + self.parked
    }

    /// How many of them may start at once.
    pub(crate) fn startable(&self) -> usize {
        self.ready.len()
    }

    /// Takes in a claimed job, or hands it back with how long it is to be put off, because too many of its lane wait
    /// already. Those put off come back one spacing after the other, so that each is put off about once.
    pub(crate) fn offer(&mut self, job: Job, now: Duration) -> Option<(Job, Duration)> {
        let Some(lane) = job.lane.map(|lane| self.lanes.entry(lane).or_default()) else {
            self.ready.push_back(job);
            return None;
        };
        if lane.running < self.rules.running.max(1) {
            lane.running += 1;
            self.ready.push_back(job);
            return None;
        }
        if lane.waiting.len() < self.rules.waiting && self.parked < MOST_PARKED {
            lane.waiting.push_back(job);
            self.parked += 1;
            return None;
        }
        let spacing = lane.pace.map_or(self.rules.spacing, |pace| pace.clamp(SPACING.0, SPACING.1));
        let back_at = lane.booked.max(now + spacing);
        lane.booked = back_at + spacing / u32::try_from(self.rules.running.max(1)).unwrap_or(u32::MAX);
        Some((job, back_at - now))
    }

    /// The next job to start.
    pub(crate) fn take(&mut self) -> Option<Job> {
        self.ready.pop_front()
    }

    /// Tells that a job of this lane has ended, after how long, and so lets the next of it start.
    pub(crate) fn ended(&mut self, lane: Option<i64>, took: Option<Duration>) {
        let Some((key, lane)) = lane.and_then(|key| self.lanes.get_mut(&key).map(|lane| (key, lane))) else {
            return;
        };
        if let Some(took) = took {
            lane.pace = Some(lane.pace.map_or(took, |pace| (pace * 3 + took) / 4));
        }
        match lane.waiting.pop_front() {
            Some(job) => {
                self.parked -= 1;
                self.ready.push_back(job);
            }
            None => {
                lane.running = lane.running.saturating_sub(1);
                lane.booked = Duration::ZERO;
            }
        }
        if lane.running == 0 {
            self.lanes.remove(&key);
        }
    }

    /// Everything that waits, in no order: to be given back.
    pub(crate) fn drain(&mut self) -> Vec<Job> {
        let mut jobs: Vec<Job> = self.ready.drain(..).collect();
        for job in &jobs {
            if let Some(lane) = job.lane.and_then(|lane| self.lanes.get_mut(&lane)) {
                lane.running = lane.running.saturating_sub(1);
            }
        }
        for lane in self.lanes.values_mut() {
            jobs.extend(lane.waiting.drain(..));
        }
        self.parked = 0;
        self.lanes.retain(|_, lane| lane.running > 0);
        jobs
    }

    /// Takes out a waiting job whose lease is void.
    pub(crate) fn remove(&mut self, lease: crate::Lease) -> Option<Job> {
        if let Some(at) = self.ready.iter().position(|job| job.lease == lease) {
            let job = self.ready.remove(at)?;
            self.ended(job.lane, None);
            return Some(job);
        }
        for lane in self.lanes.values_mut() {
            if let Some(at) = lane.waiting.iter().position(|job| job.lease == lease) {
                self.parked -= 1;
                return lane.waiting.remove(at);
            }
        }
        None
    }

    /// The leases of all that waits.
    pub(crate) fn leases(&self) -> impl Iterator<Item = crate::Lease> + '_ {
        let parked = self.lanes.values().flat_map(|lane| lane.waiting.iter());
        self.ready.iter().chain(parked).map(|job| job.lease)
    }
}

#[cfg(test)]
mod tests {
    use clock::Timestamp;

    use super::*;
    use crate::{Incarnation, JobId, Lease, Priority, QueueName};

    const NOW: Duration = Duration::from_secs(100);

    fn job(id: i64, lane: Option<i64>) -> Job {
        Job {
            id: JobId(id),
            queue: QueueName::known("work"),
            lease: Lease { job: JobId(id), node: Incarnation(1), fence: 1 },
            priority: Priority::default(),
            run_at: Timestamp(0),
            subject: None,
            domain_id: 0,
            lane,
            payload: String::new(),
            attempt: 1,
            max_attempts: 1,
            crashes: 0,
            created_at: Timestamp(0),
        }
    }

    fn buffer() -> Buffer {
        Buffer::new(LaneRules { running: 1, waiting: 2, spacing: Duration::from_secs(1) })
    }

    fn started(buffer: &mut Buffer) -> Vec<i64> {
        std::iter::from_fn(|| buffer.take()).map(|job| job.id.0).collect()
    }

    #[test]
    fn a_lane_waits_behind_its_own_jobs_only() {
        let mut buffer = buffer();
        for (id, lane) in [(1, Some(7)), (2, Some(7)), (3, None), (4, Some(8)), (5, Some(7))] {
            assert_eq!(buffer.offer(job(id, lane), NOW), None);
        }
        assert_eq!(started(&mut buffer), [1, 3, 4]);
        assert_eq!(buffer.len(), 2);
        buffer.ended(Some(7), None);
        assert_eq!(started(&mut buffer), [2]);
        buffer.ended(Some(7), None);
        assert_eq!(started(&mut buffer), [5]);
    }

    #[test]
    fn what_is_put_off_comes_back_one_after_the_other() {
        let mut buffer = buffer();
        let delays: Vec<_> = (1..=6)
            .filter_map(|id| buffer.offer(job(id, Some(7)), NOW))
            .map(|(_, delay)| delay.as_secs())
            .collect();
        assert_eq!(delays, [1, 2, 3]);
        buffer.ended(Some(7), Some(Duration::from_millis(20)));
        assert_eq!(buffer.offer(job(7, Some(7)), NOW), None, "there is room again");
        let (_, delay) = buffer.offer(job(8, Some(7)), NOW).expect("but not for two");
        assert_eq!(delay, Duration::from_secs(4), "behind those that were put off before");
        assert_eq!(
            buffer.lanes[&7].booked,
            NOW + delay + Duration::from_millis(20),
            "now it is known how long they take"
        );
    }

    #[test]
    fn a_void_lease_makes_room_for_the_next() {
        let mut buffer = buffer();
        for id in 1..=3 {
            assert_eq!(buffer.offer(job(id, Some(7)), NOW), None);
        }
        assert_eq!(buffer.remove(job(1, None).lease).map(|job| job.id), Some(JobId(1)));
        assert_eq!(buffer.remove(job(9, None).lease), None);
        assert_eq!(started(&mut buffer), [2]);
        assert_eq!(buffer.drain().len(), 1);
        assert_eq!(buffer.len(), 0);
    }
}
