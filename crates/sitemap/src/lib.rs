//! Sitemaps from bytes to entries: streaming, tolerant, bounded. No IO.
//!
//! Bytes of any sitemap are pushed in as they arrive, entries come out as soon as they are complete:
//!
//! ```
//! use sitemap::{Options, parse};
//!
//! let xml = b"<urlset><url><loc> https://example.com/a?x=1&amp;y=2 </loc></url></urlset>";
//! let mut pages = Vec::new();
//! let summary = parse(xml, Options::default(), |entry| pages.push(entry.loc.into_owned()))?;
//! assert_eq!(pages, ["https://example.com/a?x=1&y=2"]);
//! assert!(summary.complete);
//! # Ok::<(), sitemap::Error>(())
//! ```
//!
//! The way of a byte: `gunzip` (any number of gzip layers, found by their magic bytes) -> `charset` (to
//! UTF-8) -> `window` (a short stretch of text) -> `sniff` (what is this?) -> `xml` or `text` (entries).
//! Memory is bounded by [`Limits`] whatever the length of the input, and so is the time per byte.

mod charset;
mod entity;
mod entry;
mod error;
mod extensions;
mod gunzip;
mod lastmod;
mod limits;
mod loc;
mod outlet;
mod parser;
mod summary;
mod text;
mod xml;

pub use entry::{Alternate, ChangeFreq, Entry, EntryKind, Extensions, Image, News, Video};
pub use error::{Error, Warning};
pub use lastmod::{LastMod, Precision};
pub use limits::{Limits, protocol};
pub use parser::{Options, Parser, parse};
pub use summary::{Dropped, ExtensionsSeen, Kind, Summary};
pub use url::Url;

/// Changes whenever another result may come of the same file: the number behind the plus is raised by hand.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+1");
