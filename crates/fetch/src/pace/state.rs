//! The pace of one host as pure arithmetic: times in, times out, no clock and no waiting.

use std::time::Duration;

use clock::Timestamp;

use super::{BusyReason, Outcome, PaceConfig};

/// The slowest pace that throttling alone leads to: one request in this time.
const MAX_SLOW_DOWN: Duration = Duration::from_secs(60);
/// Where slowing down starts when the host had no delay at all.
const MIN_SLOW_DOWN: Duration = Duration::from_millis(500);
/// A slow-down below this is over.
const NEGLIGIBLE: Duration = Duration::from_millis(50);
/// How far retries of those turned away are spread, beyond the first possible time.
const MAX_SPREAD: Duration = Duration::from_secs(600);
/// How long a dead host's one probe may take before the next is sent.
const PROBE: Duration = Duration::from_secs(10);
/// Back-offs counted; more would only overflow the doubling.
const MAX_DOUBLINGS: u32 = 16;

/// How a host's pace stands: to be shown, and to be handed to another node with the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaceState {
    /// The earliest start of the next request.
    pub next_start: Timestamp,
    /// Between two starts, as it is now: the largest of own delay, crawl delay and slow-down.
    pub delay: Duration,
    /// The `Crawl-delay` obeyed, already cut to its cap.
    pub crawl_delay: Duration,
    /// The delay that throttling led to; it fades with every good answer.
    pub slow_down: Duration,
    /// Until when the host is left alone, and why.
    pub blocked: Option<(Timestamp, BusyReason)>,
    /// 429 and 503 in a row, less the good answers since.
    pub back_offs: u32,
    /// Failed connections in a row.
    pub failures: u32,
}

/// The pace of one host; times are on the clock's elapsed scale.
#[derive(Debug)]
pub(super) struct Pace {
    next_start: Duration,
    promised: Duration,
    crawl_delay: Duration,
    slow_down: Duration,
    blocked_until: Duration,
    blocked_by: BusyReason,
    last_back_off: Option<Duration>,
    back_offs: u32,
    failures: u32,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            next_start: Duration::ZERO,
            promised: Duration::ZERO,
            crawl_delay: Duration::ZERO,
            slow_down: Duration::ZERO,
            blocked_until: Duration::ZERO,
            blocked_by: BusyReason::Queue,
            last_back_off: None,
            back_offs: 0,
            failures: 0,
        }
    }

    pub(super) fn delay(&self, config: &PaceConfig) -> Duration {
        config.min_delay.max(self.crawl_delay).max(self.slow_down)
    }

    /// Takes the next start, if it comes no later than `latest` or is now.
    pub(super) fn take(
        &mut self,
        config: &PaceConfig,
        now: Duration,
        latest: Duration,
    ) -> Result<Duration, BusyReason> {
        let start = self.ready_at(now);
        if start > latest.max(now) {
            return Err(self.reason(now));
        }
        self.next_start = start.saturating_add(self.delay(config));
        if self.failures >= config.dead_after {
            // Half open: this one is the probe, the others wait for what it finds.
            self.blocked_until = start.saturating_add(PROBE);
        }
        Ok(start)
    }

    /// Whether somebody with `ahead` others before it would start after `latest`.
    pub(super) fn hopeless(&self, config: &PaceConfig, now: Duration, latest: Duration, ahead: u32) -> bool {
        self.ready_at(now).saturating_add(self.delay(config).saturating_mul(ahead)) > latest.max(now)
    }

    /// Until when the host is left alone, to be compared later.
    pub(super) fn blocked_until(&self) -> Duration {
        self.blocked_until
    }

    /// Whether the host is being left alone at `now` for something that came after `known`: a probe that waited for its
    /// start must not be stopped by the block that it set itself.
    pub(super) fn is_blocked_since(&self, known: Duration, now: Duration) -> bool {
        self.blocked_until > now && self.blocked_until != known
    }

    /// When somebody turned away should come again: each one a delay later than the one before.
    pub(super) fn promise(&mut self, config: &PaceConfig, now: Duration, random: u64) -> Duration {
        let ready = self.ready_at(now);
        let step = self.delay(config).max(NEGLIGIBLE);
        let next = self.promised.max(ready).saturating_add(step);
        self.promised = if next > ready.saturating_add(MAX_SPREAD) { ready } else { next };
        self.promised.saturating_add(fraction(step / 4, random))
    }

    pub(super) fn reason(&self, now: Duration) -> BusyReason {
        if self.blocked_until > now { self.blocked_by } else { BusyReason::Queue }
    }

    pub(super) fn set_crawl_delay(&mut self, config: &PaceConfig, delay: Option<Duration>) {
        self.crawl_delay = delay.unwrap_or_default().min(config.max_crawl_delay);
    }

    /// Whether forgetting this host loses nothing.
    pub(super) fn is_idle(&self, now: Duration) -> bool {
        self.ready_at(now) <= now && self.back_offs == 0 && self.failures == 0 && self.slow_down.is_zero()
    }

    /// Learns from how the request that began at `started` ended.
    pub(super) fn learn(
        &mut self,
        config: &PaceConfig,
        started: Duration,
        now: Duration,
        outcome: Outcome,
        random: u64,
    ) {
        match outcome {
            Outcome::Answered => {
                self.reached(now);
                self.back_offs = self.back_offs.saturating_sub(1);
                self.slow_down = self.slow_down * 3 / 4;
                if self.slow_down < NEGLIGIBLE {
                    self.slow_down = Duration::ZERO;
                }
            }
            Outcome::Failing => self.reached(now),
            Outcome::Throttled { retry_after } => {
                self.reached(now);
                self.back_off(config, started, now, retry_after, random);
            }
            Outcome::Unreachable => self.failed(config, now, random),
        }
    }

    pub(super) fn view(&self, config: &PaceConfig, now: Duration, wall: Timestamp) -> PaceState {
        let at = |time: Duration| wall.after(time.saturating_sub(now));
        PaceState {
            next_start: at(self.ready_at(now)),
            delay: self.delay(config),
            crawl_delay: self.crawl_delay,
            slow_down: self.slow_down,
            blocked: (self.blocked_until > now).then(|| (at(self.blocked_until), self.blocked_by)),
            back_offs: self.back_offs,
            failures: self.failures,
        }
    }

    pub(super) fn from_view(state: &PaceState, now: Duration, wall: Timestamp) -> Self {
        let at = |time: Timestamp| now.saturating_add(time.since(wall));
        let (blocked_until, blocked_by) = state.blocked.unwrap_or((wall, BusyReason::Queue));
        Self {
            next_start: at(state.next_start),
            crawl_delay: state.crawl_delay,
            slow_down: state.slow_down,
            blocked_until: at(blocked_until),
            blocked_by,
            back_offs: state.back_offs,
            failures: state.failures,
            ..Self::new()
        }
    }

    /// Lets no request begin before a delay has passed from now on.
    pub(super) fn hold_off(&mut self, config: &PaceConfig, now: Duration) {
        self.next_start = self.next_start.max(now.saturating_add(self.delay(config)));
    }

    fn ready_at(&self, now: Duration) -> Duration {
        now.max(self.next_start).max(self.blocked_until)
    }

    fn reached(&mut self, now: Duration) {
        self.failures = 0;
        if self.blocked_by == BusyReason::Dead {
            self.blocked_until = self.blocked_until.min(now);
        }
    }

    fn back_off(
        &mut self,
        config: &PaceConfig,
        started: Duration,
        now: Duration,
        retry_after: Option<Duration>,
        random: u64,
    ) {
        // Several answers of one burst are one complaint.
        if self.last_back_off.is_none_or(|last| started >= last) {
            self.back_offs = (self.back_offs + 1).min(MAX_DOUBLINGS);
            let slower = (self.slow_down * 2).max(self.delay(config)).max(MIN_SLOW_DOWN);
            self.slow_down = slower.min(MAX_SLOW_DOWN);
            self.last_back_off = Some(now);
        }
        let own = doubled(config.first_back_off, self.back_offs.saturating_sub(1), config.max_back_off);
        let wait = match retry_after {
            // Never before the time the site named; a little after it, not all at once.
            Some(asked) if !asked.is_zero() => {
                let asked = asked.min(config.max_retry_after);
                asked.saturating_add(fraction((asked / 10).min(MAX_SLOW_DOWN), random))
            }
            _ => own / 2 + fraction(own / 2, random),
        };
        self.block(now.saturating_add(wait), BusyReason::BackOff);
    }

    fn failed(&mut self, config: &PaceConfig, now: Duration, random: u64) {
        self.failures = self.failures.saturating_add(1);
        let Some(beyond) = self.failures.checked_sub(config.dead_after) else { return };
        let pause = doubled(config.dead_for, beyond, config.max_back_off);
        self.blocked_until = self.blocked_until.min(now);
        self.block(now.saturating_add(pause / 2 + fraction(pause / 2, random)), BusyReason::Dead);
    }

    fn block(&mut self, until: Duration, reason: BusyReason) {
        if until > self.blocked_until {
            self.blocked_until = until;
            self.blocked_by = reason;
        }
    }
}

/// `first` doubled `times` times, at most `cap`.
fn doubled(first: Duration, times: u32, cap: Duration) -> Duration {
    first.saturating_mul(1 << times.min(MAX_DOUBLINGS)).min(cap)
}

/// Some part of `whole`, from none to all, by 16 random bits.
fn fraction(whole: Duration, random: u64) -> Duration {
    whole.mul_f64(f64::from((random >> 48) as u16) / f64::from(u16::MAX))
}

#[cfg(test)]
mod tests;
