//! What a sitemap's words are in the catalogue: its entries, its kind, its extensions.

use clock::Timestamp;
use model::{FoundBy, PageUrl, SitemapType};
use sitemap::{Entry, EntryKind, ExtensionsSeen, Kind};
use store::{FoundFile, SitemapFileRow};

use crate::plan;

/// How many sitemaps an index may list; more are left out and counted.
pub(crate) const INDEX_FILES_MAX: usize = 50_000;
/// How many indexes may lead to a sitemap.
pub(crate) const INDEX_DEPTH_MAX: i64 = 5;

/// What one entry is to the catalogue.
#[derive(Debug)]
pub(crate) enum Listed {
    /// A page, to be judged by its address.
    Page(Option<Timestamp>),
    /// A further sitemap.
    File(FoundFile),
    /// Nothing that is taken, and why.
    Rejected(&'static str),
}

impl Listed {
    /// Reads an entry of the file at `parent`, to which `depth` indexes lead. A child's kind is what the protocol wants,
    /// a list of pages; its import says what it is.
    pub(crate) fn read(entry: &Entry<'_>, parent: &str, depth: i64) -> Self {
        let lastmod = entry.lastmod.map(|lastmod| Timestamp(lastmod.unix_ms()));
        if entry.kind == EntryKind::Page {
            return Self::Page(lastmod);
        }
        if depth >= INDEX_DEPTH_MAX {
            return Self::Rejected("too_deep");
        }
        let Ok(url) = PageUrl::parse(&entry.loc) else { return Self::Rejected("invalid_url") };
        Self::File(FoundFile {
            parent_url: Some(parent.to_owned()),
            depth: depth + 1,
            lastmod,
            sitemap_type: Some(SitemapType::Urlset),
            ..file(url, FoundBy::Index)
        })
    }
}

/// A file of which no more is known than where it is and how it was found.
pub(crate) fn file(url: PageUrl, found_by: FoundBy) -> FoundFile {
    FoundFile {
        url_key: url.key(),
        lane: plan::lane(&url),
        parent_url: None,
        depth: 0,
        found_by,
        sitemap_type: None,
        extensions: String::new(),
        size_bytes: None,
        lastmod: None,
        url: url.into_string(),
    }
}

/// A file that is known already, as if it were found again; none if its address is none any more.
pub(crate) fn again(row: &SitemapFileRow) -> Option<FoundFile> {
    let url = PageUrl::parse(&row.url).ok()?;
    Some(FoundFile {
        parent_url: row.parent_url.clone(),
        depth: row.depth,
        sitemap_type: row.sitemap_type,
        ..file(url, row.found_by)
    })
}

/// The catalogue's word for the parser's.
pub(crate) fn sitemap_type(kind: Kind) -> SitemapType {
    match kind {
        Kind::Index => SitemapType::Index,
        Kind::UrlSet => SitemapType::Urlset,
        Kind::Text => SitemapType::Text,
        Kind::Rss => SitemapType::Rss,
        Kind::Atom => SitemapType::Atom,
    }
}

/// The extensions as words.
pub(crate) fn extensions(seen: ExtensionsSeen) -> String {
    let words =
        [("image", seen.image), ("video", seen.video), ("news", seen.news), ("alternates", seen.alternates)];
    words.into_iter().filter_map(|(word, seen)| seen.then_some(word)).collect::<Vec<_>>().join(" ")
}
