//! Time and randomness, passed in: the only crate that reads the system's clock and draws chance.
//!
//! Whoever needs the time takes a [`Clock`]; tests hand in a [`TestClock`] and move it by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. What the databases keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This time plus `duration`, stopping at the largest time.
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This time minus `duration`, stopping at the smallest time.
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero if it is not after it.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// Where the time and random numbers come from.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The wall clock. It can jump; use it for what is stored or compared with other machines.
    fn now(&self) -> Timestamp;

    /// Time since some fixed point, never going back: for measuring and for pacing in one process.
    fn elapsed(&self) -> Duration;

    /// Sixty-four random bits: for jitter, tie-breaks and incarnation numbers, never for secrets.
    fn random(&self) -> u64;

    /// Two hundred and fifty-six bits that nobody can guess, from the operating system: for secrets.
    ///
    /// # Panics
    /// If the operating system has no randomness to give, as none of those served does once it runs.
    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");
        bytes
    }
}

/// A clock that is shared.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug)]
pub struct SystemClock {
    started: std::time::Instant,
    seed: AtomicU64,
}

impl SystemClock {
    /// A shared system clock.
    pub fn shared() -> SharedClock {
        Arc::new(Self::default())
    }
}

impl Default for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this crate is where time is read")]
    fn default() -> Self {
        use std::hash::{BuildHasher, Hasher};
        // The standard library's per-process random hasher keys: no further dependency for mere jitter.
        let seed = std::hash::RandomState::new().build_hasher().finish();
        Self { started: std::time::Instant::now(), seed: AtomicU64::new(seed) }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this crate is where time is read")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn random(&self) -> u64 {
        next_random(&self.seed)
    }
}

/// A clock that stands still until it is moved; its random numbers are the same each time.
#[derive(Debug)]
pub struct TestClock {
    now_ms: AtomicI64,
    start_ms: i64,
    seed: AtomicU64,
}

impl TestClock {
    /// A clock standing at `start`.
    pub fn at(start: Timestamp) -> Arc<Self> {
        Self::seeded(start, 1)
    }

    /// A clock standing at `start` whose random numbers are those of `seed`.
    pub fn seeded(start: Timestamp, seed: u64) -> Arc<Self> {
        Arc::new(Self { now_ms: AtomicI64::new(start.0), start_ms: start.0, seed: AtomicU64::new(seed) })
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        self.now_ms.store(self.now().after(duration).0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now_ms.load(Ordering::SeqCst))
    }

    fn elapsed(&self) -> Duration {
        self.now().since(Timestamp(self.start_ms))
    }

    fn random(&self) -> u64 {
        next_random(&self.seed)
    }

    /// The same each time, and different from call to call.
    fn secret(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.chunks_exact_mut(8).for_each(|part| part.copy_from_slice(&self.random().to_le_bytes()));
        bytes
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a full-period generator in four lines.
fn next_random(seed: &AtomicU64) -> u64 {
    let mut z = seed.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_clock_moves_only_when_told() {
        let clock = TestClock::at(Timestamp(1_000));
        assert_eq!(clock.now(), Timestamp(1_000));
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.now(), Timestamp(3_000));
        assert_eq!(clock.elapsed(), Duration::from_secs(2));
    }

    #[test]
    fn time_arithmetic_stops_at_its_ends() {
        assert_eq!(Timestamp(i64::MAX).after(Duration::from_secs(1)), Timestamp(i64::MAX));
        assert_eq!(Timestamp(5).since(Timestamp(9)), Duration::ZERO);
    }

    #[test]
    fn random_numbers_differ() {
        let clock = SystemClock::default();
        assert_ne!(clock.random(), clock.random());
        assert_ne!(clock.secret(), clock.secret());
    }
}
