//! Retries: exponential back-off with jitter.

use std::time::Duration;

/// How failed attempts of a queue are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The longest wait before the second attempt; doubles with each further one.
    pub base: Duration,
    /// No wait is longer than this.
    pub cap: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { base: Duration::from_secs(5), cap: Duration::from_secs(3_600) }
    }
}

impl RetryPolicy {
    /// The wait after the failed attempt number `attempt` (from 1): evenly drawn, by `random`, from the upper half of
    /// zero to base * 2^(attempt-1), at most the cap. Chance spreads a herd; the floor of half keeps a retry
    /// from coming at once.
    pub fn delay(&self, attempt: u32, random: u64) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let ceiling = self.base.saturating_mul(1 << doublings).min(self.cap);
        let half = ceiling / 2;
        let span = u64::try_from((ceiling - half).as_millis()).unwrap_or(u64::MAX);
        half + Duration::from_millis(random % span.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_delay_lies_in_the_upper_half_of_its_ceiling(attempt in 1_u32..100, random: u64, base_ms in 0_u64..100_000, cap_ms in 0_u64..10_000_000) {
            let policy = RetryPolicy { base: Duration::from_millis(base_ms), cap: Duration::from_millis(cap_ms) };
            let ceiling = u128::from(base_ms).saturating_mul(1 << attempt.saturating_sub(1).min(31)).min(u128::from(cap_ms));
            let delay = policy.delay(attempt, random).as_millis();
            prop_assert!(delay <= ceiling && delay >= ceiling / 2, "{delay} of {ceiling}");
        }
    }

    #[test]
    fn delays_differ_by_chance() {
        let policy = RetryPolicy::default();
        assert_ne!(policy.delay(3, 7), policy.delay(3, 7_000));
    }
}
