//! A scan goes on where it stopped, reads nothing twice, and reads again only when asked.

use std::time::Duration;

use testkit::process::Program;
use testkit::site::{Reply, Site, Web};

use crate::home::{Home, values};

#[test]
fn a_scan_that_is_done_asks_nothing_again() {
    let web = Web::builder().site(Site::new("done.localhost").generated(5)).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url("done.localhost", "/"));
    let first = home.scan(&["--select", "all", &url]);
    let asked = web.total("done.localhost");
    let second = home.scan(&["--select", "all", &url]);
    assert_eq!(web.total("done.localhost"), asked);
    assert_eq!(values(&first, "email"), values(&second, "email"));
}

#[test]
fn a_rescan_reads_all_again_and_doubles_nothing() {
    let web =
        Web::builder().site(Site::new("again.localhost").generated(5)).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url("again.localhost", "/"));
    let first = home.scan(&["--select", "all", &url]);
    let second = home.scan(&["--select", "all", "--rescan", &url]);
    assert_eq!(web.hits("again.localhost", "/contact"), 2);
    assert_eq!(values(&first, "email"), values(&second, "email"));
    assert_eq!(first["pages"], second["pages"]);
    assert_eq!(home.run(&["db", "check"]).stdout, "ok\n");
}

#[test]
fn an_unchanged_sitemap_of_an_index_is_not_sent_again_and_its_pages_are_read_all_the_same() {
    let map = Reply::xml("<urlset><url><loc>{origin}/contact</loc></url></urlset>").etag("\"v1\"");
    let site = Site::new("same.localhost")
        .page("/", "home")
        .index("/sitemap.xml", &["/map.xml"])
        .reply("/map.xml", map)
        .page("/contact", "same@acme-tools.de");
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url("same.localhost", "/"));
    home.scan(&[&url]);
    web.forget();
    let second = home.scan(&["--rescan", &url]);
    assert_eq!(values(&second, "email"), ["same@acme-tools.de"]);
    assert_eq!(web.hits("same.localhost", "/contact"), 1);
    let answers: Vec<u16> = web
        .log("same.localhost")
        .iter()
        .filter(|hit| hit.path() == "/map.xml")
        .map(|hit| hit.status)
        .collect();
    assert!(answers.contains(&304), "{answers:?}");
}

#[test]
fn a_wider_selection_reads_the_pages_it_adds() {
    let web = Web::builder().site(Site::new("wide.localhost").generated(8)).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url("wide.localhost", "/"));
    let auto = home.scan(&[&url]);
    let all = home.scan(&["--select", "all", &url]);
    assert!(values(&auto, "email").len() < values(&all, "email").len());
    assert_eq!(values(&all, "email").len(), 8);
    assert_eq!(web.hits("wide.localhost", "/contact"), 1, "what was read stays read");
}

#[test]
fn ctrl_c_stops_cleanly_and_the_same_command_goes_on() {
    let web =
        Web::builder().site(Site::new("stop.localhost").generated(20)).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url("stop.localhost", "/"));
    let args = ["scan", "--select", "all", "--delay", "50", "--allow-private-networks", &url];
    let mut running = Program::new(env!("CARGO_BIN_EXE_sitelode"))
        .args(args)
        .folder(home.folder.path())
        .start()
        .expect("the scan starts");
    let enough = || web.total("stop.localhost") > 12;
    running.wait_until("some pages", Duration::from_secs(30), enough).expect("some pages");
    running.interrupt().expect("Ctrl-C");
    let status = running.wait(Duration::from_secs(20)).expect("it ends");
    assert_eq!(status.code(), Some(130), "{}", running.stderr());
    assert!(running.stderr().contains("goes on from here"), "{}", running.stderr());
    assert_eq!(home.run(&["db", "check"]).stdout, "ok\n");
    let summary = home.scan(&["--select", "all", &url]);
    assert_eq!(values(&summary, "email").len(), 20);
    let pages_read_twice =
        (0..20).filter(|page| web.hits("stop.localhost", &testkit::site::generated::path(*page)) > 2);
    assert_eq!(pages_read_twice.count(), 0);
}
