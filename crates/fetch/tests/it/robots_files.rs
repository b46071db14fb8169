//! Whole robots.txt files of the kinds that sites have, asked what they mean.

use fetch::robots::Robots;
use url::Url;

struct File {
    robots: Robots,
}

fn file(name: &str, agent: &str) -> File {
    let path = format!("{}/../../fixtures/robots/{name}", env!("CARGO_MANIFEST_DIR"));
    File { robots: Robots::parse(&std::fs::read(path).unwrap(), agent) }
}

impl File {
    fn allows(&self, paths: &[&str]) -> &Self {
        self.check(paths, true)
    }

    fn forbids(&self, paths: &[&str]) -> &Self {
        self.check(paths, false)
    }

    fn check(&self, paths: &[&str], want: bool) -> &Self {
        for path in paths {
            let url = Url::parse("https://www.site.example").unwrap().join(path).unwrap();
            assert_eq!(self.robots.allows_url(&url).allowed, want, "{path}");
        }
        self
    }

    fn sitemaps(&self) -> Vec<String> {
        let base = Url::parse("https://www.site.example/robots.txt").unwrap();
        self.robots.sitemaps(&base).into_iter().map(String::from).collect()
    }
}

#[test]
fn a_shop() {
    let shop = file("shop.txt", "sitelode/0.1 (+https://sitelode.example)");
    shop.forbids(&["/cart", "/cart/add", "/checkout/pay", "/bikes?page=2&sort=price", "/manual.pdf"]).allows(
        &["/", "/bikes", "/bikes?page=2", "/manual.pdf?x", "/checkout/help/", "/checkout/help/index.html"],
    );
    assert_eq!(shop.robots.crawl_delay().unwrap().as_secs(), 2);
    assert_eq!(shop.sitemaps().len(), 2);
    file("shop.txt", "HungryBot").forbids(&["/", "/bikes"]);
}

#[test]
fn old_line_ends_a_mark_and_letters_beyond_ascii() {
    let own = file("bom_and_cr.txt", "sitelode");
    own.forbids(&["/nur-fuer-menschen/x"]).allows(&["/suche", "/räder/intern"]);
    assert_eq!(own.robots.crawl_delay().unwrap().as_millis(), 500);
    assert_eq!(
        own.sitemaps(),
        ["https://www.site.example/karte.xml", "https://www.site.example/karte-bilder.xml"]
    );
    file("bom_and_cr.txt", "other")
        .forbids(&["/suche?q=x", "/räder/intern", "/r%c3%a4der/intern"])
        .allows(&["/räder"]);
}

#[test]
fn a_group_without_blank_lines_is_for_all_it_names() {
    for agent in ["sitelode", "PickyBot"] {
        file("no_blank_lines.txt", agent).forbids(&["/", "/menu"]);
    }
}

#[test]
fn a_page_that_stands_where_the_file_should() {
    let page = file("page.txt", "sitelode");
    page.allows(&["/", "/x"]);
    assert!(page.sitemaps().is_empty());
}

#[test]
fn frequent_typing_errors() {
    let own = file("typos.txt", "sitelode");
    own.forbids(&["/for-others"]).allows(&["/intern", "/beta", "/for-others/but-this"]);
    assert_eq!(own.sitemaps(), ["https://typos.example/sitemap.xml", "https://typos.example/second.xml"]);
    file("typos.txt", "other").forbids(&["/intern", "/beta", "/alpha"]).allows(&["/for-others"]);
}
