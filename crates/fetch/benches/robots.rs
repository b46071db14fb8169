//! How fast robots.txt is read and asked, beside the crate robotxt on the same bytes.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use fetch::robots::Robots;

fn main() {
    divan::main();
}

const AGENT: &str = "sitelode";

/// The shapes real files have: short for all, one long group, many groups of others, many sitemaps.
fn files() -> Vec<(&'static str, String)> {
    let mut long = "User-agent: *\n".to_owned();
    let mut groups = String::new();
    let mut maps = "User-agent: *\nDisallow: /admin/\n\n".to_owned();
    for number in 0..1_000 {
        long.push_str(&format!("Disallow: /section-{number}/*?sort=\nAllow: /section-{number}/index\n"));
        groups.push_str(&format!(
            "User-agent: OtherBot{number}\nDisallow: /private/{number}\n\n# words about it\n"
        ));
        maps.push_str(&format!("Sitemap: https://www.site.example/sitemaps/part-{number}.xml.gz\n"));
    }
    groups.push_str("User-agent: *\nCrawl-delay: 2\nDisallow: /search\n");
    let short = "# A shop\nUser-agent: *\nDisallow: /cart\nDisallow: /checkout\nDisallow: /*?session=\n\
        Allow: /\n\nUser-agent: GPTBot\nDisallow: /\n\nSitemap: https://shop.example/sitemap.xml\n";
    vec![("short", short.to_owned()), ("long", long), ("groups", groups), ("sitemaps", maps)]
}

#[divan::bench(args = files().into_iter().map(|(name, _)| name))]
fn parse(bencher: Bencher<'_, '_>, name: &str) {
    let file = file(name);
    bencher.counter(BytesCount::of_str(&file)).bench(|| Robots::parse(black_box(file.as_bytes()), AGENT));
}

#[divan::bench(args = files().into_iter().map(|(name, _)| name))]
fn parse_robotxt(bencher: Bencher<'_, '_>, name: &str) {
    let file = file(name);
    bencher
        .counter(BytesCount::of_str(&file))
        .bench(|| robotxt::Robots::parse(black_box(file.as_bytes()), AGENT));
}

#[divan::bench]
fn ask_the_long_file(bencher: Bencher<'_, '_>) {
    let robots = Robots::parse(file("long").as_bytes(), AGENT);
    bencher.bench(|| robots.allows(black_box("/section-700/page.html?sort=price")).allowed);
}

#[divan::bench]
fn ask_the_long_file_robotxt(bencher: Bencher<'_, '_>) {
    let robots = robotxt::Robots::parse(file("long").as_bytes(), AGENT);
    bencher.bench(|| robots.is_allowed(black_box("/section-700/page.html?sort=price")));
}

fn file(name: &str) -> String {
    files().into_iter().find(|(known, _)| *known == name).map(|(_, file)| file).unwrap_or_default()
}
