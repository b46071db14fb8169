//! The time that all nodes agree on: the clock's own, or the database's, carried on by the clock between two looks.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use clock::{Clock, SharedClock, Timestamp};

/// No look at the database's clock yet.
const NONE: i64 = i64::MIN;

/// Where the store's time comes from.
#[derive(Debug)]
pub(crate) struct Time {
    clock: SharedClock,
    /// What the database's clock shows when the clock's elapsed time is nought, in milliseconds. Elapsed time is used
    /// to carry it on since it does not jump, whatever is done to the machine's clock.
    origin: AtomicI64,
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
        Self { clock, origin: AtomicI64::new(NONE) }
    }

    /// Follows the database's clock from now on: the quickest of some looks at it is the surest.
    pub(crate) fn follow(&self, looks: &[Look]) {
        if let Some(best) = looks.iter().min_by_key(|look| look.width()) {
            let middle = best.asked + best.width() / 2;
            self.origin.store(best.shown.saturating_sub(millis(middle)), Ordering::Relaxed);
        }
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        match self.origin.load(Ordering::Relaxed) {
            NONE => self.clock.now(),
            origin => Timestamp(origin.saturating_add(millis(self.clock.elapsed()))),
        }
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
}
