//! What is known of a sitemap file beside its address.

use crate::words::words;

/// What a sitemap file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SitemapType {
    /// A list of other sitemap files.
    Index,
    /// A list of pages in XML.
    Urlset,
    /// A list of pages, one a line.
    Text,
    /// An RSS feed.
    Rss,
    /// An Atom feed.
    Atom,
}

words!(SitemapType, UnknownSitemapType, "sitemap type", {
    Index => "index", Urlset => "urlset", Text => "text", Rss => "rss", Atom => "atom",
});

/// How a sitemap file came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoundBy {
    /// A `Sitemap:` line of robots.txt.
    Robots,
    /// One of the paths where sitemaps usually stand.
    WellKnown,
    /// A link in the home page.
    HomePage,
    /// A sitemap index lists it.
    Index,
    /// A person gave its address.
    Given,
}

words!(FoundBy, UnknownFoundBy, "way of finding", {
    Robots => "robots", WellKnown => "well_known", HomePage => "home_page", Index => "index", Given => "given",
});
