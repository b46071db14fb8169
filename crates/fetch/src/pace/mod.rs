//! One pace per host: turns in order, spaced, slowed by 429 and 503, shut while a host is dead.
//!
//! [`HostGate`] is the seam between the fetcher and where the pace is kept. [`MemoryGate`] keeps it in this process;
//! [`LeasedGate`] leases each host from a shared database, takes over its [`PaceState`] and then paces it the same way.

mod host_key;
mod kept;
mod leased;
mod memory;
mod state;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clock::Timestamp;

use crate::dns::BoxFuture;

pub use host_key::HostKey;
pub use leased::{Grant, HostLeases, LeaseRules, LeasedGate};
pub use memory::{MemoryGate, Permit};
pub use state::PaceState;

/// How hosts are paced.
#[derive(Clone, Copy, Debug)]
pub struct PaceConfig {
    /// Between the starts of two requests to one host. Zero turns the spacing off. Default 1 s.
    pub min_delay: Duration,
    /// Requests to one host at the same time, bodies included. Default 1.
    pub max_concurrent: usize,
    /// How long a request waits for its turn before it is told [`crate::Error::Busy`]. Default 5 s.
    pub max_wait: Duration,
    /// The longest `Crawl-delay` that is obeyed; longer ones are cut to it. Default 30 s.
    pub max_crawl_delay: Duration,
    /// The first pause after a 429 or 503 without `Retry-After`; it doubles each time. Default 5 s.
    pub first_back_off: Duration,
    /// The longest pause of one's own choosing. Default 10 min.
    pub max_back_off: Duration,
    /// The longest `Retry-After` that is obeyed; longer ones are cut to it. Default 1 h.
    pub max_retry_after: Duration,
    /// Connections that fail in a row before the host counts as dead. Default 5.
    pub dead_after: u32,
    /// How long a dead host is left alone the first time; it doubles up to `max_back_off`. Default 30 s.
    pub dead_for: Duration,
    /// Whether `www.example.com` and `example.com` share one pace. Default no.
    pub www_shares: bool,
    /// Hosts remembered; when there are more, those that wait for nothing are forgotten first. Default 50,000.
    pub max_hosts: usize,
}

impl Default for PaceConfig {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self {
            min_delay: s(1),
            max_concurrent: 1,
            max_wait: s(5),
            max_crawl_delay: s(30),
            first_back_off: s(5),
            max_back_off: s(600),
            max_retry_after: s(3600),
            dead_after: 5,
            dead_for: s(30),
            www_shares: false,
            max_hosts: 50_000,
        }
    }
}

/// Where turns are handed out.
pub trait HostGate: Send + Sync + fmt::Debug {
    /// Waits for a turn at `host`, at most the configured wait. The turn lasts until it is dropped.
    fn admit<'a>(&'a self, host: &'a HostKey) -> BoxFuture<'a, Result<Turn, Refused>>;

    /// Tells how the request of a turn ended.
    fn report(&self, host: &HostKey, turn: &Turn, outcome: Outcome);

    /// Sets the `Crawl-delay` of the host's robots.txt; it is cut to the cap and never undercuts the own delay.
    fn set_crawl_delay(&self, host: &HostKey, delay: Option<Duration>);

    /// How the host's pace stands, for people who ask why nothing happens; none if nothing is known of it.
    fn state(&self, host: &HostKey) -> Option<PaceState>;
}

/// The right to send one request now. Dropping it gives the place to the next.
#[derive(Debug)]
pub struct Turn {
    /// When it began, on the clock's [`clock::Clock::elapsed`] scale.
    pub started: Duration,
    permit: Option<Permit>,
    /// Becomes true when the host is no longer ours.
    void: Option<Arc<AtomicBool>>,
}

impl Turn {
    /// A turn that began at `started`; the permit, if any, is given back with it.
    pub fn new(started: Duration, permit: Option<Permit>) -> Self {
        Self { started, permit, void: None }
    }

    /// The same, until `void` is set.
    #[must_use]
    pub fn under(self, void: Arc<AtomicBool>) -> Self {
        Self { void: Some(void), ..self }
    }

    /// Whether the host is no longer ours: what goes on under this turn is to end.
    pub fn is_void(&self) -> bool {
        self.void.as_ref().is_some_and(|void| void.load(Ordering::Acquire))
    }

    /// Whether it holds one of the host's places.
    pub fn holds_place(&self) -> bool {
        self.permit.is_some()
    }
}

/// No turn within the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// When to ask again.
    pub retry_at: Timestamp,
    /// Why there was none.
    pub reason: BusyReason,
}

/// What keeps a host busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusyReason {
    /// Others are before us.
    Queue,
    /// It answered 429 or 503 and is left alone for a while.
    BackOff,
    /// It could not be reached several times in a row.
    Dead,
    /// More hosts are in use than the gate remembers.
    TooManyHosts,
    /// Another node asks it at the moment.
    Elsewhere,
}

impl fmt::Display for BusyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Queue => "others are before this request",
            Self::BackOff => "the site asked to slow down",
            Self::Dead => "the site could not be reached several times in a row",
            Self::Elsewhere => "another node asks the site at the moment",
            Self::TooManyHosts => "too many hosts are in use at once",
        })
    }
}

/// How a request ended, as far as the pace cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The host answered.
    Answered,
    /// The host answered 429 or 503, perhaps saying for how long to leave it alone.
    Throttled {
        /// The `Retry-After`, not yet capped.
        retry_after: Option<Duration>,
    },
    /// The host answered with another 5xx: no reason to slow down, but none to speed up either.
    Failing,
    /// The host could not be reached: name, connection, TLS, or no headers in time.
    Unreachable,
}
