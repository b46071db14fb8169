//! The parser itself: bytes pushed in at one end, entries handed out at the other.

use url::Url;

use crate::charset::Charset;
use crate::entry::Entry;
use crate::error::{Error, Warning};
use crate::gunzip::Gunzip;
use crate::limits::{Limits, protocol};
use crate::loc::is_padding;
use crate::outlet::Outlet;
use crate::summary::{Kind, Summary};
use crate::text::TextReader;
use crate::xml::{Reader, Refusal};

/// How much is converted and read at a time, in bytes: what fits in the processor's cache.
const PIECE_BYTES: usize = 32 << 10;
/// How much of the beginning is kept for messages: this many bytes.
const HEAD_BYTES: usize = 240;
/// How much of it a message shows, in characters.
const SHOWN_CHARS: usize = 60;

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

/// A push parser: [`feed`](Parser::feed) it pieces of any size, then [`finish`](Parser::finish) it. How the input is
/// cut into pieces makes no difference to what comes out.
#[derive(Debug)]
pub struct Parser {
    gunzip: Gunzip,
    core: Core,
    failed: Option<Error>,
}

impl Parser {
    /// A parser for one file.
    pub fn new(options: Options) -> Self {
        Self { gunzip: Gunzip::new(&options.limits), core: Core::new(options), failed: None }
    }

    /// Takes the next bytes, hands all entries that are complete to `sink`.
    ///
    /// # Errors
    /// When the input is no sitemap or passes a limit that ends the parse. Every later call gives the same error.
    pub fn feed<S: FnMut(Entry<'_>)>(&mut self, bytes: &[u8], sink: &mut S) -> Result<(), Error> {
        self.core.summary.bytes_in += bytes.len() as u64;
        self.guarded(|gunzip, core| gunzip.push(bytes, &mut |plain| core.take(plain, sink)))
    }

    /// Says that the input has ended: hands out what is left and gives the summary.
    ///
    /// # Errors
    /// As [`feed`](Parser::feed); also when the input was empty or turned out to be no sitemap.
    pub fn finish<S: FnMut(Entry<'_>)>(&mut self, sink: &mut S) -> Result<Summary, Error> {
        self.guarded(|gunzip, core| {
            gunzip.finish(&mut |plain| core.take(plain, sink))?;
            core.finish(gunzip.is_lossy(), sink)
        })?;
        for warning in self.gunzip.take_warnings() {
            self.core.warn(warning);
        }
        Ok(self.core.summary.clone())
    }

    /// What is known so far; after an error, what was read before it.
    pub fn summary(&self) -> &Summary {
        &self.core.summary
    }

    /// Whether no further input can bring an entry, so that fetching may stop.
    pub fn is_done(&self) -> bool {
        self.core.full || self.failed.is_some()
    }

    /// Runs a step unless one before it failed, and keeps its outcome.
    fn guarded(
        &mut self,
        step: impl FnOnce(&mut Gunzip, &mut Core) -> Result<(), Error>,
    ) -> Result<(), Error> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let result = step(&mut self.gunzip, &mut self.core);
        self.core.summary.gzip_layers = self.gunzip.found();
        self.failed = result.clone().err();
        result
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

/// The parser behind the gzip layers.
#[derive(Debug)]
struct Core {
    options: Options,
    summary: Summary,
    charset: Charset,
    /// Text not yet read to its end.
    window: String,
    /// How much white space came before the text.
    skipped: u64,
    /// The window is read again when it is this long: an unfinished token must have grown by half, so that reading it
    /// again and again stays linear.
    wait_for: usize,
    reader: ReaderKind,
    /// The beginning of the text, for messages.
    head: String,
    full: bool,
}

#[derive(Debug)]
enum ReaderKind {
    Unknown,
    Xml(Box<Reader>),
    Text(TextReader),
}

impl Core {
    fn new(options: Options) -> Self {
        let host = options.base.as_ref().and_then(Url::host_str);
        let tld = host.and_then(|host| host.rsplit('.').next());
        let charset = Charset::new(options.charset.as_deref(), tld);
        let summary = Summary { charset: charset.name, ..Summary::default() };
        Self {
            options,
            summary,
            charset,
            window: String::new(),
            skipped: 0,
            wait_for: 0,
            reader: ReaderKind::Unknown,
            head: String::new(),
            full: false,
        }
    }

    /// Takes unpacked bytes, up to the limit.
    fn take<S: FnMut(Entry<'_>)>(&mut self, bytes: &[u8], sink: &mut S) -> Result<(), Error> {
        let limit = self.options.limits.unpacked_bytes;
        let room = limit.saturating_sub(self.summary.bytes_unpacked);
        let allowed = &bytes[..bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
        for piece in allowed.chunks(PIECE_BYTES) {
            if self.full {
                break;
            }
            self.convert(piece, false);
            self.read(false, sink)?;
        }
        self.summary.bytes_unpacked += allowed.len() as u64;
        if allowed.len() < bytes.len() {
            self.wait_for = 0;
            self.convert(&[], true);
            self.read(false, sink)?;
            return Err(Error::TooManyBytes { limit });
        }
        Ok(())
    }

    fn convert(&mut self, piece: &[u8], last: bool) {
        let before = self.window.len();
        self.charset.push(piece, last, &mut self.window);
        if self.head.len() < HEAD_BYTES {
            let fresh = &self.window[before..];
            let fresh = if self.head.is_empty() { fresh.trim_start_matches(is_padding) } else { fresh };
            for character in fresh.chars() {
                if self.head.len() >= HEAD_BYTES {
                    break;
                }
                self.head.push(character);
            }
        }
    }

    /// Reads the window as far as it goes.
    fn read<S: FnMut(Entry<'_>)>(&mut self, last: bool, sink: &mut S) -> Result<(), Error> {
        if !last && self.window.len() < self.wait_for {
            return Ok(());
        }
        if matches!(self.reader, ReaderKind::Unknown) && !self.choose_reader(last)? {
            return Ok(());
        }
        let Self { options, summary, window, reader, full, .. } = self;
        let mut out = Outlet { options, summary, sink, full: *full };
        let (result, keep_from, waiting) = match reader {
            ReaderKind::Unknown => return Ok(()),
            ReaderKind::Xml(reader) => {
                let result = reader.run(window, last, &mut out);
                let keep_from = if last { 0 } else { reader.keep_from() };
                reader.moved(keep_from);
                (result, keep_from, reader.waiting(window.len() - keep_from))
            }
            ReaderKind::Text(reader) => {
                reader.run(window, last, &mut out);
                let keep_from = reader.keep_from();
                reader.moved(keep_from);
                (Ok(()), keep_from, reader.waiting(window.len() - keep_from))
            }
        };
        *full = out.full;
        window.drain(..keep_from);
        self.wait_for = self.window.len() + waiting / 2;
        result.map_err(|refusal| self.explain(refusal))
    }

    /// Looks at the beginning of the text. Gives false if more of it is needed.
    fn choose_reader(&mut self, last: bool) -> Result<bool, Error> {
        let padding = self.window.len() - self.window.trim_start_matches(is_padding).len();
        self.window.drain(..padding);
        self.skipped += padding as u64;
        if self.window.is_empty() {
            return Ok(false);
        }
        let is_enough = last || self.window.len() >= self.options.limits.prolog_bytes;
        if self.window.starts_with('<') {
            self.reader = ReaderKind::Xml(Box::new(Reader::at(self.skipped)));
        } else if !is_enough {
            return Ok(false);
        } else if let Some(reader) = TextReader::of(&self.window, last, self.skipped) {
            self.summary.kind = Some(Kind::Text);
            self.reader = ReaderKind::Text(reader);
        } else if has_markup(&self.window) {
            self.reader = ReaderKind::Xml(Box::new(Reader::at(self.skipped)));
        } else {
            return Err(Error::NotASitemap { found: describe(&self.head) });
        }
        Ok(true)
    }

    fn finish<S: FnMut(Entry<'_>)>(&mut self, is_lossy: bool, sink: &mut S) -> Result<(), Error> {
        self.convert(&[], true);
        self.read(true, sink)?;
        self.summary.charset = self.charset.name;
        if self.summary.bytes_unpacked > protocol::MAX_BYTES {
            self.warn(Warning::MoreBytesThanProtocol);
        }
        if self.charset.invalid {
            self.warn(Warning::InvalidCharacters { charset: self.charset.name });
        }
        if let Some(declared) = self.charset.wrong_label().map(str::to_owned) {
            self.warn(Warning::WrongCharset { declared, used: self.charset.name });
        }
        let Self { options, summary, window, reader, full, .. } = self;
        let mut out = Outlet { options, summary, sink, full: *full };
        let is_whole = match reader {
            ReaderKind::Unknown => return Err(Error::Empty),
            ReaderKind::Text(_) => Ok(true),
            ReaderKind::Xml(reader) => reader.finish(window, &mut out),
        };
        let full = out.full;
        self.summary.complete = is_whole.map_err(|refusal| self.explain(refusal))? && !is_lossy && !full;
        Ok(())
    }

    fn warn(&mut self, warning: Warning) {
        self.summary.warn(self.options.limits.warnings, warning);
    }

    fn explain(&self, refusal: Refusal) -> Error {
        match refusal {
            Refusal::Html => Error::HtmlInsteadOfSitemap { found: shown(&self.head) },
            Refusal::Other(found) => Error::NotASitemap { found },
        }
    }
}

/// Whether there is a tag or declaration somewhere.
fn has_markup(text: &str) -> bool {
    text.split('<')
        .skip(1)
        .any(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic() || "!?".contains(first)))
}

/// What the beginning of a text looks like, in words.
fn describe(head: &str) -> String {
    let unprintable =
        head.chars().filter(|&character| character.is_control() || character == '\u{FFFD}').count();
    let visible_breaks = head.matches(['\n', '\r', '\t']).count();
    if head.starts_with("PK\u{3}\u{4}") {
        "a ZIP archive".to_owned()
    } else if head.starts_with("%PDF") {
        "a PDF document".to_owned()
    } else if unprintable > visible_breaks + head.len() / 20 {
        "binary data".to_owned()
    } else if head.starts_with(['{', '[']) {
        format!("JSON, {:?}", shown(head))
    } else {
        format!("the text {:?}", shown(head))
    }
}

/// The beginning with its white space collapsed.
fn shown(head: &str) -> String {
    let words: Vec<_> = head.split_whitespace().collect();
    words.join(" ").chars().take(SHOWN_CHARS).collect()
}
