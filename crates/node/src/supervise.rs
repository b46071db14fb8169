//! Supervision: the one way in which every service runs, fails, is tried again, stopped and reported. None ever dies.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::{SharedClock, Timestamp};
use engine::Incarnation;
use fetch::BoxFuture;
use futures_util::FutureExt;
use model::{ActualState, DesiredState};
use store::{ServiceReport, ServiceWish, Store, StoreError, Term};

use crate::lead::Lead;

/// The longest time between two runs of a service that fails.
const BACK_OFF_MAX: Duration = Duration::from_secs(300);
/// The shortest.
const BACK_OFF_MIN: Duration = Duration::from_secs(1);
/// A run that takes longer is given up, and counts as failed.
const RUN_MAX: Duration = Duration::from_secs(600);
/// The longest error or result that is reported, in bytes.
const WORDS_MAX: usize = 2_000;

/// Why a run of a service failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    /// The store refused or was away.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something else, with its cause.
    #[error("{0}")]
    Other(String),
}

/// What a run may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn<'a> {
    pub(crate) store: &'a Store,
    /// The term under which it writes.
    pub(crate) term: &'a Term,
    pub(crate) now: Timestamp,
}

/// Something that is done again and again by the node that leads.
pub(crate) trait Service: Send + Sync {
    /// Its name in the database, the API and the logs.
    fn name(&self) -> &'static str;

    /// Between two runs, unless something else is wished.
    fn interval(&self) -> Duration;

    /// One run; what it did, in words, or nothing if there was nothing to do.
    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>>;
}

/// A service with how it fares.
pub(crate) struct Supervised {
    service: Box<dyn Service>,
    store: Arc<Store>,
    lead: Arc<Lead>,
    clock: SharedClock,
    state: Mutex<State>,
}

struct State {
    wish: ServiceWish,
    /// When the next run is due, by this process's clock.
    due: Duration,
    runs_done: i64,
    report: ServiceReport,
}

impl Supervised {
    pub(crate) fn new(
        service: Box<dyn Service>,
        store: Arc<Store>,
        lead: Arc<Lead>,
        clock: SharedClock,
        node: Incarnation,
    ) -> Self {
        let report = ServiceReport {
            name: service.name().to_owned(),
            incarnation: node,
            actual_state: ActualState::Running,
            leader: false,
            restarts: 0,
            last_run_at: None,
            next_run_at: None,
            duration_ms: None,
            runs: 0,
            errors: 0,
            errors_in_row: 0,
            last_error: None,
            last_error_at: None,
            last_result: None,
        };
        let due = clock.elapsed();
        let state = Mutex::new(State { wish: ServiceWish::default(), due, runs_done: 0, report });
        Self { service, store, lead, clock, state }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.service.name()
    }

    /// Takes over what is wished. A restart forgets errors and back-off, and makes it due.
    pub(crate) fn follow(&self, wish: ServiceWish, first: bool) {
        let mut state = self.state();
        if first {
            // What was asked for before this node began is not for it.
            state.runs_done = wish.runs_asked;
        } else if wish.restarts > state.report.restarts {
            state.report.errors_in_row = 0;
            state.due = self.clock.elapsed();
        }
        state.report.restarts = wish.restarts;
        state.report.actual_state = match wish.desired_state {
            DesiredState::Running => ActualState::Running,
            DesiredState::Stopped => ActualState::Stopped,
        };
        state.wish = wish;
    }

    pub(crate) fn report(&self) -> ServiceReport {
        self.state().report.clone()
    }

    /// Runs it if this node leads and it is due; whether it ran.
    pub(crate) async fn turn(&self) -> bool {
        let Some(term) = self.due_term() else { return false };
        let began = self.clock.elapsed();
        let turn = Turn { store: &self.store, term: &term, now: self.store.now() };
        let run = AssertUnwindSafe(self.service.run(turn)).catch_unwind();
        let result = match tokio::time::timeout(RUN_MAX, run).await {
            Err(_) => Err(ServiceError::Other(format!("it took longer than {RUN_MAX:?}"))),
            Ok(Err(_)) => Err(ServiceError::Other("it panicked; the log tells where".to_owned())),
            Ok(Ok(result)) => result,
        };
        self.note(result, turn.now, self.clock.elapsed().saturating_sub(began));
        true
    }

    /// The term to run under, if it is to run now.
    fn due_term(&self) -> Option<Term> {
        let term = self.lead.term();
        let mut state = self.state();
        state.report.leader = term.is_some();
        if state.wish.desired_state == DesiredState::Stopped {
            return None;
        }
        let asked = state.wish.runs_asked > state.runs_done;
        if !asked && state.due > self.clock.elapsed() {
            return None;
        }
        let term = term?;
        state.runs_done = state.wish.runs_asked;
        Some(term)
    }

    fn note(&self, result: Result<String, ServiceError>, began: Timestamp, took: Duration) {
        let now = self.store.now();
        let mut state = self.state();
        let interval = state.wish.interval_ms.and_then(|ms| u64::try_from(ms).ok());
        let interval = interval.map_or_else(|| self.service.interval(), Duration::from_millis);
        let wait = match result {
            Ok(done) => {
                state.report.errors_in_row = 0;
                if !done.is_empty() {
                    tracing::info!(service = self.name(), "{done}");
                    state.report.last_result = Some(shortened(done));
                }
                interval
            }
            Err(ServiceError::Store(StoreError::Deposed { .. })) => {
                tracing::info!(
                    service = self.name(),
                    "another node leads now; what was begun was not written"
                );
                self.lead.lose();
                interval
            }
            Err(error) => {
                state.report.errors += 1;
                state.report.errors_in_row += 1;
                let wait = back_off(interval, state.report.errors_in_row);
                let in_row = state.report.errors_in_row;
                tracing::error!(service = self.name(), %error, in_row, again_in = ?wait, "the service failed");
                state.report.last_error = Some(shortened(error.to_string()));
                state.report.last_error_at = Some(now);
                wait
            }
        };
        state.due = self.clock.elapsed() + wait;
        state.report.runs += 1;
        state.report.last_run_at = Some(began);
        state.report.next_run_at = Some(now.after(wait));
        state.report.duration_ms = Some(i64::try_from(took.as_millis()).unwrap_or(i64::MAX));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Supervised {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Supervised").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// Doubles with each failure in a row, never sooner than usual unless that is very long.
fn back_off(interval: Duration, errors: i64) -> Duration {
    let doublings = u32::try_from(errors).unwrap_or(u32::MAX).saturating_sub(1).min(16);
    let first = interval.clamp(BACK_OFF_MIN, BACK_OFF_MAX);
    first.saturating_mul(1 << doublings).min(BACK_OFF_MAX)
}

fn shortened(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(WORDS_MAX));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_service_waits_longer_each_time_but_never_gives_up() {
        let waits: Vec<u64> =
            (1..=8).map(|errors| back_off(Duration::from_secs(15), errors).as_secs()).collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 300, 300, 300]);
        assert_eq!(back_off(Duration::from_secs(86_400), 99), BACK_OFF_MAX);
        assert_eq!(back_off(Duration::ZERO, 1), BACK_OFF_MIN);
    }
}
