//! A node of a fault run: a real process with a name that sites see, a link to its database and a clock of its own.

use testkit::process::{Process, Program, WallClock};
use testkit::proxy::Proxy;

use super::place::Place;
use super::world::DELAY;

/// How long leases hold here.
pub(crate) const LEASE_MS: u64 = 2_000;
/// What the nodes are called.
pub(crate) const NAMES: [&str; 3] = ["ada", "ben", "cleo"];

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
    /// Starts nodes on a database: as many as it takes, each on a link of its own.
    pub(crate) fn start(place: &Place, urls: &[String]) -> Vec<Self> {
        let names = if place.cluster().is_some() { &NAMES[..] } else { &NAMES[..1] };
        let start = |name: &&'static str| match place.link() {
            None => Self::new(name, &place.location(), Some(WallClock::off_by(0).expect("a clock")), urls),
            Some((link, url)) => {
                let clock = Some(WallClock::off_by(0).expect("a clock"));
                Self { link: Some(link), ..Self::new(name, &url, clock, urls) }
            }
        };
        names.iter().map(start).collect()
    }

    /// Starts one node.
    pub(crate) fn new(name: &'static str, location: &str, clock: Option<WallClock>, urls: &[String]) -> Self {
        let program = Program::new(env!("CARGO_BIN_EXE_sitelode"))
            .args(["scan", "--select", "wide", "--allow-private-networks", "--json"])
            .args(["--delay".to_owned(), DELAY.as_millis().to_string()])
            .args(urls)
            .env("SITELODE_FETCH_USER_AGENT", format!("{name}/1.0"))
            .env("SITELODE_JOBS_LEASE_MS", LEASE_MS.to_string())
            .env("SITELODE_LOG_LEVEL", "info");
        let program = match location.strip_suffix("/sitelode.db") {
            Some(folder) => program.args(["--data", folder]),
            None => program.args(["--database", location]),
        };
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

    /// How many warnings and errors it logged.
    pub(crate) fn complaints(&self) -> usize {
        self.log().lines().filter(|line| line.contains(" WARN ") || line.contains("ERROR ")).count()
    }
}
