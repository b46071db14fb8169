//! Drives a disturbed run: nodes work, faults come in their order, each is over before the next, all ends and is judged.

use std::time::Duration;

use clock::{Clock, SystemClock};
use testkit::pg::Stop;
use testkit::proxy::Link;
use testkit::rows;

use super::fault::{Fault, Step, When};
use super::judge::judge;
use super::node::{LEASE, NAMES, Node};
use super::place::Place;
use super::world::{PATIENCE, World};

/// What a slow link adds to each word.
const SLOW: Duration = Duration::from_millis(15);
/// A slow link is slow for so many requests.
const SLOW_REQUESTS: u64 = 15;
/// How far a clock jumps, in seconds.
const JUMP_S: i64 = 3_600;

/// How often a run is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(25);
/// The exit code of a program that cannot use its database.
const NO_DATABASE: i32 = 3;

/// Jobs that wait or run.
const LIVE: &str = "SELECT CAST(id AS TEXT) FROM jobs LIMIT 1";
/// Who leads.
const LEADER: &str = "SELECT nodes.name FROM terms JOIN nodes ON nodes.incarnation = terms.holder \
                      WHERE duty = 'leader'";
/// Jobs that run, with the fence of their claim.
const LEASES: &str =
    "SELECT CAST(id AS TEXT) || ' ' || CAST(fence AS TEXT) FROM jobs WHERE state = 'running'";

/// A run that is under way.
struct Run<'a> {
    world: &'a World,
    place: Place,
    nodes: Vec<Node>,
    steps: &'a [Step],
}

/// Runs over the world with these faults and judges what comes of it; what all nodes logged. Panics with the schedule,
/// what is wrong and the logs.
pub(crate) fn run(world: &World, place: Place, steps: &[Step], title: &str) -> String {
    world.web.forget();
    world.link.set(Link::Open);
    if place.cluster().is_some() {
        place.take_in(&world.urls);
    }
    let nodes = Node::start(&place, &world.urls);
    let mut run = Run { world, place, nodes, steps };
    let mut problems = run.drive().err().into_iter().collect::<Vec<_>>();
    run.place.held = None;
    if problems.is_empty() {
        problems = judge(&run.place, world);
    }
    let log: String =
        run.nodes.iter().map(|node| format!("---- {} ----\n{}", node.name, node.log())).collect();
    if !problems.is_empty() {
        let schedule: Vec<String> = steps.iter().map(|step| format!("  {step}")).collect();
        panic!("{title}\n{}\n{}\n{log}", schedule.join("\n"), problems.join("\n"));
    }
    log
}

impl Run<'_> {
    /// Lets it work, with all faults, to its end.
    fn drive(&mut self) -> Result<(), String> {
        for step in self.steps {
            let node = self.until_due(step)?;
            self.apply(step.fault, node).map_err(|error| format!("{step}: {error}"))?;
        }
        if self.place.cluster().is_some() {
            self.wait("the end of all jobs", |run| Ok(run.is_done()?.then_some(())))?;
            for node in &self.nodes {
                node.process.terminate().map_err(|error| format!("{}: {error}", node.name))?;
            }
        }
        self.wait("the end of all nodes", |run| {
            let ended = run.nodes.iter_mut().all(|node| node.process.ended().is_some());
            Ok(ended.then_some(()))
        })
    }

    /// Waits until a step is due; the node that it is for.
    fn until_due(&mut self, step: &Step) -> Result<usize, String> {
        self.wait(&step.to_string(), |run| match step.when {
            When::Requests(count) => Ok((run.world.web.total_of_all() >= count).then_some(step.node)),
            When::Asked(host, path) => {
                let log = run.world.web.log(host);
                let asker = log.iter().rev().find(|hit| hit.path() == path).and_then(|hit| {
                    let agent = hit.header("user-agent")?;
                    NAMES.iter().position(|name| agent.starts_with(name))
                });
                Ok(asker)
            }
        })
    }

    fn apply(&mut self, fault: Fault, at: usize) -> Result<(), String> {
        match fault {
            Fault::Kill => self.kill(at)?,
            Fault::Pause => self.pause(at)?,
            Fault::Leader => self.depose()?,
            Fault::Cut => drop(self.nodes[at].link.as_ref().map(testkit::proxy::Proxy::cut)),
            Fault::HalfClose => drop(self.nodes[at].link.as_ref().map(testkit::proxy::Proxy::half_close)),
            Fault::Freeze => self.without_link(at, Link::Frozen)?,
            Fault::Refuse => self.without_link(at, Link::Refusing)?,
            Fault::Slow => self.slow(at)?,
            Fault::ServerFast => self.server(Stop::Fast)?,
            Fault::ServerImmediate => self.server(Stop::Immediate)?,
            Fault::ServerKill => self.server(Stop::Kill)?,
            Fault::ClockAhead => self.set_clock(at, JUMP_S)?,
            Fault::ClockBack => self.set_clock(at, -JUMP_S)?,
            Fault::Hold => self.place.hold(),
            Fault::Disk => self.fill_disk()?,
            Fault::Web => drop(self.world.link.cut()),
        }
        Ok(())
    }

    /// Kills a node and starts it again; one that is alone is at work again before anything else happens.
    fn kill(&mut self, at: usize) -> Result<(), String> {
        self.nodes[at].start_again("killed");
        let before = self.world.web.total_of_all();
        self.wait("work to go on", |run| {
            let over = run.nodes.iter_mut().all(|node| node.process.ended().is_some());
            Ok((over || run.world.web.total_of_all() > before || run.is_done()?).then_some(()))
        })
    }

    fn pause(&mut self, at: usize) -> Result<(), String> {
        if self.nodes[at].process.pause().is_err() {
            return Ok(());
        }
        let waited = self.until_leases_are_void();
        // Whatever came of it: nobody is left standing.
        self.nodes[at].process.resume().map_err(|error| error.to_string())?;
        waited
    }

    /// Stops the leader until another leads, and lets it go on: for a moment it may think that it still leads.
    fn depose(&mut self) -> Result<(), String> {
        let location = self.place.location();
        let leader = || rows(&location, LEADER).map(|names| names.into_iter().next());
        let (old, at) = self.wait("a leader", |_| {
            let name = leader().map_err(|error| error.to_string())?;
            Ok(name.and_then(|name| Some((name.clone(), NAMES.iter().position(|known| *known == name)?))))
        })?;
        if self.nodes[at].process.pause().is_err() {
            return Ok(());
        }
        let waited = self.wait("another leader", |_| {
            let name = leader().map_err(|error| error.to_string())?;
            Ok(name.filter(|name| *name != old).map(drop))
        });
        self.nodes[at].process.resume().map_err(|error| error.to_string())?;
        waited
    }

    /// The node's link is like this until its leases are void.
    fn without_link(&mut self, at: usize, link: Link) -> Result<(), String> {
        let set = |run: &Self, link| run.nodes[at].link.as_ref().map(|proxy| proxy.set(link));
        set(self, link);
        if link == Link::Refusing {
            self.nodes[at].link.as_ref().map(testkit::proxy::Proxy::cut);
        }
        let waited = self.until_leases_are_void();
        set(self, Link::Open);
        waited
    }

    /// Waits until no lease holds of those that hold now: those of a node that gives no sign of life are taken back, all
    /// others end their jobs. Where one process has the database for itself nobody takes leases back: they only expire.
    fn until_leases_are_void(&mut self) -> Result<(), String> {
        if self.place.cluster().is_none() {
            let clock = SystemClock::default();
            return self.wait("the end of the leases", |_| Ok((clock.elapsed() > LEASE * 2).then_some(())));
        }
        let location = self.place.location();
        let read = || rows(&location, LEASES).map_err(|error| error.to_string());
        let held = read()?;
        self.wait("others to take the jobs over", |_| {
            let now = read()?;
            Ok((!held.iter().any(|lease| now.contains(lease))).then_some(()))
        })
    }

    fn slow(&mut self, at: usize) -> Result<(), String> {
        let set = |run: &Self, link| run.nodes[at].link.as_ref().map(|proxy| proxy.set(link));
        set(self, Link::Slow(SLOW));
        let enough = self.world.web.total_of_all() + SLOW_REQUESTS;
        let waited = self.wait("some requests with a slow link", |run| {
            Ok((run.world.web.total_of_all() >= enough || run.is_done()?).then_some(()))
        });
        set(self, Link::Open);
        waited
    }

    /// Stops the server until somebody complains, and starts it again.
    fn server(&mut self, how: Stop) -> Result<(), String> {
        let Some(cluster) = self.place.cluster().cloned() else { return Ok(()) };
        cluster.stop(how).map_err(|error| error.to_string())?;
        let waited = self.until_a_complaint();
        cluster.restart().map_err(|error| error.to_string())?;
        waited
    }

    fn set_clock(&self, at: usize, seconds: i64) -> Result<(), String> {
        let set = |clock: &testkit::process::WallClock| clock.set(seconds).map_err(|error| error.to_string());
        self.nodes[at].clock.as_ref().map_or(Ok(()), set)
    }

    /// Fills the disk until somebody complains, and gives the room back.
    fn fill_disk(&mut self) -> Result<(), String> {
        let Some(disk) = self.place.disk.take() else { return Ok(()) };
        let filled = disk.fill().map_err(|error| error.to_string());
        let waited = filled.and_then(|_| self.until_a_complaint());
        disk.free().map_err(|error| error.to_string())?;
        self.place.disk = Some(disk);
        if let Some(cluster) = self.place.cluster().filter(|cluster| !cluster.is_running()) {
            cluster.restart().map_err(|error| error.to_string())?;
        }
        waited
    }

    /// Waits until a node logs a warning that it had not logged before.
    fn until_a_complaint(&mut self) -> Result<(), String> {
        let before: usize = self.nodes.iter().map(Node::complaints).sum();
        self.wait("a complaint", |run| {
            let now: usize = run.nodes.iter().map(Node::complaints).sum();
            // A scan that is over complains of nothing more.
            let over = run.nodes.iter_mut().all(|node| node.process.ended().is_some());
            Ok((over || now > before).then_some(()))
        })
    }

    /// Whether no job is left.
    fn is_done(&self) -> Result<bool, String> {
        let left = rows(&self.place.location(), LIVE).map_err(|error| error.to_string())?;
        Ok(left.is_empty())
    }

    /// Waits until `ready`. No node may have ended otherwise than well.
    fn wait<T>(
        &mut self,
        what: &str,
        mut ready: impl FnMut(&mut Self) -> Result<Option<T>, String>,
    ) -> Result<T, String> {
        let clock = SystemClock::default();
        loop {
            if let Some(found) = ready(self)? {
                return Ok(found);
            }
            for node in &mut self.nodes {
                match node.process.ended() {
                    // It found no database when it began: whoever runs it starts it again.
                    Some(status) if status.code() == Some(NO_DATABASE) && !node.has_begun() => {
                        node.start_again("found no database")
                    }
                    Some(status) if !status.success() => {
                        return Err(format!("{} ended with {status} while waiting for {what}", node.name));
                    }
                    _ => {}
                }
            }
            if clock.elapsed() > PATIENCE {
                return Err(format!("waited {PATIENCE:?} for {what}"));
            }
            std::thread::park_timeout(LOOK_EVERY);
        }
    }
}
