//! Where sitemaps are found, where they are not, and that each is read once.

use serde_json::Value;
use testkit::site::{Reply, Site, Web};

use crate::home::Home;

/// Scans the first site of a web; its row of the summary.
fn scanned(web: &Web) -> Value {
    let url = web.url(web.hosts()[0], "/");
    let mut summary = Home::new().scan(&["--no-scrape", &url]);
    summary["domains"][0].take()
}

#[track_caller]
fn check(what: &str, row: &Value, sitemap_files: i64, pages: i64) {
    assert_eq!(
        (&row["sitemap_files"], &row["pages"]),
        (&sitemap_files.into(), &pages.into()),
        "{what}: {row}"
    );
}

fn web(sites: impl IntoIterator<Item = Site>) -> Web {
    Web::builder().sites(sites).start_on_thread().expect("a web")
}

#[test]
fn paths_that_lead_to_one_file_are_one_file() {
    let web = web([Site::new("moved.localhost")
        .page("/", "home")
        .robots("Sitemap: {origin}/sitemap.xml\nSitemap: {origin}/map.xml")
        .reply("/sitemap.xml", Reply::redirect(301, "/map.xml"))
        .reply("/sitemap_index.xml", Reply::redirect(302, "/map.xml"))
        .sitemap("/map.xml", &["/1", "/2"])]);
    check("redirects", &scanned(&web), 1, 2);
}

#[test]
fn a_sitemap_on_another_host_counts_if_robots_txt_names_it() {
    let web = web([
        Site::new("shop.localhost").page("/", "home").robots("Sitemap: {origin:cdn.localhost}/shop.xml"),
        Site::new("cdn.localhost").reply(
            "/shop.xml",
            Reply::xml("<urlset><url><loc>{origin:shop.localhost}/1</loc></url><url><loc>{origin}/2</loc></url></urlset>"),
        ),
    ]);
    check("another host", &scanned(&web), 1, 1);
}

#[test]
fn www_and_other_hosts_of_the_site_are_the_site_and_other_sites_are_not() {
    let web = web([
        Site::new("apex.localhost").page("/", "home").reply(
            "/sitemap.xml",
            Reply::xml(
                "<urlset><url><loc>{origin:www.apex.localhost}/1</loc></url><url><loc>{origin}/2</loc></url>\
                 <url><loc>{origin:other.localhost}/3</loc></url><url><loc>https://www.apex.localhost/4</loc></url></urlset>",
            ),
        ),
        Site::new("www.apex.localhost"),
        Site::new("other.localhost").sitemap("/sitemap.xml", &["/5"]),
    ]);
    check("www", &scanned(&web), 1, 3);
    assert_eq!(web.total("other.localhost"), 0);
}

#[test]
fn a_file_that_robots_txt_both_lists_and_forbids_is_read_and_one_that_it_only_forbids_is_not() {
    let listed = web([Site::new("listed.localhost")
        .page("/", "home")
        .robots("User-agent: *\nDisallow: /*.xml\nSitemap: map.xml")
        .sitemap("/map.xml", &["/1"])
        .sitemap("/sitemap.xml", &["/2"])]);
    check("listed", &scanned(&listed), 1, 1);
    assert_eq!(listed.hits("listed.localhost", "/sitemap.xml"), 0);
}

#[test]
fn a_home_page_in_place_of_a_sitemap_is_none_and_it_is_said_why() {
    let soft = "<!doctype html><title>Home</title><p>hello";
    let web = web([Site::new("soft.localhost").page("/", soft).soft_404(soft)]);
    let row = scanned(&web);
    check("soft 404", &row, 0, 1);
    assert!(row["note"].as_str().is_some_and(|note| note.contains("x html")), "{row}");
}

#[test]
fn a_long_index_is_read_to_its_end() {
    let web = web([Site::new("long.localhost").page("/", "home").sitemap_index(40, 50)]);
    check("long", &scanned(&web), 41, 2_000);
    let children: u64 = web.total("long.localhost");
    assert!(children < 40 + 12, "{children} requests");
}

#[test]
fn hints_of_the_home_page_lead_to_sitemaps_and_feeds_nobody_lists() {
    let hinted = web([Site::new("hinted.localhost")
        .page("/", "<link rel=sitemap href='/deep/odd-name'><a href='/x'>x</a>")
        .sitemap("/deep/odd-name", &["/1", "/2"])]);
    check("link element", &scanned(&hinted), 1, 2);
    let fed = web([Site::new("fed.localhost")
        .page("/", "<link rel=alternate type='application/rss+xml' href='/feed'>")
        .reply("/feed", Reply::xml("<rss><channel><item><link>{origin}/1</link></item></channel></rss>"))]);
    check("feed", &scanned(&fed), 1, 1);
}
