//! What ends a parse ([`Error`]) and what is only told ([`Warning`]): each says what was found and what to do.

/// Why the input is no sitemap, or was not read to its end. Entries delivered before it stay valid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There was nothing but white space.
    #[error("the sitemap is empty: the server sent no content; check its address in a browser")]
    Empty,
    /// A web page came instead, as servers do for a missing file with status 200.
    #[error(
        "found an HTML page instead of a sitemap (it begins with {found:?}); check that the address is the sitemap's"
    )]
    HtmlInsteadOfSitemap {
        /// The beginning of the page, at most 60 characters.
        found: String,
    },
    /// Neither XML sitemap, nor feed, nor a list of addresses.
    #[error(
        "this is not a sitemap: found {found}; expected <urlset>, <sitemapindex>, an RSS or Atom feed, or one URL a line"
    )]
    NotASitemap {
        /// What was found instead, in words.
        found: String,
    },
    /// More unpacked bytes than [`Limits::unpacked_bytes`](crate::Limits::unpacked_bytes).
    #[error(
        "the sitemap is larger than {limit} bytes unpacked; raise the limit `unpacked_bytes` if that is meant"
    )]
    TooManyBytes {
        /// The limit that was reached, in bytes.
        limit: u64,
    },
    /// Unpacks to more than [`Limits::unpack_ratio`](crate::Limits::unpack_ratio) times its size: a compression bomb.
    #[error(
        "the sitemap unpacks to more than {ratio} times its size, as compression bombs do; raise `unpack_ratio` if that is meant"
    )]
    TooCompressed {
        /// The limit that was passed, unpacked bytes for one byte received.
        ratio: u64,
    },
    /// More gzip layers than [`Limits::gzip_layers`](crate::Limits::gzip_layers).
    #[error(
        "the sitemap is compressed more than {limit} times over; raise the limit `gzip_layers` if that is meant"
    )]
    TooDeeplyCompressed {
        /// The limit that was passed, in layers.
        limit: usize,
    },
}

/// Damage or excess that cost nothing, or only what it says. Offsets count bytes of the unpacked text in UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The input ends before its root element is closed.
    #[error("the file ends before its end tag, at byte {offset}: entries may be missing")]
    Truncated {
        /// Where the input ends.
        offset: u64,
    },
    /// Markup that is not well-formed; reading went on behind it.
    #[error("malformed XML at byte {offset}: {what}")]
    MalformedXml {
        /// Where the damage is.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// Text or markup stood before the root element and was skipped.
    #[error("{bytes} bytes of other content before the sitemap were skipped")]
    JunkBefore {
        /// How much was skipped.
        bytes: u64,
    },
    /// [`Limits::entries`](crate::Limits::entries) was reached; the rest was not read.
    #[error("stopped after {limit} entries; raise the limit `entries` to read on")]
    TooManyEntries {
        /// The limit that was reached.
        limit: u64,
    },
    /// More entries than the protocol allows in one file; all were delivered.
    #[error("more than 50,000 entries in one file: the protocol asks for several files and an index")]
    MoreEntriesThanProtocol,
    /// More bytes than the protocol allows in one file; all were read.
    #[error("more than 52,428,800 bytes in one file: the protocol asks for several files and an index")]
    MoreBytesThanProtocol,
    /// A location longer than [`Limits::loc_bytes`](crate::Limits::loc_bytes); its entry was dropped.
    #[error("a location longer than {limit} bytes was dropped at byte {offset}")]
    LocTooLong {
        /// Where its entry begins.
        offset: u64,
        /// The limit that was passed, in bytes.
        limit: usize,
    },
    /// A location that is no http or https address; its entry was dropped.
    #[error("{loc:?} at byte {offset} is not an http or https address and was dropped")]
    InvalidLoc {
        /// Where its entry begins.
        offset: u64,
        /// The location as found, at most 100 characters.
        loc: String,
    },
    /// An entry longer than [`Limits::entry_bytes`](crate::Limits::entry_bytes); its later parts were not read.
    #[error("an entry longer than {limit} bytes at byte {offset} was cut")]
    EntryTooLong {
        /// Where it begins.
        offset: u64,
        /// The limit that was passed, in bytes.
        limit: usize,
    },
    /// Elements nested deeper than [`Limits::depth`](crate::Limits::depth).
    #[error("elements nest deeper than {limit} at byte {offset}")]
    TooDeep {
        /// Where the limit was passed.
        offset: u64,
        /// The limit that was passed, in elements.
        limit: usize,
    },
    /// Bytes after the end of the gzip stream were ignored.
    #[error("bytes after the end of the gzip data were ignored")]
    GzipTrailingJunk,
    /// The gzip stream ends early; what could be unpacked was read.
    #[error("the gzip data end early: entries may be missing")]
    GzipTruncated,
    /// The gzip stream is damaged; what came before was read.
    #[error("the gzip data are damaged after {unpacked} unpacked bytes: entries may be missing")]
    GzipDamaged {
        /// How many bytes were unpacked before the damage.
        unpacked: u64,
    },
    /// The gzip checksum or length does not fit; everything was read.
    #[error("the gzip checksum does not fit the data")]
    GzipChecksum,
    /// Byte sequences that are invalid in the charset; replaced by U+FFFD.
    #[error("bytes that are invalid in {charset} were replaced")]
    InvalidCharacters {
        /// The charset in use.
        charset: &'static str,
    },
    /// The file declares another charset than it is written in; what it is written in was used.
    #[error("the file declares the charset {declared:?} but is written in {used}")]
    WrongCharset {
        /// The label as declared, at most 40 characters.
        declared: String,
        /// The charset that was used.
        used: &'static str,
    },
}
