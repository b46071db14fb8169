//! What can fail, when it does, and the schedule that a seed draws.

use std::fmt;

use clock::{Clock, TestClock, Timestamp};

use super::node::NAMES;

/// What fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A node is killed (SIGKILL) and started again.
    Kill,
    /// A node stands still (SIGSTOP) until its leases are void.
    Pause,
    /// The leader stands still until another leads, and goes on.
    Leader,
    /// The connections of a node to the database are reset.
    Cut,
    /// Nothing moves between a node and the database until its leases are void.
    Freeze,
    /// A node reaches the database no more until its leases are void.
    Refuse,
    /// The database says its last word on all connections of a node.
    HalfClose,
    /// Each word between a node and the database takes its time, for a while.
    Slow,
    /// The server stops in order and is started again.
    ServerFast,
    /// The server stops at once and is started again.
    ServerImmediate,
    /// The server is killed and started again.
    ServerKill,
    /// A node's wall clock jumps an hour ahead.
    ClockAhead,
    /// A node's wall clock jumps an hour back.
    ClockBack,
    /// A transaction is opened elsewhere and held to the end.
    Hold,
    /// The disk of the database is full until somebody complains.
    Disk,
    /// The connections to the sites are reset.
    Web,
}

impl Fault {
    /// All of them, each with the word that chooses it.
    pub(crate) const ALL: [(Self, &'static str); 16] = [
        (Self::Kill, "kill"),
        (Self::Pause, "pause"),
        (Self::Leader, "leader"),
        (Self::Cut, "cut"),
        (Self::Freeze, "freeze"),
        (Self::Refuse, "refuse"),
        (Self::HalfClose, "half-close"),
        (Self::Slow, "slow"),
        (Self::ServerFast, "stop"),
        (Self::ServerImmediate, "crash"),
        (Self::ServerKill, "server-kill"),
        (Self::ClockAhead, "clock-ahead"),
        (Self::ClockBack, "clock-back"),
        (Self::Hold, "hold"),
        (Self::Disk, "disk"),
        (Self::Web, "web"),
    ];

    /// Those of a list of words.
    pub(crate) fn parse(list: &str) -> Result<Vec<Self>, String> {
        let known = || Self::ALL.map(|(_, word)| word).join(", ");
        let parse = |word: &str| {
            let found = Self::ALL.iter().find(|(_, known)| *known == word.trim());
            found.map(|(fault, _)| *fault).ok_or_else(|| format!("no fault {word:?}; there are {}", known()))
        };
        list.split(',').map(parse).collect()
    }

    /// Whether it needs a server.
    pub(crate) const fn is_of_servers(self) -> bool {
        !matches!(
            self,
            Self::Kill | Self::Pause | Self::ClockAhead | Self::ClockBack | Self::Disk | Self::Web
        )
    }
}

/// When a fault comes: by what the sites have seen, so that it comes in the middle of the work on any machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// After so many requests.
    Requests(u64),
    /// When this is asked for; the fault is of the node that asks.
    Asked(&'static str, &'static str),
}

/// One fault at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) when: When,
    pub(crate) fault: Fault,
    /// Which node.
    pub(crate) node: usize,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Fault::ALL.iter().find(|(fault, _)| *fault == self.fault).map_or("?", |(_, word)| *word);
        let name = NAMES.get(self.node).copied().unwrap_or("?");
        match self.when {
            When::Requests(count) => write!(f, "after {count} requests: {word} {name}"),
            When::Asked(host, path) => write!(f, "when {host}{path} is asked for: {word} the one who asks"),
        }
    }
}

/// Draws a schedule: faults of these kinds at moments up to the middle of a run of so many requests, in their order.
pub(crate) fn schedule(seed: u64, faults: &[Fault], steps: usize, nodes: usize, requests: u64) -> Vec<Step> {
    let chance = TestClock::seeded(Timestamp(0), seed);
    let below = |limit: u64| chance.random() % limit.max(1);
    let at = |index: u64| usize::try_from(index).expect("an index is small");
    let mut moments: Vec<u64> = (0..steps).map(|_| 1 + below(requests * 6 / 10)).collect();
    moments.sort_unstable();
    let mut left = faults.to_vec();
    let mut step = |moment: u64| {
        let fault = left[at(below(left.len() as u64))];
        if fault == Fault::Web && left.len() > 1 {
            // A site that fails again and again is rightly given up.
            left.retain(|fault| *fault != Fault::Web);
        }
        Step { when: When::Requests(moment), fault, node: at(below(nodes as u64)) }
    };
    moments.into_iter().map(&mut step).collect()
}
