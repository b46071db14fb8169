//! What the home page's HTML says of sitemaps and of the site's own pages.

use contacts::{Document, Options};
use url::Url;

/// The most sitemaps and feeds that are taken from a page, each.
const HINTS_MAX: usize = 20;
/// The most link elements of a page that are looked at.
const ELEMENTS_MAX: usize = 500;

/// What a home page points at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints {
    /// Links that say or look like a sitemap.
    pub(super) sitemaps: Vec<Url>,
    /// RSS and Atom feeds.
    pub(super) feeds: Vec<Url>,
    /// Links of the page, in order.
    pub(super) links: Vec<Link>,
}

/// A link to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Where it leads, absolute.
    pub(super) url: String,
    /// What a reader sees of it.
    pub(super) text: String,
}

/// Reads the hints of a page that came from `base`, with the charset that its `Content-Type` names.
pub(super) fn read(html: &[u8], base: &Url, charset: Option<String>) -> Hints {
    let options = Options { url: Some(base.to_string()), charset, ..Options::default() };
    let text = contacts::decode(html, &options);
    let document = Document::parse(&text);
    let base = document.base.as_deref().and_then(|href| base.join(href).ok()).unwrap_or_else(|| base.clone());
    let mut hints = Hints::default();
    for element in link_elements(&text) {
        let attribute = |name| attribute(element, name).unwrap_or_default();
        let Ok(url) = base.join(attribute("href")) else { continue };
        let has_rel =
            |word: &str| attribute("rel").split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case(word));
        if has_rel("sitemap") {
            push(&mut hints.sitemaps, url);
        } else if has_rel("alternate") && is_feed(attribute("type")) {
            push(&mut hints.feeds, url);
        }
    }
    for link in &document.links {
        let Ok(mut url) = base.join(&link.href) else { continue };
        if !matches!(url.scheme(), "http" | "https") {
            continue;
        }
        url.set_fragment(None);
        if looks_like_sitemap(&url) {
            push(&mut hints.sitemaps, url);
        } else {
            let text = document.text.get(link.start..link.end).unwrap_or_default();
            hints.links.push(Link { url: url.into(), text: text.trim().to_owned() });
        }
    }
    hints
}

/// What stands between `<link` and `>` of the page's link elements, in order, at most [`ELEMENTS_MAX`].
fn link_elements(html: &str) -> impl Iterator<Item = &str> {
    let behind = |(at, _)| html.get(at + "<link".len()..);
    let starts = html.match_indices("<link").chain(html.match_indices("<LINK"));
    let inside = |rest: &str| rest.split_once('>').map(|(inside, _)| inside.len());
    starts.filter_map(behind).filter_map(move |rest| rest.get(..inside(rest)?)).take(ELEMENTS_MAX)
}

/// The value of an attribute, with or without quotes.
fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    let lower = element.to_ascii_lowercase();
    for (at, _) in lower.match_indices(name) {
        let starts_word = lower[..at].ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
        let Some(rest) = element[at + name.len()..].trim_start().strip_prefix('=') else { continue };
        if !starts_word {
            continue;
        }
        let rest = rest.trim_start();
        return match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().map(str::trim),
            _ => {
                rest.split(|c: char| c.is_ascii_whitespace()).next().map(|value| value.trim_end_matches('/'))
            }
        };
    }
    None
}

fn push(urls: &mut Vec<Url>, url: Url) {
    if urls.len() < HINTS_MAX && matches!(url.scheme(), "http" | "https") && !urls.contains(&url) {
        urls.push(url);
    }
}

fn is_feed(media_type: &str) -> bool {
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type.starts_with("application/rss+xml") || media_type.starts_with("application/atom+xml")
}

/// An XML or text file with `sitemap` in its path. A page for people (`/sitemap/`, `sitemap.html`) is none.
fn looks_like_sitemap(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    path.contains("sitemap") && [".xml", ".xml.gz", ".txt"].iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(html: &str) -> Hints {
        read(html.as_bytes(), &Url::parse("https://acme.org/de/").unwrap(), None)
    }

    fn link(url: &str, text: &str) -> Link {
        Link { url: url.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn the_text_of_a_link_is_read_in_the_charset_of_the_page() {
        let (html, ..) = encoding_rs::WINDOWS_1251
            .encode("<a href=/node/1>\u{41a}\u{43e}\u{43d}\u{442}\u{430}\u{43a}\u{442}\u{44b}</a>");
        let base = Url::parse("https://acme.ru/").unwrap();
        let found = read(&html, &base, Some("windows-1251".to_owned()));
        assert_eq!(
            found.links,
            [link("https://acme.ru/node/1", "\u{41a}\u{43e}\u{43d}\u{442}\u{430}\u{43a}\u{442}\u{44b}")]
        );
    }

    fn texts(urls: &[Url]) -> Vec<&str> {
        urls.iter().map(Url::as_str).collect()
    }

    #[test]
    fn a_link_element_names_the_sitemap() {
        let found = hints(r#"<head><link rel="Sitemap" type="application/xml" href="/my-map"></head>"#);
        assert_eq!(texts(&found.sitemaps), ["https://acme.org/my-map"]);
    }

    #[test]
    fn a_link_in_the_text_may_lead_to_a_sitemap() {
        let found = hints(r#"<a href="/sitemap_de.xml">Sitemap</a> <a href="/sitemap/">Map</a>"#);
        assert_eq!(texts(&found.sitemaps), ["https://acme.org/sitemap_de.xml"]);
        assert_eq!(found.links, [link("https://acme.org/sitemap/", "Map")]);
    }

    #[test]
    fn feeds_and_links_are_told_apart_from_mail_and_scripts() {
        let found = hints(
            r##"<link rel=alternate type="application/rss+xml" href=feed><a href="mailto:a@b.de">m</a>
            <a href="javascript:x()">j</a><a href="kontakt#form">k</a>"##,
        );
        assert_eq!(texts(&found.feeds), ["https://acme.org/de/feed"]);
        assert_eq!(found.links, [link("https://acme.org/de/kontakt", "k")]);
    }
}
