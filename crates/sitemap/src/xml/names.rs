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

#[inline]
fn exact(local: &[u8]) -> Element {
    match local {
        b"url" => Element::Url,
        b"loc" => Element::Loc,
        b"lastmod" => Element::LastMod,
        b"changefreq" => Element::ChangeFreq,
        b"priority" => Element::Priority,
        b"image" => Element::Image,
        b"video" => Element::Video,
        b"news" => Element::News,
        b"link" => Element::Link,
        b"sitemap" => Element::Sitemap,
        b"item" => Element::Item,
        b"entry" => Element::AtomEntry,
        b"guid" => Element::Guid,
        b"id" => Element::Id,
        b"pubDate" | b"pubdate" | b"published" | b"issued" => Element::Published,
        b"updated" | b"modified" | b"date" => Element::Updated,
        b"urlset" => Element::UrlSet,
        b"sitemapindex" => Element::SitemapIndex,
        b"rss" => Element::Rss,
        b"rdf" => Element::Rdf,
        b"feed" => Element::Feed,
        b"channel" => Element::Channel,
        b"html" => Element::Html,
        b"script" | b"style" => Element::Script,
        b"head" | b"body" | b"title" | b"meta" | b"div" | b"p" | b"br" | b"b" | b"a" | b"h1" | b"h2"
        | b"span" | b"center" | b"table" | b"pre" | b"font" | b"strong" | b"hr" | b"iframe" | b"form" => {
            Element::HtmlPart
        }
        _ => Element::Other,
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
