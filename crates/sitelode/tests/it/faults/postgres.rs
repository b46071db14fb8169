//! Faults of three processes on one PostgreSQL.

use testkit::pg::Cluster;

use super::drive::run;
use super::fault::{Fault, Step, When};
use super::place::Place;
use super::world::{LARGE, SLOW, World};

const fn asked(host: &'static str, path: &'static str, fault: Fault) -> Step {
    Step { when: When::Asked(host, path), fault, node: 0 }
}

#[test]
fn nodes_may_be_killed_in_every_stage_and_paused_past_their_leases() {
    let world = World::new();
    let cluster = Cluster::shared().expect("PostgreSQL");
    let killed = [
        asked(SLOW, "/robots.txt", Fault::Kill),
        asked(LARGE, "/a.xml", Fault::Kill),
        asked(SLOW, "/contact", Fault::Kill),
    ];
    run(&world, Place::on(&cluster), &killed, "killed in every stage");
    let leader = Step { when: When::Requests(world.calm_hits / 10), fault: Fault::Leader, node: 0 };
    let paused = [leader, asked(LARGE, "/a.xml", Fault::Pause), asked(SLOW, "/contact", Fault::Pause)];
    let log = run(&world, Place::on(&cluster), &paused, "paused past the lease, the leader too");
    assert!(log.contains("took back"), "others took the jobs over:\n{log}");
}

#[test]
fn the_server_may_go_away_and_its_disk_may_be_full() {
    let world = World::new();
    let requests = |part: u64| When::Requests(world.calm_hits * part / 10);
    let step = |part, fault| Step { when: requests(part), fault, node: 0 };
    let cluster = Cluster::start().expect("PostgreSQL");
    let stopped = [
        step(1, Fault::ServerFast),
        step(3, Fault::ServerImmediate),
        step(4, Fault::Hold),
        step(5, Fault::ServerKill),
    ];
    run(&world, Place::on(&cluster), &stopped, "the server away");
    let Some(place) = Place::postgres_on_a_disk() else { return };
    let full = [asked(LARGE, "/a.xml", Fault::Disk), step(5, Fault::Disk)];
    run(&world, place, &full, "the server's disk full");
}

#[test]
fn links_may_fail_and_clocks_may_be_wrong() {
    let world = World::new();
    let step =
        |part: u64, fault, node| Step { when: When::Requests(world.calm_hits * part / 20), fault, node };
    let cluster = Cluster::shared().expect("PostgreSQL");
    let steps = [
        step(1, Fault::ClockAhead, 2),
        step(2, Fault::Hold, 0),
        step(3, Fault::Cut, 0),
        step(5, Fault::HalfClose, 1),
        step(6, Fault::Freeze, 0),
        step(8, Fault::ClockBack, 1),
        step(9, Fault::Refuse, 1),
        step(10, Fault::Slow, 0),
    ];
    run(&world, Place::on(&cluster), &steps, "links and clocks");
}
