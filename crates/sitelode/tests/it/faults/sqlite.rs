//! Faults of one process on the embedded database.

use testkit::site::{Site, Web};

use super::drive::run;
use super::fault::{Fault, Step, When};
use super::place::Place;
use super::world::{LARGE, SLOW, World};
use crate::home::{Home, values};

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

#[test]
fn a_disk_that_is_read_only_is_told_in_one_line_and_nothing_is_lost() {
    let Some(place) = Place::sqlite_on_a_disk() else { return };
    let disk = place.disk.as_ref().expect("a disk");
    let home = Home::new();
    let [option, value] = place.arguments();
    let site =
        Web::builder().site(Site::new("once.localhost").generated(3)).start_on_thread().expect("a web");
    let url = site.url("once.localhost", "/");
    let summary = home.scan(&["--select", "all", &option, &value, &url]);
    disk.read_only(true).expect("the disk is made read-only");
    let refused = home.run(&["scan", "--allow-private-networks", &option, &value, &url]);
    assert_eq!((refused.code, refused.stderr.lines().count()), (Some(3), 1), "{}", refused.stderr);
    assert!(refused.stderr.to_lowercase().contains("read-only"), "{}", refused.stderr);
    disk.read_only(false).expect("the disk is made writable");
    let again = home.scan(&["--select", "all", &option, &value, &url]);
    assert_eq!(values(&again, "email"), values(&summary, "email"));
}
