//! The parser itself: bytes pushed in at one end, entries handed out at the other.

use url::Url;

use crate::entry::Entry;
use crate::error::Error;
use crate::limits::Limits;
use crate::summary::Summary;

/// What a parse may know beforehand.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The sitemap's own address, against which relative locations are resolved. Without it they are dropped.
    pub base: Option<Url>,
    /// The charset that came with the file from outside, such as `charset=` of its Content-Type. Used only where
    /// the bytes themselves do not say.
    pub charset: Option<String>,
    /// Bounds.
    pub limits: Limits,
}

/// A push parser: [`feed`](Parser::feed) it pieces of any size, then [`finish`](Parser::finish) it.
#[derive(Debug)]
pub struct Parser {
    summary: Summary,
}

impl Parser {
    /// A parser for one file.
    pub fn new(options: Options) -> Self {
        let _ = options;
        Self { summary: Summary::default() }
    }

    /// Takes the next bytes, hands all entries that are complete to `sink`.
    ///
    /// # Errors
    /// When the input is no sitemap or passes a limit that ends the parse. Every later call gives the same error.
    pub fn feed<S: FnMut(Entry<'_>)>(&mut self, bytes: &[u8], sink: &mut S) -> Result<(), Error> {
        let _ = (bytes, sink);
        Ok(())
    }

    /// Says that the input has ended: hands out what is left and gives the summary.
    ///
    /// # Errors
    /// As [`feed`](Parser::feed); also when the input was empty or turned out to be no sitemap.
    pub fn finish<S: FnMut(Entry<'_>)>(&mut self, sink: &mut S) -> Result<Summary, Error> {
        let _ = sink;
        Ok(self.summary.clone())
    }

    /// What is known so far; after an error, what was read before it.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Whether no further input can bring an entry, so that fetching may stop.
    pub fn is_done(&self) -> bool {
        false
    }
}

/// Parses a file that is already in memory.
///
/// # Errors
/// As [`Parser::feed`] and [`Parser::finish`].
pub fn parse<S: FnMut(Entry<'_>)>(bytes: &[u8], options: Options, mut sink: S) -> Result<Summary, Error> {
    let mut parser = Parser::new(options);
    parser.feed(bytes, &mut sink)?;
    parser.finish(&mut sink)
}
