//! Leading: taken when nobody has it, kept while it can be renewed, given up by oneself before another may take it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clock::SharedClock;
use engine::Incarnation;
use store::{Duty, Store, StoreError, Term};

/// How long before its end a term counts as over here: time passes between a look and a write.
const MARGIN: Duration = Duration::from_secs(1);

/// This node's view of who leads.
#[derive(Debug)]
pub(crate) struct Lead {
    clock: SharedClock,
    node: Incarnation,
    lease: Duration,
    /// The term, and until when it holds by this process's clock, which goes on while the process is stopped.
    held: Mutex<Option<(Term, Duration)>>,
}

impl Lead {
    pub(crate) fn new(clock: SharedClock, node: Incarnation, lease: Duration) -> Self {
        Self { clock, node, lease, held: Mutex::default() }
    }

    /// The term under which this node may act now.
    pub(crate) fn term(&self) -> Option<Term> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.elapsed();
        held.filter(|(_, until)| now + MARGIN < *until).map(|(term, _)| term)
    }

    /// Takes the lead or renews it.
    pub(crate) async fn campaign(&self, store: &Store) -> Result<(), StoreError> {
        // Counted from before the call: the term must never seem longer here than it is there.
        let until = self.clock.elapsed() + self.lease;
        let term = store.campaign(Duty::LEADER, self.node, self.lease, store.now()).await?;
        let before = self.set(term.map(|term| (term, until)));
        match (before, term) {
            (None, Some(term)) => tracing::info!(term = term.number, "this node leads"),
            (Some(before), None) => tracing::warn!(term = before.number, "another node leads now"),
            _ => {}
        }
        Ok(())
    }

    /// Forgets the lead: the store has said that it is over.
    pub(crate) fn lose(&self) {
        self.set(None);
    }

    /// Gives the lead up, so that another need not wait for the term to run out.
    pub(crate) async fn step_down(&self, store: &Store) {
        if let Some(term) = self.set(None)
            && let Err(error) = store.step_down(&term).await
        {
            tracing::debug!(%error, "the lead could not be given up; it runs out");
        }
    }

    fn set(&self, held: Option<(Term, Duration)>) -> Option<Term> {
        let mut place = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *place, held).map(|(term, _)| term)
    }
}
