//! What a parse found, in numbers: kind, charset, counts, warnings, and whether anything may be missing.

use crate::error::Warning;

/// What sort of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A `<sitemapindex>`: its entries are sitemaps.
    Index,
    /// A `<urlset>`: its entries are pages.
    UrlSet,
    /// One URL a line.
    Text,
    /// RSS 0.9x, 1.0 (RDF) or 2.0.
    Rss,
    /// An Atom feed.
    Atom,
}

impl Kind {
    /// The lower-case word for it: `index`, `urlset`, `text`, `rss`, `atom`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::UrlSet => "urlset",
            Self::Text => "text",
            Self::Rss => "rss",
            Self::Atom => "atom",
        }
    }
}

/// Which extensions occur in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtensionsSeen {
    /// `image:image`.
    pub image: bool,
    /// `video:video`.
    pub video: bool,
    /// `news:news`.
    pub news: bool,
    /// `xhtml:link`, alternates by language.
    pub alternates: bool,
}

/// Entries that were not delivered, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// No location, or an empty one.
    pub no_loc: u64,
    /// Not an http or https address.
    pub invalid_loc: u64,
    /// A location longer than the limit.
    pub loc_too_long: u64,
    /// A location cut off by the end of the file or by damage.
    pub cut: u64,
}

impl Dropped {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.no_loc + self.invalid_loc + self.loc_too_long + self.cut
    }
}

/// The outcome of a parse, also of one that ended with an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// What sort of file it is; none until it is known.
    pub kind: Option<Kind>,
    /// Which extensions occur.
    pub extensions: ExtensionsSeen,
    /// Entries delivered, pages and sitemaps.
    pub entries: u64,
    /// How many of them are child sitemaps.
    pub sitemaps: u64,
    /// Entries not delivered.
    pub dropped: Dropped,
    /// Bytes received.
    pub bytes_in: u64,
    /// Bytes after all gzip layers; equal to `bytes_in` when there is none.
    pub bytes_unpacked: u64,
    /// Gzip layers found.
    pub gzip_layers: usize,
    /// The charset the file was read in, by its WHATWG name (`UTF-8`, `windows-1251` ...; `UTF-32LE`, `UTF-32BE`).
    pub charset: &'static str,
    /// The first warnings, as many as [`Limits::warnings`](crate::Limits::warnings).
    pub warnings: Vec<Warning>,
    /// How many warnings there were.
    pub warning_count: u64,
    /// Whether the file was read to its proper end: not truncated, not damaged in its gzip layer, no limit passed.
    pub complete: bool,
}

impl Summary {
    pub(crate) fn warn(&mut self, limit: usize, warning: Warning) {
        self.warning_count += 1;
        if self.warnings.len() < limit {
            self.warnings.push(warning);
        }
    }
}
