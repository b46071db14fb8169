//! A rescan asks for what has changed since, and keeps what has not.

use serde_json::Value;
use testkit::site::{Reply, Site, Web};

use crate::home::{Home, values};

/// The statuses that a path was answered with, in order.
fn answers(web: &Web, host: &str, path: &str) -> Vec<u16> {
    web.log(host).iter().filter(|hit| hit.path() == path).map(|hit| hit.status).collect()
}

/// A site of which every file has a version, at every path where discovery may meet one.
fn versioned(host: &str) -> Site {
    let page = |mail: &str, tag: &str| Reply::html(format!("mail: {mail}")).etag(tag);
    let urlset = |path: &str| {
        let urlset = format!("<urlset><url><loc>{{origin}}{path}</loc></url></urlset>");
        Reply::xml(urlset).etag("\"s1\"")
    };
    let index = "<sitemapindex><sitemap><loc>{origin}/inner.xml</loc></sitemap></sitemapindex>";
    let inner = "<sitemapindex><sitemap><loc>{origin}/child.xml</loc></sitemap></sitemapindex>";
    Site::new(host)
        .page("/", "home")
        .robots("Sitemap: {origin}/listed.xml\nSitemap: {origin}/index.xml")
        .reply("/listed.xml", urlset("/contact"))
        .reply("/index.xml", Reply::xml(index).last_modified("Sun, 06 Nov 1994 08:49:37 GMT"))
        .reply("/inner.xml", Reply::xml(inner).etag("\"i1\""))
        .reply("/child.xml", urlset("/impressum"))
        .reply("/contact", page("contact@acme-tools.de", "\"c1\""))
        .reply("/impressum", page("legal@acme-tools.de", "\"l1\""))
}

#[test]
fn what_is_unchanged_does_not_come_again_and_its_contacts_stay() {
    let host = "kept.localhost";
    let web = Web::builder().site(versioned(host)).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url(host, "/"));
    let first = home.scan(&[&url]);
    assert_eq!(values(&first, "email"), ["contact@acme-tools.de", "legal@acme-tools.de"], "{first}");
    web.forget();
    let second = home.scan(&["--rescan", &url]);
    for path in ["/listed.xml", "/index.xml", "/inner.xml", "/child.xml", "/contact", "/impressum"] {
        assert_eq!(answers(&web, host, path), [304], "{path}");
    }
    let told = |summary: &Value| ["contacts", "pages", "sitemap_files"].map(|field| summary[field].clone());
    assert_eq!(told(&first), told(&second));
    assert_eq!(second["domains"][0]["status"], "Complete");
    assert_eq!(home.run(&["db", "check"]).stdout, "ok\n");
}

#[test]
fn what_has_changed_comes_whole_and_takes_the_place_of_what_was() {
    let host = "changed.localhost";
    let page = |mail: &str, tag: &str| Reply::html(format!("mail: {mail}")).etag(tag);
    let site = versioned(host)
        .answers("/contact", [page("old@acme-tools.de", "\"c1\""), page("new@acme-tools.de", "\"c2\"")]);
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url(host, "/"));
    home.scan(&[&url]);
    let second = home.scan(&["--rescan", &url]);
    assert_eq!(values(&second, "email"), ["legal@acme-tools.de", "new@acme-tools.de"]);
}

#[test]
fn what_was_read_by_other_rules_comes_whole() {
    let host = "rules.localhost";
    let web = Web::builder().site(versioned(host)).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url(host, "/"));
    home.scan(&[&url]);
    web.forget();
    home.file("sitelode.toml", "[scan]\nregion = \"DE\"\nselect = \"wide\"\n");
    home.scan(&["--rescan", &url]);
    for path in ["/listed.xml", "/index.xml", "/inner.xml", "/child.xml", "/contact", "/impressum"] {
        assert_eq!(answers(&web, host, path), [200], "{path}");
    }
}

#[test]
fn a_page_that_went_away_fails_and_one_that_only_failed_then_is_read_now() {
    let host = "went.localhost";
    let site = versioned(host)
        .answers("/contact", [Reply::html("a@acme-tools.de").etag("\"c1\""), Reply::status(410)])
        .answers("/impressum", [Reply::status(404), Reply::html("b@acme-tools.de")]);
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let (home, url) = (Home::new(), web.url(host, "/"));
    home.scan(&[&url]);
    let second = home.scan(&["--rescan", &url]);
    assert!(values(&second, "email").contains(&"b@acme-tools.de".to_owned()), "{second}");
}
