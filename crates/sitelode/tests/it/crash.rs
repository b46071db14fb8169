//! The binary killed with SIGKILL again and again in the middle of a scan ends with exactly the rows of a run that
//! nobody disturbed.

use std::time::Duration;

use clock::{Clock, TestClock, Timestamp};
use testkit::process::Program;
use testkit::site::{Site, Web};

use crate::home::Home;

/// How often it is killed.
const KILLS: usize = 20;
/// The shortest and the longest life, in milliseconds.
const LIFE_MS: (u64, u64) = (60, 450);

#[test]
fn twenty_kills_change_nothing() {
    let sites = (0..8).map(|n| Site::new(&format!("s{n}.localhost")).generated(12));
    let index = Site::new("index.localhost").sitemap_index(4, 3_000);
    let web = Web::builder().sites(sites).site(index).start_on_thread().expect("a web");
    let urls: Vec<String> = web.hosts().iter().map(|host| web.url(host, "/")).collect();
    let calm = Home::new();
    let undisturbed = rows(&calm, &urls);
    let home = Home::new();
    // The moments are drawn, but the same in every run of the test.
    let chance = TestClock::at(Timestamp(0));
    let mut unfinished = 0;
    for _ in 0..KILLS {
        let mut scan = Program::new(env!("CARGO_BIN_EXE_sitelode"))
            .args(arguments(&urls))
            .folder(home.folder.path())
            .start()
            .expect("the scan starts");
        let life = Duration::from_millis(LIFE_MS.0 + chance.random() % (LIFE_MS.1 - LIFE_MS.0));
        unfinished += usize::from(scan.wait(life).is_err());
        scan.kill();
    }
    assert!(unfinished > KILLS / 2, "only {unfinished} of {KILLS} kills met a scan at work");
    let disturbed = rows(&home, &urls);
    assert_eq!(home.run(&["db", "check"]).stdout, "ok\n");
    assert_eq!(disturbed, undisturbed);
}

fn arguments(urls: &[String]) -> Vec<String> {
    let fixed = [
        "scan",
        "--select",
        "all",
        "--delay",
        "5",
        "--max-pages",
        "300",
        "--allow-private-networks",
        "--json",
    ];
    fixed.into_iter().map(str::to_owned).chain(urls.iter().cloned()).collect()
}

/// Scans to the end; what is then known, in an order of its own.
fn rows(home: &Home, urls: &[String]) -> (Vec<String>, Vec<String>) {
    let arguments = arguments(urls);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = home.run(&arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).expect("a summary");
    let domains = summary["domains"].as_array().expect("domains").iter().map(ToString::to_string).collect();
    let exported = home.run(&["db", "export", "-"]).stdout;
    let mut contacts: Vec<String> = exported.lines().map(str::to_owned).collect();
    contacts.sort();
    (domains, contacts)
}
