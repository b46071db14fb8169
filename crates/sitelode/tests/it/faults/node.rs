//! A node of a fault run: a real process with a name that sites see, a link to its database and a clock of its own.

use std::time::Duration;

use testkit::process::{Process, Program, WallClock};
use testkit::proxy::Proxy;

use super::place::Place;
use super::world::DELAY;

/// What the nodes are called.
pub(crate) const NAMES: [&str; 3] = ["ada", "ben", "cleo"];
/// How long the lease of a job holds here.
pub(crate) const LEASE: Duration = Duration::from_secs(2);
/// How long the leases of jobs and hosts, the lead and a node's silence hold here: short, so that what is taken over is
/// taken over soon.
const TIMES: [(&str, &str); 7] = [
    ("SITELODE_NODE_LEASE_MS", "2000"),
    ("SITELODE_NODE_HOST_LEASE_MS", "3000"),
    ("SITELODE_NODE_LEAD_MS", "3000"),
    ("SITELODE_NODE_SILENCE_MS", "4000"),
    ("SITELODE_NODE_BEAT_MS", "200"),
    ("SITELODE_NODE_POLL_MS", "200"),
    ("SITELODE_NODE_GRACE_MS", "3000"),
];

/// One node.
pub(crate) struct Node {
    pub(crate) name: &'static str,
    pub(crate) process: Process,
    /// Between it and PostgreSQL.
    pub(crate) link: Option<Proxy>,
    pub(crate) clock: Option<WallClock>,
    /// What it printed in earlier lives.
    before: String,
}

impl Node {
    /// Starts three workers on a PostgreSQL, each on a link of its own, or one scan on an embedded database.
    pub(crate) fn start(place: &Place, urls: &[String]) -> Vec<Self> {
        let clock = || WallClock::off_by(0).expect("a clock");
        let worker = |name: &&'static str| {
            let (link, url) = place.link()?;
            let program = settings(name).args(["worker", "--name", name, "--database", &url]);
            Some(Self { link: Some(link), ..Self::with(name, program, Some(clock())) })
        };
        let workers: Vec<Self> = NAMES.iter().filter_map(worker).collect();
        if workers.is_empty() { vec![Self::scan(NAMES[0], place, Some(clock()), urls)] } else { workers }
    }

    /// Starts a scan on an embedded database.
    pub(crate) fn scan(name: &'static str, place: &Place, clock: Option<WallClock>, urls: &[String]) -> Self {
        let program = settings(name).args(["scan", "--select", "wide", "--json"]).args(urls);
        let program = program.args(place.arguments());
        Self::with(name, program, clock)
    }

    fn with(name: &'static str, program: Program, clock: Option<WallClock>) -> Self {
        let program = match &clock {
            Some(clock) => program.wall_clock(clock),
            None => program,
        };
        let process = program.start().expect("a node starts");
        Self { name, process, link: None, clock, before: String::new() }
    }

    /// Everything it logged, over all its lives.
    pub(crate) fn log(&self) -> String {
        format!("{}{}", self.before, self.process.stderr())
    }

    /// Kills it, if it still runs, and starts it again; `why` is for its log.
    pub(crate) fn start_again(&mut self, why: &str) {
        self.process.kill();
        self.before = format!("{}-- {why}; started again --\n", self.log());
        self.process.restart().expect("a node starts again");
    }

    /// Whether it had a database in this life.
    pub(crate) fn has_begun(&self) -> bool {
        self.process.stderr().contains(" INFO node")
    }

    /// How many warnings and errors it logged.
    pub(crate) fn complaints(&self) -> usize {
        self.log().lines().filter(|line| line.contains(" WARN ") || line.contains("ERROR ")).count()
    }
}

/// The program with the settings of a node, which sites know by its name.
fn settings(name: &str) -> Program {
    let program = Program::new(env!("CARGO_BIN_EXE_sitelode"))
        .env("SITELODE_FETCH_USER_AGENT", format!("{name}/1.0"))
        .env("SITELODE_FETCH_DELAY_MS", DELAY.as_millis().to_string())
        .env("SITELODE_FETCH_ALLOW_PRIVATE_NETWORKS", "true")
        .env("SITELODE_LOG_LEVEL", "info");
    TIMES.iter().fold(program, |program, (name, value)| program.env(name, value))
}
