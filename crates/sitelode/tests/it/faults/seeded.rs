//! Rounds of faults drawn from a seed: the same seed, the same faults in the same order.

use testkit::pg::Cluster;

use super::drive::run;
use super::fault::{Fault, schedule};
use super::node::NAMES;
use super::place::Place;
use super::world::World;

/// How many faults a round has.
const FAULTS: usize = 6;

/// A setting of `cargo xtask crash`, or the usual one.
fn setting(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok().filter(|text| !text.is_empty());
    given.map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is {text:?}, no number")))
}

#[test]
fn rounds_end_as_if_nothing_had_happened() {
    let first = setting("SITELODE_FAULTS_SEED", 1);
    let rounds = setting("SITELODE_FAULTS_ROUNDS", 1);
    let chosen = std::env::var("SITELODE_FAULTS").unwrap_or_default();
    let chosen = if chosen.is_empty() {
        // A full disk takes a server of its own: it has a test of its own.
        Fault::ALL.iter().map(|(fault, _)| *fault).filter(|fault| *fault != Fault::Disk).collect()
    } else {
        Fault::parse(&chosen).unwrap_or_else(|error| panic!("{error}"))
    };
    let world = World::new();
    let cluster = Cluster::start().expect("PostgreSQL");
    for seed in first..first + rounds {
        for on_server in [true, false] {
            let embedded = |fault: &Fault| !fault.is_of_servers() && *fault != Fault::ClockBack;
            // An embedded database that is opened again in the past may have pages read once more.
            let faults: Vec<Fault> =
                chosen.iter().copied().filter(|fault| on_server || embedded(fault)).collect();
            if faults.is_empty() {
                continue;
            }
            let disk = chosen.contains(&Fault::Disk);
            let place = match (on_server, disk) {
                (true, false) => Some(Place::on(&cluster)),
                (true, true) => Place::postgres_on_a_disk(),
                (false, true) => Place::sqlite_on_a_disk(),
                (false, false) => Some(Place::sqlite()),
            };
            let Some(place) = place else { continue };
            let nodes = if on_server { NAMES.len() } else { 1 };
            let steps = schedule(seed, &faults, FAULTS, nodes, world.calm_hits);
            let database = if on_server { "PostgreSQL" } else { "the embedded database" };
            let title = format!("seed {seed} on {database}");
            println!("{title}");
            steps.iter().for_each(|step| println!("  {step}"));
            run(&world, place, &steps, &title);
        }
    }
}
