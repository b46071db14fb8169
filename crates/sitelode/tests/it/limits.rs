//! What a hostile or broken site can't do: reach private networks, stop the others, fill the disk.

use serde_json::Value;
use testkit::site::{Reply, Site, Web};

use crate::home::{Home, values};

#[test]
fn without_leave_no_private_address_is_asked() {
    let web = Web::builder().site(Site::new("in.localhost").generated(3)).start_on_thread().expect("a web");
    let home = Home::new();
    let ran = home.run(&[
        "scan",
        &web.url("in.localhost", "/"),
        "127.0.0.1:8099",
        "http://0x7f000001/",
        "[::1]:8099",
    ]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(web.total_of_all(), 0);
    assert!(ran.stderr.contains("not a public one"), "{}", ran.stderr);
}

#[test]
fn one_bad_site_never_stops_the_others() {
    let web = Web::builder()
        .site(Site::new("good.localhost").generated(5))
        .site(Site::new("loop.localhost").redirect_loop("/", 3))
        .site(
            Site::new("bomb.localhost")
                .page("/", "hi")
                .reply("/sitemap.xml", Reply::gzip_bomb("application/xml", 128 << 20)),
        )
        .site(Site::new("gone.localhost").otherwise(Reply::status(410)))
        .start_on_thread()
        .expect("a web");
    let urls: Vec<String> = web.hosts().iter().map(|host| web.url(host, "/")).collect();
    let mut args = vec!["--select", "all"];
    args.extend(urls.iter().map(String::as_str));
    let summary = Home::new().scan(&args);
    assert_eq!(values(&summary, "email").len(), 5, "{summary}");
    let status = |name: &str| domain(&summary, name)["status"].as_str().unwrap_or_default().to_owned();
    assert_eq!(status("good"), "Complete");
    assert_eq!(status("loop"), "Error");
}

#[test]
fn a_sitemap_with_damage_gives_the_pages_before_it() {
    let broken = "<urlset><url><loc>{origin}/contact</loc></url><url><loc>{origin}/abo";
    let site = Site::new("cut.localhost")
        .page("/", "home")
        .page("/contact", "mail: cut@acme-tools.de")
        .robots("Sitemap: {origin}/map.xml")
        .reply("/map.xml", Reply::xml(broken));
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let summary = Home::new().scan(&[&web.url("cut.localhost", "/")]);
    assert_eq!(values(&summary, "email"), ["cut@acme-tools.de"]);
    assert_eq!(summary["pages"], 1);
}

#[test]
fn a_site_without_a_sitemap_gives_the_contacts_its_home_page_leads_to() {
    let site = Site::new("bare.localhost")
        .page("/", "<a href='/kontakt.html'>Kontakt</a> <a href='https://elsewhere.example/contact'>x</a> info@acme-tools.de")
        .page("/kontakt.html", "kontakt@acme-tools.de");
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let summary = Home::new().scan(&[&web.url("bare.localhost", "/")]);
    assert_eq!(values(&summary, "email"), ["info@acme-tools.de", "kontakt@acme-tools.de"]);
    assert!(
        summary["domains"][0]["note"].as_str().unwrap_or_default().contains("no sitemap found"),
        "{summary}"
    );
}

#[test]
fn a_contact_page_is_known_by_the_words_that_lead_to_it() {
    let site = Site::new("words.localhost")
        .page(
            "/",
            "<a href='/node/17'>Kontakt</a> <a href='/node/18'>Products</a> <a href='/logo.png'>Contact</a>",
        )
        .page("/node/17", "kontakt@acme-tools.de")
        .page("/node/18", "sales@acme-tools.de")
        .sitemap("/sitemap.xml", &["/node/18"]);
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let summary = Home::new().scan(&[&web.url("words.localhost", "/")]);
    assert_eq!(values(&summary, "email"), ["kontakt@acme-tools.de"], "{summary}");
    assert_eq!(summary["pages"], 2);
}

#[test]
fn a_domain_has_no_more_pages_than_allowed_and_keeps_its_contact_page() {
    let locs: Vec<String> =
        (0..300).map(|n| format!("/articles/{n}")).chain(["/contact".to_owned()]).collect();
    let locs: Vec<&str> = locs.iter().map(String::as_str).collect();
    let site =
        Site::new("many.localhost").page("/contact", "many@acme-tools.de").sitemap("/sitemap.xml", &locs);
    let web = Web::builder().site(site).start_on_thread().expect("a web");
    let summary = Home::new().scan(&["--max-pages", "10", &web.url("many.localhost", "/")]);
    assert_eq!(summary["pages"], 10);
    assert_eq!(values(&summary, "email"), ["many@acme-tools.de"]);
}

fn domain<'a>(summary: &'a Value, name: &str) -> &'a Value {
    let domains = summary["domains"].as_array().expect("domains");
    domains
        .iter()
        .find(|row| row["domain"].as_str().is_some_and(|d| d.starts_with(name)))
        .expect("the domain")
}
