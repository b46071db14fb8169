//! Rate limits: how many actions of each risk class a caller may ask for, held by each node for itself.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::action::Risk;
use crate::error::ActionError;

/// Most callers that are remembered; beyond it those with full buckets are forgotten.
const CALLERS_MAX: usize = 10_000;

/// How many actions a caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// In a minute, in the long run.
    pub per_minute: u32,
    /// At once.
    pub burst: u32,
}

/// The rates of the risk classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimits {
    /// Of [`Risk::Low`].
    pub low: Rate,
    /// Of [`Risk::Medium`].
    pub medium: Rate,
    /// Of [`Risk::High`].
    pub high: Rate,
}

impl Default for RateLimits {
    /// Far above what a person or a sensible script does; a script that runs wild is slowed.
    fn default() -> Self {
        Self {
            low: Rate { per_minute: 18_000, burst: 600 },
            medium: Rate { per_minute: 1_200, burst: 120 },
            high: Rate { per_minute: 60, burst: 20 },
        }
    }
}

impl RateLimits {
    const fn of(&self, risk: Risk) -> Rate {
        match risk {
            Risk::Low => self.low,
            Risk::Medium => self.medium,
            Risk::High => self.high,
        }
    }
}

/// What each caller has left.
#[derive(Debug)]
pub struct Limiter {
    limits: RateLimits,
    buckets: Mutex<HashMap<(String, Risk), Bucket>>,
}

/// A token bucket, in thousandths of an action.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    level: u64,
    at: Duration,
    refused: bool,
}

/// An action more than the caller may ask for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// When there is room again.
    pub retry_after: Duration,
    /// True for the first refusal since the last action that was let through: worth a line in the audit log.
    pub first: bool,
}

impl From<TooMany> for ActionError {
    fn from(too_many: TooMany) -> Self {
        Self::RateLimited {
            retry_after_ms: u64::try_from(too_many.retry_after.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Limiter {
    /// Full buckets for all.
    pub fn new(limits: RateLimits) -> Self {
        Self { limits, buckets: Mutex::default() }
    }

    /// Takes one action of a caller's allowance; `elapsed` is the monotonic time.
    pub fn take(&self, caller: &str, risk: Risk, elapsed: Duration) -> Result<(), TooMany> {
        let rate = self.limits.of(risk);
        let full = u64::from(rate.burst) * 1_000;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= CALLERS_MAX {
            buckets.retain(|(_, risk), bucket| {
                let rate = self.limits.of(*risk);
                filled(*bucket, rate, elapsed) < u64::from(rate.burst) * 1_000
            });
        }
        let bucket = buckets.entry((caller.to_owned(), risk)).or_insert(Bucket {
            level: full,
            at: elapsed,
            refused: false,
        });
        let level = filled(*bucket, rate, elapsed);
        if level >= 1_000 {
            *bucket = Bucket { level: level - 1_000, at: elapsed, refused: false };
            return Ok(());
        }
        let first = !bucket.refused;
        *bucket = Bucket { level, at: elapsed, refused: true };
        let missing_ms = (1_000 - level) * 60 / u64::from(rate.per_minute.max(1));
        Err(TooMany { retry_after: Duration::from_millis(missing_ms.max(1)), first })
    }
}

/// What is in a bucket now.
fn filled(bucket: Bucket, rate: Rate, elapsed: Duration) -> u64 {
    let waited = u64::try_from(elapsed.saturating_sub(bucket.at).as_millis()).unwrap_or(u64::MAX);
    let gained = waited.saturating_mul(u64::from(rate.per_minute)) / 60;
    bucket.level.saturating_add(gained).min(u64::from(rate.burst) * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_then_the_rate_holds() {
        let high = Rate { per_minute: 60, burst: 2 };
        let limiter = Limiter::new(RateLimits { high, ..RateLimits::default() });
        let at = Duration::from_secs;
        assert_eq!(limiter.take("ann", Risk::High, at(0)), Ok(()));
        assert_eq!(limiter.take("ann", Risk::High, at(0)), Ok(()));
        let refused = limiter.take("ann", Risk::High, at(0));
        assert_eq!(refused, Err(TooMany { retry_after: at(1), first: true }));
        assert!(matches!(limiter.take("ann", Risk::High, at(0)), Err(TooMany { first: false, .. })));
        assert_eq!(limiter.take("ann", Risk::Low, at(0)), Ok(()), "each risk has its own");
        assert_eq!(limiter.take("bob", Risk::High, at(0)), Ok(()), "so has each caller");
        assert_eq!(limiter.take("ann", Risk::High, at(1)), Ok(()));
    }
}
