//! Claiming: keeps the buffer filled with about as many jobs as the worker does in a moment, and no more.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::crew::{Crew, Load};
use crate::{ClaimRequest, JobStore, QueueName, QueueShare};

/// Most jobs claimed at a time, and most that wait in the buffer.
const MOST_CLAIMED: usize = 1_024;
/// The buffer holds what the worker does in this time.
const AHEAD: Duration = Duration::from_millis(50);
/// Nothing is claimed while more outcomes than this wait to be committed.
const MOST_UNCOMMITTED: usize = 4 * MOST_CLAIMED;
/// The pause after a claim that brought only jobs of full lanes.
const LANES_FULL: Duration = Duration::from_millis(50);
/// By then a job that was put off is written down, and due by the clock of the store, which counts milliseconds.
const SETTLED: Duration = Duration::from_millis(2);
/// The longest pause after a claim that failed.
const MOST_BACK_OFF: Duration = Duration::from_secs(10);

/// Claims until `stop`.
pub(crate) async fn work<E, S>(crew: &Arc<Crew<E, S>>, stop: &CancellationToken)
where
    E: Send + Sync + 'static,
    S: JobStore<E>,
{
    let mut added = crew.store.signals().on_jobs_added();
    let mut pace = Pace::new(crew.clock.elapsed());
    let mut turn = 0_usize;
    let mut failures = 0_u32;
    // When the first job that this worker put off is due again: nobody else tells of it.
    let mut due: Option<Duration> = None;
    while !stop.is_cancelled() {
        added.mark_unchanged();
        let load = crew.load();
        pace.note(load.finished, crew.clock.elapsed());
        let wanted = if crew.healthy.load(Ordering::Acquire) && !crew.is_held() {
            pace.wanted(&load, crew.concurrency())
        } else {
            0
        };
        let mut pause = jittered(crew.options.poll, crew.clock.random());
        due = due.filter(|due| *due > crew.clock.elapsed());
        if wanted > 0 {
            turn = turn.wrapping_add(1);
            match claim(crew, wanted, turn).await {
                Ok(found) => {
                    failures = 0;
                    let back_at = found.back_in.map(|after| crew.clock.elapsed() + after);
                    due = [due, back_at].into_iter().flatten().min();
                    if found.jobs == wanted && found.startable > 0 {
                        continue;
                    }
                    if found.jobs > 0 && found.startable == 0 {
                        // All of lanes that are full: what is behind them is looked for, but not at any price.
                        pause = pause.min(LANES_FULL);
                    }
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    pause = back_off(failures, crew.clock.random());
                    tracing::warn!(%error, failures, "no jobs could be claimed; it is tried again");
                }
            }
        }
        if let Some(due) = due {
            pause = pause.min(due.saturating_sub(crew.clock.elapsed()) + SETTLED);
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
            _ = added.changed(), if failures == 0 => {}
            () = crew.room.notified(), if wanted == 0 => {}
        }
    }
}

/// What a claim brought: how many jobs, and how many of them may start at once.
#[derive(Clone, Copy, Debug)]
struct Found {
    jobs: usize,
    startable: usize,
    /// After how long the first of those that were put off is due again.
    back_in: Option<Duration>,
}

/// Claims up to `wanted` jobs, each time beginning with another queue.
async fn claim<E, S>(crew: &Arc<Crew<E, S>>, wanted: usize, turn: usize) -> Result<Found, S::Error>
where
    E: Send + Sync + 'static,
    S: JobStore<E>,
{
    let options = &crew.options;
    let share = |queue: &QueueName| {
        let batch = crew.setting(queue, |set| set.batch_size).map_or(wanted, |most| most.max(1) as usize);
        QueueShare { queue: queue.clone(), limit: wanted.min(batch) }
    };
    let mut shares: Vec<QueueShare> = options.queues.iter().map(share).collect();
    if !shares.is_empty() {
        let first = turn % shares.len();
        shares.rotate_left(first);
    }
    let request = ClaimRequest { node: crew.node, lease: options.lease, shares: &shares, limit: wanted };
    let claimed = crew.store.claim(request, crew.store.now()).await?;
    let jobs = claimed.jobs.len();
    let taken = crew.take_in(claimed.jobs);
    Ok(Found { jobs, startable: taken.startable, back_in: taken.back_in })
}

/// How fast the worker is, and so how many jobs it should hold.
#[derive(Debug)]
struct Pace {
    finished: u64,
    at: Duration,
    per_second: f64,
}

impl Pace {
    /// No shorter time is measured.
    const LEAST: Duration = Duration::from_millis(1);

    fn new(at: Duration) -> Self {
        Self { finished: 0, at, per_second: 0.0 }
    }

    /// Takes a measurement; older ones fade.
    fn note(&mut self, finished: u64, now: Duration) {
        let passed = now.saturating_sub(self.at);
        if passed < Self::LEAST {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
        let rate = finished.saturating_sub(self.finished) as f64 / passed.as_secs_f64();
        // A longer time weighs more: after 200 ms little is left of what was before.
        let weight = 1.0 - (-passed.as_secs_f64() / 0.1).exp();
        self.per_second += (rate - self.per_second) * weight;
        (self.finished, self.at) = (finished, now);
    }

    /// How many jobs to claim now: none while there is enough to do.
    fn wanted(&self, load: &Load, concurrency: usize) -> usize {
        if load.uncommitted > MOST_UNCOMMITTED {
            return 0;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
        let ahead = (self.per_second * AHEAD.as_secs_f64()) as usize;
        let ahead = ahead.clamp(concurrency.div_ceil(4), MOST_CLAIMED);
        let full = concurrency + ahead;
        let missing = full.saturating_sub(load.running + load.startable);
        let idle = load.startable == 0 && load.running < concurrency;
        if idle || missing >= full / 2 { missing.min(MOST_CLAIMED) } else { 0 }
    }
}

/// A pause of half to all of `pause`.
fn jittered(pause: Duration, random: u64) -> Duration {
    let half = pause / 2;
    half + Duration::from_millis(
        random % u64::try_from(half.as_millis()).unwrap_or(u64::MAX).saturating_add(1),
    )
}

fn back_off(failures: u32, random: u64) -> Duration {
    let pause = Duration::from_millis(100).saturating_mul(1 << failures.min(10));
    jittered(pause.min(MOST_BACK_OFF), random)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(startable: usize, running: usize) -> Load {
        Load { startable, running, uncommitted: 0, finished: 0, waiting: startable, failed: 0 }
    }

    #[test]
    fn slow_jobs_are_hardly_claimed_ahead() {
        let mut pace = Pace::new(Duration::ZERO);
        pace.note(100, Duration::from_secs(10));
        assert_eq!(pace.wanted(&load(0, 0), 64), 80);
        assert_eq!(pace.wanted(&load(10, 64), 64), 0);
        assert_eq!(pace.wanted(&load(0, 63), 64), 17);
    }

    #[test]
    fn quick_jobs_are_claimed_by_the_thousand() {
        let mut pace = Pace::new(Duration::ZERO);
        pace.note(100_000, Duration::from_secs(1));
        assert_eq!(pace.wanted(&load(0, 0), 64), 1_024);
        assert_eq!(pace.wanted(&load(900, 64), 64), 0);
    }

    #[test]
    fn pauses_vary_between_half_and_all() {
        for random in [0, 1, 499, 500, u64::MAX] {
            let pause = jittered(Duration::from_secs(1), random);
            assert!(pause >= Duration::from_millis(500) && pause <= Duration::from_secs(1));
        }
    }
}
