//! The element names that mean something, whatever their prefix and case.

/// What an element is, by its local name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    // Roots.
    UrlSet,
    SitemapIndex,
    Rss,
    Rdf,
    Feed,
    Channel,
    // Entries.
    Url,
    Sitemap,
    Item,
    AtomEntry,
    // Fields of sitemaps.
    Loc,
    LastMod,
    ChangeFreq,
    Priority,
    // Fields of feeds.
    Link,
    Guid,
    Id,
    /// `pubDate`, `published`, `issued`: when it came out.
    Published,
    /// `updated`, `modified`, `date`: when it was last changed.
    Updated,
    // Extensions.
    Image,
    Video,
    News,
    // What tells a web page.
    Html,
    /// `script` or `style`: what is inside is no markup.
    Script,
    /// Another element of HTML.
    HtmlPart,
    Other,
}

/// Longest name that means something, in bytes.
const LONGEST: usize = 12;

/// The element with this local name.
#[inline]
pub(crate) fn element(local: &[u8]) -> Element {
    match exact(local) {
        Element::Other if local.len() <= LONGEST && local.iter().any(u8::is_ascii_uppercase) => {
            let mut lower = [0; LONGEST];
            let lower = &mut lower[..local.len()];
            lower.copy_from_slice(local);
            lower.make_ascii_lowercase();
            exact(lower)
        }
        found => found,
    }
}

/// Sorted by length first: one comparison of lengths rules out most names.
#[inline]
fn exact(local: &[u8]) -> Element {
    match local.len() {
        3 => match local {
            b"loc" => Element::Loc,
            b"url" => Element::Url,
            b"rss" => Element::Rss,
            b"rdf" => Element::Rdf,
            b"div" | b"pre" => Element::HtmlPart,
            _ => Element::Other,
        },
        4 => match local {
            b"link" => Element::Link,
            b"news" => Element::News,
            b"item" => Element::Item,
            b"guid" => Element::Guid,
            b"date" => Element::Updated,
            b"feed" => Element::Feed,
            b"html" => Element::Html,
            b"head" | b"body" | b"meta" | b"span" | b"font" | b"form" => Element::HtmlPart,
            _ => Element::Other,
        },
        5 => match local {
            b"image" => Element::Image,
            b"video" => Element::Video,
            b"entry" => Element::AtomEntry,
            b"style" => Element::Script,
            b"title" | b"table" => Element::HtmlPart,
            _ => Element::Other,
        },
        6 => match local {
            b"urlset" => Element::UrlSet,
            b"issued" => Element::Published,
            b"script" => Element::Script,
            b"center" | b"strong" | b"iframe" => Element::HtmlPart,
            _ => Element::Other,
        },
        7 => match local {
            b"lastmod" => Element::LastMod,
            b"sitemap" => Element::Sitemap,
            b"updated" => Element::Updated,
            b"channel" => Element::Channel,
            b"pubDate" | b"pubdate" => Element::Published,
            _ => Element::Other,
        },
        _ => match local {
            b"priority" => Element::Priority,
            b"changefreq" => Element::ChangeFreq,
            b"published" => Element::Published,
            b"modified" => Element::Updated,
            b"sitemapindex" => Element::SitemapIndex,
            b"id" => Element::Id,
            b"p" | b"br" | b"b" | b"a" | b"h1" | b"h2" | b"hr" => Element::HtmlPart,
            _ => Element::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case() {
        for name in [&b"lastmod"[..], b"LASTMOD", b"LastMod"] {
            assert_eq!(element(name), Element::LastMod);
        }
        assert_eq!(element(b"RDF"), Element::Rdf);
        assert_eq!(element(b"PUBDATE"), Element::Published);
        assert_eq!(element(b"SITEMAPINDEXES"), Element::Other);
    }
}
