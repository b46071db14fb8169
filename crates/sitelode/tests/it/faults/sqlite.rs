//! Faults of one process on the embedded database.

use super::drive::run;
use super::fault::{Fault, Step, When};
use super::judge::impolite;
use super::place::Place;
use super::world::{LARGE, SLOW, World};

const fn step(when: When, fault: Fault) -> Step {
    Step { when, fault, node: 0 }
}

#[test]
fn one_process_may_be_killed_paused_and_given_a_wrong_clock() {
    let world = World::new();
    let steps = [
        step(When::Asked(SLOW, "/robots.txt"), Fault::Kill),
        step(When::Requests(world.calm_hits / 4), Fault::Pause),
        step(When::Asked(LARGE, "/a.xml"), Fault::Kill),
        step(When::Requests(world.calm_hits / 2), Fault::ClockAhead),
        step(When::Asked(SLOW, "/contact"), Fault::Kill),
        step(When::Requests(world.calm_hits / 2), Fault::Web),
        step(When::Requests(world.calm_hits / 2), Fault::ClockBack),
    ];
    run(&world, Place::sqlite(), &steps, "one process on the embedded database");
    assert_eq!(impolite(&world.web), Vec::<String>::new());
}

#[test]
fn a_full_disk_only_delays() {
    let Some(place) = Place::sqlite_on_a_disk() else { return };
    let world = World::new();
    let steps = [
        step(When::Asked(LARGE, "/a.xml"), Fault::Disk),
        step(When::Requests(world.calm_hits / 2), Fault::Disk),
    ];
    run(&world, place, &steps, "a full disk under the embedded database");
}
