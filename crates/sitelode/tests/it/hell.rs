//! Everything bad at once: bad lines, domains, sitemaps and pages in one scan, and none of them stops the others.

use serde_json::Value;
use testkit::site::encode::Coding;
use testkit::site::{Reply, Site, Web};

use crate::home::{Home, values};

/// A page with one address.
fn page(mail: &str) -> Reply {
    Reply::html(format!("<!doctype html><title>Contact</title><p>Mail: {mail}@acme-tools.de"))
}

fn urlset(path: &str) -> String {
    format!("<urlset><url><loc>{{origin}}{path}</loc></url></urlset>")
}

/// Indexes that list themselves, each other, and one child again and again.
fn loops() -> Site {
    Site::new("loops.localhost")
        .page("/", "home")
        .robots("Sitemap: {origin}/a.xml\nSitemap: /a.xml\nSitemap: {origin}/robots.txt")
        .index("/a.xml", &["/a.xml", "/b.xml", "/child.xml", "/child.xml", "/child.xml#again"])
        .index("/b.xml", &["/a.xml", "/b.xml", "/c.xml"])
        .index("/c.xml", &["/b.xml", "/child.xml"])
        .sitemap("/child.xml", &["/contact"])
        .reply("/contact", page("loops"))
}

/// An index of which one child is good.
fn children() -> Site {
    let good = urlset("/contact");
    Site::new("children.localhost")
        .page("/", "home")
        .index(
            "/sitemap.xml",
            &["/gone.xml", "/html.xml", "/empty.xml", "/cut.xml.gz", "/bad.xml", "/reset.xml", "/good.xml"],
        )
        .page("/html.xml", "<!doctype html><title>Oh</title><p>not here")
        .reply("/empty.xml", Reply::xml(""))
        .reply("/cut.xml.gz", Reply::xml(good.repeat(500)).coded_silently(Coding::Gzip).cut_after(20))
        .reply(
            "/bad.xml",
            Reply::xml("<urlset><url><loc>\u{1}mailto:x</loc></url><url><loc>http://[</loc></url>"),
        )
        .reply("/reset.xml", Reply::status(500))
        .reply("/good.xml", Reply::text_as("text/html", good))
        .reply("/contact", page("children"))
}

/// Pages of every bad kind beside a good one.
fn pages() -> Site {
    Site::new("pages.localhost")
        .page("/", "home")
        .sitemap(
            "/sitemap.xml",
            &["/contact", "/kontakt", "/impressum", "/imprint", "/legal", "/careers", "/jobs", "/contact-us"],
        )
        .reply("/contact", page("pages"))
        .reply("/kontakt", Reply::redirect(302, "/kontakt"))
        .reply("/impressum", Reply::bytes("text/html", [0_u8, 159, 146, 150].repeat(1_000)))
        .reply("/imprint", Reply::status(403))
        .reply("/legal", Reply::redirect(301, "http://127.0.0.1:1/"))
        .reply("/careers", Reply::gzip_bomb("text/html", 64 << 20))
        .reply("/jobs", Reply::html("x").header("Content-Encoding", "br"))
        .reply("/contact-us", Reply::html("<div>".repeat(20_000)))
}

fn web() -> Web {
    let soft = "<!doctype html><title>Home</title><a href='/contact'>Contact</a>";
    Web::builder()
        .site(Site::new("good.localhost").generated(3))
        .site(loops())
        .site(children())
        .site(pages())
        .site(Site::new("soft.localhost").page("/", soft).soft_404(soft).reply("/contact", page("soft")))
        .site(
            Site::new("prose.localhost")
                .page("/", soft)
                .reply("/contact", page("prose"))
                .otherwise(Reply::text("Not found, see http://prose.localhost/ or try again")),
        )
        .site(Site::new("circle.localhost").redirect_loop("/", 2))
        .site(Site::new("away.localhost").reply("/", Reply::redirect(301, "file:///etc/passwd")))
        .site(Site::new("shut.localhost").otherwise(Reply::status(403)))
        .start_on_thread()
        .expect("a web")
}

fn status<'a>(summary: &'a Value, name: &str) -> &'a str {
    let rows = summary["domains"].as_array().expect("domains");
    let row = rows.iter().find(|row| row["domain"].as_str().is_some_and(|domain| domain.starts_with(name)));
    row.and_then(|row| row["status"].as_str()).unwrap_or("missing")
}

#[test]
fn nothing_bad_stops_the_good() {
    let web = web();
    let home = Home::new();
    let urls: Vec<String> = web.hosts().iter().map(|host| web.url(host, "/")).collect();
    let rubbish =
        "\u{feff}# domains\n\n,,,\nnot a domain!\nhttp://[broken\njavascript:alert(1)\n\0\u{1}\n-.-\n";
    let list = home.file("list.txt", format!("{rubbish}{}\n{}\n", urls.join("\n"), urls[0]));
    let summary = home.scan(&["--file", &list.to_string_lossy()]);
    let emails = values(&summary, "email");
    for name in ["loops", "children", "pages", "soft", "prose"] {
        assert!(emails.contains(&format!("{name}@acme-tools.de")), "{name}: {summary}");
        assert_eq!(status(&summary, name), "Complete", "{name}");
    }
    for name in ["circle", "away", "shut"] {
        assert_eq!(status(&summary, name), "Error", "{name}: {summary}");
    }
    for path in ["/a.xml", "/b.xml", "/c.xml", "/child.xml", "/contact"] {
        assert_eq!(web.hits("loops.localhost", path), 1, "{path}");
    }
    assert_eq!(home.run(&["db", "check"]).stdout, "ok\n");
}
