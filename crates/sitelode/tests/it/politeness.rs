//! Politeness, seen from the site: robots.txt, one request at a time, patience.

use std::time::Duration;

use testkit::site::{Reply, Site, Web};

use crate::home::{Home, values};

#[test]
fn a_host_is_asked_one_thing_at_a_time_with_its_delay() {
    let web = Web::builder().site(Site::new("calm.localhost").generated(6)).start_on_thread().expect("a web");
    let home = Home::new();
    let url = web.url("calm.localhost", "/");
    let ran = home.run(&["scan", "--select", "all", "--delay", "40", "--allow-private-networks", &url]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(web.most_at_once("calm.localhost"), 1);
    // Single gaps shrink where a busy machine lets the site see a request late; the whole can't shrink by more than that.
    let mut starts: Vec<Duration> = web.log("calm.localhost").iter().map(|hit| hit.started).collect();
    starts.sort_unstable();
    let gaps = u32::try_from(starts.len() - 1).expect("few requests");
    let took = starts[starts.len() - 1] - starts[0];
    assert!(gaps >= 7 && took >= Duration::from_millis(40) * (gaps - 1), "{gaps} gaps in {took:?}");
}

#[test]
fn what_robots_txt_forbids_is_not_asked() {
    let site = Site::new("shy.localhost")
        .robots("User-agent: *\nDisallow: /private/\nSitemap: {origin}/map.xml\n")
        .page("/", "home")
        .page("/contact", "shy@acme-tools.de")
        .page("/private/contact", "secret@acme-tools.de")
        .sitemap("/map.xml", &["/contact", "/private/contact"]);
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let summary = Home::new().scan(&["--select", "all", &web.url("shy.localhost", "/")]);
    assert_eq!(values(&summary, "email"), ["shy@acme-tools.de"]);
    assert_eq!(web.hits("shy.localhost", "/private/contact"), 0);
}

#[test]
fn a_site_that_asks_for_patience_gets_it() {
    let site = Site::new("busy.localhost")
        .page("/", "home")
        .robots("Sitemap: {origin}/map.xml")
        .busy("/map.xml", 1, 1, Reply::xml("<urlset><url><loc>{origin}/contact</loc></url></urlset>"))
        .page("/contact", "busy@acme-tools.de");
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let summary = Home::new().scan(&[&web.url("busy.localhost", "/")]);
    assert_eq!(values(&summary, "email"), ["busy@acme-tools.de"], "{summary}");
}

#[test]
fn a_sitemap_is_fetched_once_though_found_many_ways() {
    let site = Site::new("once.localhost")
        .page("/", "<link rel=sitemap href=/sitemap.xml> <a href=/sitemap.xml>map</a>")
        .robots("Sitemap: {origin}/sitemap.xml\nSitemap: {origin}/sitemap.xml#again")
        .sitemap("/sitemap.xml", &["/contact", "/contact", "/contact#x"])
        .page("/contact", "once@acme-tools.de");
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let summary = Home::new().scan(&[&web.url("once.localhost", "/")]);
    assert_eq!(summary["pages"], 1);
    assert_eq!(web.hits("once.localhost", "/sitemap.xml"), 1);
    assert_eq!(web.hits("once.localhost", "/contact"), 1);
}
