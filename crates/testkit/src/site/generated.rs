//! Sites of any size, the same on every run: what page `n` of a host says depends on nothing but both.

use std::fmt::Write;

use bytes::Bytes;

use super::encode::Coding;
use super::reply::{Chunks, Reply};
use super::scripted::Site;

/// About how many bytes of a generated sitemap are made at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// The first pages of a generated site; the others are `/section/word-word-N`.
const ROOTS: [&str; 6] = ["/", "/contact", "/about-us", "/team", "/imprint", "/careers"];
const SECTIONS: [&str; 6] = ["blog", "products", "services", "news", "projects", "guides"];
const WORDS: [&str; 16] = [
    "copper", "harbour", "lantern", "meadow", "quartz", "saddle", "timber", "velvet", "anchor", "bramble",
    "cinder", "dovetail", "ember", "flint", "gable", "hollow",
];
const FIRST_NAMES: [&str; 8] = ["Ada", "Bruno", "Clara", "Edwin", "Freya", "Gregor", "Hedda", "Ivo"];
const LAST_NAMES: [&str; 8] =
    ["Ashgrove", "Birkwell", "Crannock", "Dunmarrow", "Elverstone", "Fallowmere", "Garthwaite", "Holmbridge"];

/// What one generated page has to be found with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageContact {
    /// Its email address, in plain text and as a link.
    pub email: String,
    /// Its phone number in E.164: a London number of the range kept for drama (Ofcom: 020 7946 0xxx).
    pub phone: String,
    /// The same as it stands on the page.
    pub phone_as_written: String,
}

/// The contact on page `page` of a host.
pub fn contact(host: &str, page: usize) -> PageContact {
    let mixed = mix(host, page);
    let first = pick(&FIRST_NAMES, mixed).to_ascii_lowercase();
    let last = pick(&LAST_NAMES, mixed >> 8).to_ascii_lowercase();
    let last_digits = mixed % 1000;
    PageContact {
        email: format!("{first}.{last}.{page}@{}", mail_domain(host)),
        phone: format!("+442079460{last_digits:03}"),
        phone_as_written: format!("020 7946 0{last_digits:03}"),
    }
}

/// The path of page `page`.
pub fn path(page: usize) -> String {
    match ROOTS.get(page) {
        Some(root) => (*root).to_owned(),
        None => {
            format!("/{}/{}-{}-{page}", pick(&SECTIONS, page), pick(&WORDS, page), pick(&WORDS, page / 16))
        }
    }
}

/// Adds `pages` pages, robots.txt and a sitemap of them to a site. Pages are made when asked for.
pub(super) fn site(site: Site, pages: usize) -> Site {
    let host = site.host.clone();
    site.robots("User-agent: *\nAllow: /\n\nSitemap: {origin}/sitemap.xml\n")
        .reply(
            "/sitemap.xml",
            Reply::stream("application/xml", move |origin| urls(origin.to_owned(), pages, path)),
        )
        .rule(move |request| {
            let page = page_at(request.path()).filter(|page| *page < pages)?;
            Some(Reply::html(html(&host, page, pages)))
        })
}

/// An index at `/sitemap.xml` over lazy children `/sitemap-N.xml` (or `.xml.gz`).
pub(super) fn sitemap_index(site: Site, children: usize, urls_each: usize, gz: bool) -> Site {
    let ending = if gz { ".xml.gz" } else { ".xml" };
    let names: Vec<String> = (0..children).map(|child| format!("/sitemap-{child}{ending}")).collect();
    let listed: Vec<&str> = names.iter().map(String::as_str).collect();
    let site = site
        .robots("User-agent: *\nAllow: /\n\nSitemap: {origin}/sitemap.xml\n")
        .index("/sitemap.xml", &listed);
    names.iter().enumerate().fold(site, |site, (child, name)| {
        let first = child * urls_each;
        let make = move |origin: &str| urls(origin.to_owned(), urls_each, move |at| long_path(first + at));
        let reply = Reply::stream("application/xml", make);
        let gzipped =
            || reply.clone().coded_silently(Coding::Gzip).header("Content-Type", "application/x-gzip");
        site.reply(name, if gz { gzipped() } else { reply.clone() })
    })
}

/// A sitemap of these locations; one that starts with `/` gets `{origin}` before it.
pub fn urlset(locs: &[&str]) -> String {
    listing("urlset", "url", locs)
}

/// A sitemap index of these locations; one that starts with `/` gets `{origin}` before it.
pub fn index(locs: &[&str]) -> String {
    listing("sitemapindex", "sitemap", locs)
}

fn listing(root: &str, item: &str, locs: &[&str]) -> String {
    let mut xml = format!("{XML}\n<{root} xmlns=\"{NAMESPACE}\">\n");
    for loc in locs {
        let origin = if loc.starts_with('/') { "{origin}" } else { "" };
        let loc = loc.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(xml, "  <{item}><loc>{origin}{loc}</loc></{item}>");
    }
    xml + &format!("</{root}>\n")
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// A urlset made piece by piece.
fn urls(origin: String, count: usize, path: impl Fn(usize) -> String + Send + 'static) -> Chunks {
    let mut next = 0;
    let mut ended = false;
    Box::new(std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let mut xml = String::with_capacity(CHUNK_BYTES + 512);
        if next == 0 {
            let _ = write!(xml, "{XML}\n<urlset xmlns=\"{NAMESPACE}\">\n");
        }
        while next < count && xml.len() < CHUNK_BYTES {
            let (month, day) = (next / 28 % 12 + 1, next % 28 + 1);
            for part in ["<url><loc>", &origin, &path(next), "</loc><lastmod>2024-"] {
                xml.push_str(part);
            }
            let _ = writeln!(xml, "{month:02}-{day:02}</lastmod></url>");
            next += 1;
        }
        if next >= count {
            ended = true;
            xml.push_str("</urlset>\n");
        }
        Some(Bytes::from(xml))
    }))
}

/// The path of entry `at` of a large sitemap: as long and as varied as real ones, with a root page now and then.
fn long_path(at: usize) -> String {
    if at.is_multiple_of(5_000) {
        return format!("/branch-{}/contact", at / 5_000);
    }
    let words = [pick(&WORDS, at), pick(&WORDS, at / 16), pick(&WORDS, at / 256)];
    format!("/{}/{}-{}-and-{}-for-every-house-{at}/", pick(&SECTIONS, at / 7), words[0], words[1], words[2])
}

/// Which page stands at a path; none if it is not one of ours.
fn page_at(asked: &str) -> Option<usize> {
    if let Some(root) = ROOTS.iter().position(|root| *root == asked) {
        return Some(root);
    }
    let page = asked.rsplit('-').next()?.parse().ok()?;
    (path(page) == asked).then_some(page)
}

fn html(host: &str, page: usize, pages: usize) -> String {
    let PageContact { email, phone, phone_as_written } = contact(host, page);
    let name = company(host);
    let title = format!("{} {} {page}", pick(&WORDS, page), pick(&SECTIONS, page));
    let mut html = String::with_capacity(6 * 1024);
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} | {name}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <link rel=\"stylesheet\" href=\"/assets/site.css?v=3.4.1\">\n</head>\n<body class=\"page page-{page}\">\n\
         <header><a class=\"logo\" href=\"/\">{name}</a>\n<nav><ul>\n"
    );
    for root in ROOTS.iter().take(pages) {
        let _ =
            writeln!(html, "<li class=\"menu-item\"><a href=\"{root}\">{}</a></li>", root.trim_matches('/'));
    }
    let _ = write!(html, "</ul></nav></header>\n<main>\n<h1>{title}</h1>\n");
    for paragraph in 0..6 {
        let mixed = mix(host, page * 8 + paragraph);
        let words = (0..40).map(|at| pick(&WORDS, mixed.rotate_left(at) & 0xFFFF));
        let text: Vec<&str> = words.collect();
        let _ = writeln!(html, "<p class=\"text\">We keep {} in stock.</p>", text.join(" "));
    }
    let _ = write!(
        html,
        "<section class=\"contact\"><h2>Talk to us</h2>\n<p>Email <a href=\"mailto:{email}\">{email}</a>, or call \
         <a href=\"tel:{phone}\">{phone_as_written}</a> from 9 to 5.</p></section>\n</main>\n\
         <footer><ul class=\"next\">\n"
    );
    for other in (page + 1..pages).take(8) {
        let _ = writeln!(html, "<li><a href=\"{}\">Page {other}</a></li>", path(other));
    }
    html.push_str("</ul><p>&copy; 2024 ");
    html.push_str(&name);
    html.push_str("</p></footer>\n</body>\n</html>\n");
    html
}

fn company(host: &str) -> String {
    format!("{} {} Works", pick(&LAST_NAMES, mix(host, 0)), pick(&WORDS, mix(host, 1)))
}

/// A domain that looks like any other and is nobody's: the host's first label among invented words.
fn mail_domain(host: &str) -> String {
    let label = host.split('.').next().unwrap_or(host);
    format!("{label}-thistledown-works.co.uk")
}

fn pick<'a>(words: &[&'a str], number: impl TryInto<usize>) -> &'a str {
    words[number.try_into().unwrap_or(0) % words.len()]
}

/// FNV-1a over the host, then the number mixed in: stable across runs and machines.
fn mix(host: &str, number: usize) -> u64 {
    let hashed = host.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    });
    let mixed = (hashed ^ number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 29)
}
