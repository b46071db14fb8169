//! Every bound of the parser, by name and unit, beside the limits that the protocol states.

/// What the published protocol allows. The parser accepts more (see [`Limits`]) and warns.
pub mod protocol {
    /// Most entries in one sitemap or index file. Source: sitemaps.org/protocol.html, "Sitemap index files".
    pub const MAX_ENTRIES: u64 = 50_000;
    /// Most bytes of one uncompressed file (50 MiB). Source: sitemaps.org/protocol.html.
    pub const MAX_BYTES: u64 = 52_428_800;
    /// A location is shorter than this, in characters. Source: sitemaps.org/protocol.html, `<loc>`.
    pub const MAX_LOC_CHARS: usize = 2_048;
    /// Most images of one page. Source: Google's image extension.
    pub const MAX_IMAGES: u32 = 1_000;
    /// Most articles in one news file. Source: Google's news extension.
    pub const MAX_NEWS: u64 = 1_000;
    /// How deep indexes nest: an index lists sitemaps, never other indexes. Source: sitemaps.org/protocol.html.
    /// Real sites nest two or three deep, so a walker does well to follow a few levels more and cut loops itself.
    pub const MAX_INDEX_DEPTH: usize = 1;
}

/// Bounds on one parse. `Limits::default()` takes every real sitemap seen and stops every bomb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most entries to deliver; those after it are not read
    /// ([`Warning::TooManyEntries`](crate::Warning::TooManyEntries)). Default: 50,000,000.
    pub entries: u64,
    /// Most bytes after all gzip layers ([`Error::TooManyBytes`](crate::Error::TooManyBytes)). Default: 4 GiB: memory
    /// stays flat, so this bounds time only.
    pub unpacked_bytes: u64,
    /// Most unpacked bytes for each byte received, once [`Limits::FREE_UNPACKED_BYTES`] are out
    /// ([`Error::TooCompressed`](crate::Error::TooCompressed)). Real sitemaps pack 10 to 60 times. Default: 250.
    pub unpack_ratio: u64,
    /// Most gzip layers, one inside the other ([`Error::TooDeeplyCompressed`](crate::Error::TooDeeplyCompressed)).
    /// Default: 4.
    pub gzip_layers: usize,
    /// Longest location in bytes, entities decoded; longer ones are dropped
    /// ([`Warning::LocTooLong`](crate::Warning::LocTooLong)). Default: 8,192, four times the protocol's.
    pub loc_bytes: usize,
    /// Deepest element nesting that is followed; elements below it are read as if they stood beside their parent
    /// ([`Warning::TooDeep`](crate::Warning::TooDeep)). Default: 32.
    pub depth: usize,
    /// Longest single tag, field text or text line held back until its end has come, in bytes; what is longer counts
    /// as damage. Default: 64 KiB.
    pub token_bytes: usize,
    /// Longest entry held back until its end has come, in bytes; a longer one is delivered with what was read of it
    /// ([`Warning::EntryTooLong`](crate::Warning::EntryTooLong)). Default: 2 MiB.
    pub entry_bytes: usize,
    /// How many bytes of text and markup may stand before the root element (a script's warnings, a banner).
    /// Comments are not counted. Default: 64 KiB.
    pub prolog_bytes: usize,
    /// Most warnings kept in the summary; the rest are counted only. Default: 32.
    pub warnings: usize,
}

impl Limits {
    /// Unpacked bytes that [`Limits::unpack_ratio`] does not look at: 16 MiB.
    pub const FREE_UNPACKED_BYTES: u64 = 16 << 20;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 50_000_000,
            unpacked_bytes: 4 << 30,
            unpack_ratio: 250,
            gzip_layers: 4,
            loc_bytes: 8_192,
            depth: 32,
            token_bytes: 64 << 10,
            entry_bytes: 2 << 20,
            prolog_bytes: 64 << 10,
            warnings: 32,
        }
    }
}
