//! The time that all nodes agree on: the database's, or the machine's, carried on between two looks by a clock that
//! does not jump.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use clock::{Clock, SharedClock, Timestamp};

/// How far the machine's clock must be ahead to be followed: it was set, or the machine has slept. It is never followed
/// back: what was done would seem to lie in the future, and jobs would wait until it has come again.
const AHEAD_MS: i64 = 1_000;

/// Where the store's time comes from.
#[derive(Debug)]
pub(crate) struct Time {
    clock: SharedClock,
    /// What the followed clock shows when the clock's elapsed time is nought, in milliseconds. Elapsed time is used to
    /// carry it on since it does not jump, whatever is done to the machine's clock.
    origin: AtomicI64,
    /// Whether the followed clock is the database's.
    of_database: AtomicBool,
}

/// A look at the database's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    /// When it was asked.
    pub(crate) asked: Duration,
    /// What it showed, in milliseconds.
    pub(crate) shown: i64,
    /// When the answer was there.
    pub(crate) answered: Duration,
}

impl Look {
    /// How wrong it may be, both ways together.
    fn width(&self) -> Duration {
        self.answered.saturating_sub(self.asked)
    }
}

impl Time {
    /// The time of `clock`.
    pub(crate) fn of(clock: SharedClock) -> Self {
        let origin = AtomicI64::new(clock.now().0.saturating_sub(millis(clock.elapsed())));
        Self { clock, origin, of_database: AtomicBool::new(false) }
    }

    /// Follows the database's clock from now on: the quickest of some looks at it is the surest.
    pub(crate) fn follow(&self, looks: &[Look]) {
        if let Some(best) = looks.iter().min_by_key(|look| look.width()) {
            let middle = best.asked + best.width() / 2;
            self.origin.store(best.shown.saturating_sub(millis(middle)), Ordering::Relaxed);
            self.of_database.store(true, Ordering::Relaxed);
        }
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        let elapsed = millis(self.clock.elapsed());
        let carried = self.origin.load(Ordering::Relaxed).saturating_add(elapsed);
        if self.of_database.load(Ordering::Relaxed) {
            return Timestamp(carried);
        }
        let shown = self.clock.now().0;
        if shown <= carried.saturating_add(AHEAD_MS) {
            return Timestamp(carried);
        }
        self.origin.store(shown.saturating_sub(elapsed), Ordering::Relaxed);
        Timestamp(shown)
    }

    fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    fn random(&self) -> u64 {
        self.clock.random()
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use clock::TestClock;

    use super::*;

    #[test]
    fn the_quickest_look_counts_and_the_clock_carries_it_on() {
        let clock = TestClock::at(Timestamp(5_000));
        let time = Time::of(clock.clone());
        assert_eq!(time.now(), Timestamp(5_000));
        let ms = Duration::from_millis;
        let slow = Look { asked: ms(0), shown: 9_999_999, answered: ms(900) };
        let quick = Look { asked: ms(10), shown: 70_000, answered: ms(14) };
        time.follow(&[slow, quick]);
        clock.advance(ms(1_012));
        assert_eq!(time.now(), Timestamp(71_000));
    }

    /// A clock whose wall time is set by hand, apart from what has elapsed.
    #[derive(Debug, Default)]
    struct Settable {
        now: AtomicI64,
        elapsed: AtomicI64,
    }

    impl Settable {
        fn show(&self, now: i64, elapsed: i64) {
            self.now.store(now, Ordering::Relaxed);
            self.elapsed.store(elapsed, Ordering::Relaxed);
        }
    }

    impl Clock for Settable {
        fn now(&self) -> Timestamp {
            Timestamp(self.now.load(Ordering::Relaxed))
        }

        fn elapsed(&self) -> Duration {
            Duration::from_millis(u64::try_from(self.elapsed.load(Ordering::Relaxed)).unwrap())
        }

        fn random(&self) -> u64 {
            4
        }
    }

    #[test]
    fn the_machines_clock_is_followed_ahead_and_never_back() {
        let clock = Arc::new(Settable::default());
        clock.show(100_000, 0);
        let time = Time::of(clock.clone());
        let check = |shown, elapsed, now| {
            clock.show(shown, elapsed);
            assert_eq!(time.now(), Timestamp(now), "{shown} shown after {elapsed}");
        };
        check(100_050, 50, 100_050);
        check(100_900, 60, 100_060);
        check(3_700_000, 70, 3_700_000);
        check(100_080, 80, 3_700_010);
        check(100_500, 500, 3_700_430);
        check(3_800_000, 600, 3_800_000);
    }
}
