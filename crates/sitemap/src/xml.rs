//! Reads entries from XML, and from what was meant to be XML: one pass, no tree, picking up behind any damage.

mod base;
mod fields;
pub(crate) mod names;
mod open;
mod prolog;
pub(crate) mod scan;

use memchr::{memchr, memmem};
use url::Url;

use crate::entry::{Entry, Extensions};
use crate::error::Warning;
use crate::loc;
use crate::outlet::{Found, Outlet};
use crate::summary::Kind;
use base::Bases;
use names::Element;
use open::{Field, LocSource, Open};
use prolog::Prolog;
pub(crate) use prolog::Refusal;
use scan::{Name, NameId, Rules, Token};

/// A reader for one document. It is run over a buffer whose beginning moves; see [`Reader::keep_from`].
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// Up to here the buffer has been read.
    pos: usize,
    /// Where the buffer begins in the text.
    offset: u64,
    inside: Inside,
    /// An unclosed declaration was seen.
    wary: bool,
    /// What is known before the root element has come.
    prolog: Prolog,
    root: Option<Root>,
    /// What a feed's relative locations are resolved against.
    bases: Bases,
    /// Names of the elements open below the entry, or below the root between entries.
    stack: Vec<NameId>,
    entry: Option<Open>,
    /// Where the last whole tag ended, in the buffer.
    boundary: usize,
    capture: Option<Capture>,
    /// Text of the field being captured.
    captured: String,
    /// The location of the open entry, where it is not a stretch of the buffer.
    loc_copy: String,
}

/// What sort of document it is.
#[derive(Debug)]
struct Root {
    name: NameId,
    is_feed: bool,
    /// There is no root element; the document began with an entry.
    headless: bool,
    closed: bool,
    /// The root's attributes, where prefixes are declared.
    attributes: String,
}

/// Where the reader is when a stretch of text has no end in the buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Content,
    Comment,
    CData,
}

/// A field whose text comes in several pieces.
#[derive(Debug)]
struct Capture {
    field: Field,
    name: NameId,
    /// How many more bytes it may hold; none when it held too many.
    room: Option<usize>,
}

/// A start tag in the buffer.
#[derive(Clone, Copy)]
struct Tag {
    at: usize,
    name: Name,
    close: usize,
    after: usize,
    empty: bool,
    element: Element,
}

impl Reader {
    /// A reader for a document that begins at `offset` of the text.
    pub(crate) fn at(offset: u64) -> Self {
        Self { offset, ..Self::default() }
    }

    /// Reads as far as `text` allows. `last` says that nothing follows it.
    pub(crate) fn run<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        last: bool,
        out: &mut Outlet<'_, S>,
    ) -> Result<(), Refusal> {
        let limits = &out.options.limits;
        let (token_bytes, entry_bytes) = (limits.token_bytes, limits.entry_bytes);
        while self.pos < text.len() && !out.full {
            if self.inside != Inside::Content {
                if !self.pass_through(text, last, out) {
                    break;
                }
            } else if !self.step(text, Rules { limit: token_bytes, last, wary: self.wary }, out)? {
                break;
            }
            if let Some(entry) = &self.entry
                && self.pos - entry.start > entry_bytes
            {
                self.cut_entry(text, out);
            }
            self.prolog.check(out.options.limits.prolog_bytes)?;
        }
        Ok(())
    }

    /// From here on the buffer is still needed.
    pub(crate) fn keep_from(&self) -> usize {
        self.entry.as_ref().map_or(self.pos, |entry| entry.start.min(self.pos))
    }

    /// Says that the first `bytes` of the buffer are gone.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.offset += bytes as u64;
        self.pos -= bytes;
        self.boundary = self.boundary.saturating_sub(bytes);
        if let Some(entry) = &mut self.entry {
            entry.start -= bytes;
        }
    }

    /// How much of the buffer is an unfinished token.
    pub(crate) fn waiting(&self, buffered: usize) -> usize {
        buffered.saturating_sub(self.pos)
    }

    /// Reads text up to the next markup and that markup. Gives false if more input is needed first.
    #[inline]
    fn step<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        rules: Rules,
        out: &mut Outlet<'_, S>,
    ) -> Result<bool, Refusal> {
        let buf = text.as_bytes();
        let found = memchr(b'<', &buf[self.pos..]);
        let at = found.map_or(buf.len(), |found| self.pos + found);
        if at > self.pos {
            self.text(&text[self.pos..at]);
            self.pos = at;
        }
        if found.is_none() {
            return Ok(true);
        }
        match scan::token(buf, at, rules) {
            Token::Start { name, close, after, empty } => {
                let element = names::element(name.local_of(buf));
                let tag = Tag { at, name, close, after, empty, element };
                return self.start_tag(text, tag, rules, out);
            }
            Token::End { name, after } => {
                self.pos = after;
                self.end_tag(text, at, name, out);
                self.boundary = after;
            }
            Token::Comment { after } => (self.pos, self.inside) = (after, Inside::Comment),
            Token::CData { after } => (self.pos, self.inside) = (after, Inside::CData),
            Token::Ignored { after } => self.pos = after,
            Token::Unclosed { after } => {
                (self.pos, self.wary) = (text.ceil_char_boundary(after), true);
                self.malformed(at, "a declaration is not closed", out);
            }
            Token::Stray => {
                self.pos = at + 1;
                self.text("<");
                self.malformed(at, "a < that begins no tag", out);
            }
            Token::Incomplete => return Ok(false),
        }
        Ok(true)
    }

    fn malformed<S: FnMut(Entry<'_>)>(&self, at: usize, what: &'static str, out: &mut Outlet<'_, S>) {
        if self.root.is_some() {
            out.warn(Warning::MalformedXml { offset: self.offset + at as u64, what });
        }
    }

    fn text(&mut self, piece: &str) {
        if self.capture.is_some() {
            self.keep(piece);
        } else if self.root.is_none() {
            self.prolog.text(piece);
        }
    }

    /// Passes over a comment, or through a CDATA section, as far as the buffer goes. Gives false if that is no step.
    fn pass_through<S: FnMut(Entry<'_>)>(&mut self, text: &str, last: bool, out: &mut Outlet<'_, S>) -> bool {
        let rest = &text.as_bytes()[self.pos..];
        let (end, filler) =
            if self.inside == Inside::Comment { (&b"-->"[..], b'-') } else { (&b"]]>"[..], b']') };
        let found = memmem::find(rest, end);
        // Text of a field holds no `<`: there the section's end was forgotten.
        let stop = if self.inside == Inside::CData && self.capture.is_some() {
            memchr(b'<', &rest[..found.unwrap_or(rest.len())])
        } else {
            None
        };
        let held = rest.iter().rev().take(2).take_while(|&&byte| byte == filler && !last).count();
        let (content, used) = match (stop, found) {
            (Some(stop), _) => (stop, stop),
            (None, Some(found)) => (found, found + end.len()),
            (None, None) => (rest.len() - held, rest.len() - held),
        };
        if self.inside == Inside::CData && self.capture.is_some() {
            self.keep(&text[self.pos..self.pos + content]);
        }
        if let Some(stop) = stop {
            self.malformed(self.pos + stop, "a CDATA section is not closed", out);
        }
        let is_over = stop.is_some() || found.is_some();
        if is_over {
            self.inside = Inside::Content;
        }
        self.pos += used;
        is_over || used > 0
    }

    /// Takes a start tag. Gives false if more input is needed to understand it.
    #[inline]
    fn start_tag<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        tag: Tag,
        rules: Rules,
        out: &mut Outlet<'_, S>,
    ) -> Result<bool, Refusal> {
        if self.root.is_none() && !self.find_root(text, tag, out)? {
            self.pos = tag.after;
            return Ok(true);
        }
        let is_entry = self.is_entry(tag.element);
        if is_entry && self.entry.is_some() && !self.stack.is_empty() && self.capture.is_none() {
            match followed_by_text(text.as_bytes(), tag.after, rules) {
                None => return Ok(false),
                Some(true) => {
                    self.pass(text, tag, out);
                    return Ok(true);
                }
                Some(false) => {}
            }
        }
        if self.capture.is_some() && !self.interrupt(tag, is_entry, out) {
            self.pass(text, tag, out);
        } else if is_entry {
            self.open_entry(text, tag, out);
        } else if !self.stack.is_empty() || !self.take_field(text, tag, out) {
            self.pass(text, tag, out);
        }
        Ok(true)
    }

    /// Takes a tag that means nothing but nesting.
    fn pass<S: FnMut(Entry<'_>)>(&mut self, text: &str, tag: Tag, out: &mut Outlet<'_, S>) {
        (self.pos, self.boundary) = (tag.after, tag.after);
        if tag.empty {
            return;
        }
        let limit = out.options.limits.depth;
        if self.stack.len() < limit {
            self.stack.push(tag.name.id(text.as_bytes()));
        } else {
            out.warn(Warning::TooDeep { offset: self.offset + tag.at as u64, limit });
        }
    }

    fn is_entry(&self, element: Element) -> bool {
        match element {
            Element::Url | Element::Sitemap => self.root.as_ref().is_some_and(|root| !root.is_feed),
            Element::Item | Element::AtomEntry => self.root.as_ref().is_some_and(|root| root.is_feed),
            _ => false,
        }
    }

    fn open_entry<S: FnMut(Entry<'_>)>(&mut self, text: &str, tag: Tag, out: &mut Outlet<'_, S>) {
        if self.entry.is_some() {
            self.malformed(tag.at, "an entry is not closed before the next", out);
            self.close_entry(text, tag.at, out);
        }
        self.stack.clear();
        self.begin_entry(text, tag, out.options.base.as_ref());
        (self.pos, self.boundary) = (tag.after, tag.after);
        if tag.empty {
            self.close_entry(text, tag.after, out);
        }
    }

    fn begin_entry(&mut self, text: &str, tag: Tag, document: Option<&Url>) {
        let buf = text.as_bytes();
        let prefix = NameId::of(tag.name.prefix_of(buf));
        self.entry = Some(Open::new(tag.at, tag.name.id(buf), prefix, tag.element));
        if matches!(tag.element, Element::Item | Element::AtomEntry) {
            let attributes = &text[tag.name.to..tag.close];
            self.bases.begin_entry(attributes, document);
            if tag.element == Element::Item {
                self.take_about(attributes, document);
            }
        }
    }

    #[inline]
    fn end_tag<S: FnMut(Entry<'_>)>(&mut self, text: &str, at: usize, name: Name, out: &mut Outlet<'_, S>) {
        let id = name.id(text.as_bytes());
        if self.root.is_none() {
            return self.prolog.end_tag(id, names::element(name.local_of(text.as_bytes())));
        }
        if let Some(found) = self.stack.iter().rposition(|&open| open == id) {
            return self.stack.truncate(found);
        }
        if let Some(capture) = &self.capture {
            let closes_it = capture.name == id;
            self.stack.clear();
            if !closes_it {
                self.malformed(at, "an end tag of another name", out);
            }
            self.end_capture(out);
            if closes_it {
                return;
            }
        }
        self.end_outer(text, id, out);
    }

    /// Takes the end tag of the entry or of the root.
    fn end_outer<S: FnMut(Entry<'_>)>(&mut self, text: &str, id: NameId, out: &mut Outlet<'_, S>) {
        if self.entry.as_ref().is_some_and(|entry| entry.name == id) {
            self.close_entry(text, self.pos, out);
        } else if let Some(root) = self.root.as_mut().filter(|root| root.name == id) {
            root.closed = true;
            self.close_entry(text, self.pos, out);
        }
    }

    /// Hands out the open entry, which ends at `end`.
    fn close_entry<S: FnMut(Entry<'_>)>(&mut self, text: &str, end: usize, out: &mut Outlet<'_, S>) {
        self.drop_capture(out);
        self.stack.clear();
        let Some(entry) = self.entry.take() else { return };
        let bare = if entry.loc_rank == 0 { bare_loc(&text[entry.start..end]) } else { None };
        let loc = match (bare, entry.loc) {
            (Some(bare), _) => bare,
            (None, _) if entry.loc_rank == 0 => {
                out.summary.dropped.no_loc += u64::from(!entry.loc_lost);
                return;
            }
            (None, LocSource::Buffer(from, to)) => &text[entry.start + from..entry.start + to],
            (None, LocSource::Copy) => self.loc_copy.as_str(),
        };
        let extensions = Extensions {
            image_count: entry.images,
            video_count: entry.videos,
            news_count: entry.news,
            alternate_count: entry.alternates,
            raw: &text[entry.start..end],
        };
        out.deliver(Found {
            kind: entry.kind(),
            loc,
            escaped: true,
            offset: self.offset + entry.start as u64,
            lastmod: entry.lastmod,
            changefreq: entry.changefreq,
            priority: entry.priority,
            extensions,
        });
    }

    /// Ends an entry that is longer than the limit: with its location it goes out as it is, else only its beginning is
    /// forgotten.
    fn cut_entry<S: FnMut(Entry<'_>)>(&mut self, text: &str, out: &mut Outlet<'_, S>) {
        let Some(entry) = &mut self.entry else { return };
        let limit = out.options.limits.entry_bytes;
        out.warn(Warning::EntryTooLong { offset: self.offset + entry.start as u64, limit });
        if entry.loc_rank > 0 {
            let end = self.boundary.max(entry.start);
            self.close_entry(text, end, out);
        } else {
            entry.start = self.pos;
        }
    }

    /// Says that the input has ended, after the last run over `text`.
    pub(crate) fn finish<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        out: &mut Outlet<'_, S>,
    ) -> Result<bool, Refusal> {
        let Some(root) = &self.root else { return Err(self.prolog.refusal()) };
        let whole = root.closed || (root.headless && self.entry.is_none() && self.capture.is_none());
        let headless = root.headless;
        self.close_entry(text, self.boundary.max(self.keep_from()), out);
        if headless {
            self.settle_kind(out)?;
        }
        let whole = whole && self.inside == Inside::Content;
        if !whole && !out.full {
            out.warn(Warning::Truncated { offset: self.offset + text.len() as u64 });
        }
        Ok(whole)
    }

    /// A document without a root is what its entries are; without any location it is nothing.
    fn settle_kind<S: FnMut(Entry<'_>)>(&self, out: &mut Outlet<'_, S>) -> Result<(), Refusal> {
        let summary = &mut *out.summary;
        if summary.entries == 0 && summary.dropped.total() == summary.dropped.no_loc {
            return Err(self.prolog.refusal());
        }
        if summary.kind == Some(Kind::Index) && summary.sitemaps == 0 {
            summary.kind = Some(Kind::UrlSet);
        }
        Ok(())
    }
}

/// The address in `<url>address</url>`, where someone forgot the `<loc>`.
#[cold]
fn bare_loc(raw: &str) -> Option<&str> {
    let (_, content) = raw.split_once('>')?;
    let (text, end) = content.split_at(content.find('<')?);
    let is_address = loc::trim(text).get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
    (is_address && end.starts_with("</")).then_some(text)
}

/// Whether text follows at `after`, rather than a tag. None if that is not in the buffer yet.
fn followed_by_text(buf: &[u8], after: usize, rules: Rules) -> Option<bool> {
    let reach = buf.len().min(after.saturating_add(rules.limit));
    let rest = &buf[after..reach];
    match rest.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(&byte) => Some(byte != b'<'),
        None if rules.last || rest.len() >= rules.limit => Some(false),
        None => None,
    }
}
