//! Circuit breakers: what keeps failing is left alone for a while, one breaker for each thing that actions depend on.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ActionError;

/// So many failures in a row open a breaker.
const FAILURES_MAX: u32 = 5;
/// How long an open breaker refuses before it lets one try through.
const OPEN_FOR: Duration = Duration::from_secs(10);

/// What an action needs besides the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dependency {
    /// The store.
    Database,
    /// Files of this machine: backups, log files.
    Filesystem,
    /// The outside web, or a provider that leads there.
    Outbound,
}

impl Dependency {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Database, Self::Filesystem, Self::Outbound];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Filesystem => "filesystem",
            Self::Outbound => "outbound",
        }
    }
}

/// How a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CircuitState {
    /// All is let through.
    Closed,
    /// One try is under way; the others are refused until it ends.
    HalfOpen,
    /// All is refused.
    Open,
}

#[derive(Clone, Copy, Debug, Default)]
struct Breaker {
    failures: u32,
    opened: Option<Duration>,
    trying: Option<Duration>,
}

/// A breaker as health shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CircuitReport {
    /// What it guards.
    pub dependency: Dependency,
    /// How it stands.
    pub state: CircuitState,
    /// Failures in a row.
    pub failures: u32,
}

/// The breakers of this process.
#[derive(Debug, Default)]
pub struct Breakers {
    breakers: Mutex<BTreeMap<Dependency, Breaker>>,
}

impl Breakers {
    /// Lets a try through, or refuses it. Whoever is let through tells [`Breakers::record`] how it ended.
    pub fn admit(&self, dependency: Dependency, elapsed: Duration) -> Result<(), ActionError> {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = breakers.entry(dependency).or_default();
        let Some(opened) = breaker.opened else { return Ok(()) };
        // A try whose end nobody told counts as given up after the same time.
        let from = breaker.trying.unwrap_or(opened);
        let waited = elapsed.saturating_sub(from);
        if waited >= OPEN_FOR {
            breaker.trying = Some(elapsed);
            return Ok(());
        }
        let left = u64::try_from((OPEN_FOR - waited).as_millis()).unwrap_or(u64::MAX);
        Err(ActionError::CircuitOpen { dependency: dependency.as_str().into(), retry_after_ms: left })
    }

    /// Notes how a try ended.
    pub fn record(&self, dependency: Dependency, worked: bool, elapsed: Duration) {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = breakers.entry(dependency).or_default();
        if worked {
            *breaker = Breaker::default();
            return;
        }
        breaker.failures = breaker.failures.saturating_add(1);
        breaker.trying = None;
        if breaker.failures >= FAILURES_MAX {
            breaker.opened = Some(elapsed);
        }
    }

    /// Closes all breakers; how many were not closed.
    pub fn reset(&self) -> usize {
        let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let open = breakers.values().filter(|breaker| breaker.opened.is_some()).count();
        breakers.clear();
        open
    }

    /// How all of them stand.
    pub fn report(&self) -> Vec<CircuitReport> {
        let breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
        let report = |dependency: Dependency| {
            let breaker = breakers.get(&dependency).copied().unwrap_or_default();
            let state = match (breaker.opened, breaker.trying) {
                (None, _) => CircuitState::Closed,
                (Some(_), Some(_)) => CircuitState::HalfOpen,
                (Some(_), None) => CircuitState::Open,
            };
            CircuitReport { dependency, state, failures: breaker.failures }
        };
        Dependency::ALL.into_iter().map(report).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATABASE: Dependency = Dependency::Database;

    fn failed(times: u32) -> Breakers {
        let breakers = Breakers::default();
        (0..times).for_each(|_| breakers.record(DATABASE, false, Duration::ZERO));
        breakers
    }

    #[test]
    fn a_breaker_opens_after_failures_in_a_row() {
        assert!(failed(FAILURES_MAX - 1).admit(DATABASE, Duration::ZERO).is_ok());
        let refused = failed(FAILURES_MAX).admit(DATABASE, Duration::from_secs(4)).unwrap_err();
        assert_eq!(refused.retry_after(), Some(Duration::from_secs(6)));
        assert!(failed(FAILURES_MAX).admit(Dependency::Filesystem, Duration::ZERO).is_ok());
    }

    #[test]
    fn one_try_decides_whether_it_closes() {
        let breakers = failed(FAILURES_MAX);
        assert!(breakers.admit(DATABASE, OPEN_FOR).is_ok());
        assert!(breakers.admit(DATABASE, OPEN_FOR).is_err(), "one at a time");
        breakers.record(DATABASE, false, OPEN_FOR);
        assert!(breakers.admit(DATABASE, OPEN_FOR).is_err());
        assert!(breakers.admit(DATABASE, OPEN_FOR * 2).is_ok());
        breakers.record(DATABASE, true, OPEN_FOR * 2);
        assert!(breakers.report().iter().all(|breaker| breaker.state == CircuitState::Closed));
    }
}
