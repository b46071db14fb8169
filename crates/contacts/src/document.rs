//! A page as its reader sees it: one pass over the HTML gives lines of visible text, links, meta data and
//! structured items, all with their place in the text.

mod build;
mod card;
mod element;
pub(crate) mod entity;
mod item;
pub(crate) mod json;
mod line;
mod linked;
mod scope;
mod sink;
mod style;
mod tag;
mod token;

pub use item::{Item, Property, Value};
pub use line::{Gap, Line, Within};

use std::borrow::Cow;

/// Bytes of HTML that are read; the rest of a longer page is ignored.
pub const MAX_HTML_BYTES: usize = 8 << 20;

/// Bytes of [`Document::context`].
pub const MAX_CONTEXT_BYTES: usize = 80;

/// A parsed page. Offsets are byte offsets into [`Document::text`].
#[derive(Debug, Default)]
pub struct Document<'h> {
    /// The visible text: lines without empty ones, separated by one `\n`, inner white space collapsed to one
    /// space, zero-width characters and soft hyphens removed, entities decoded.
    pub text: String,
    /// The lines of `text`, in order.
    pub lines: Vec<Line>,
    /// Every `<a href>` and `<area href>`, and `<link href>` that is about the author, in order.
    pub links: Vec<Link<'h>>,
    /// Every `<meta>` with a name and a content, in order.
    pub metas: Vec<Meta<'h>>,
    /// Structured data of all syntaxes; an item stands after the items that contain it.
    pub items: Vec<Item<'h>>,
    /// The `<title>`.
    pub title: String,
    /// The `lang` of the `<html>` element (or the first on the page), as written.
    pub lang: Cow<'h, str>,
    /// The `<base href>`, when there is one.
    pub base: Option<Cow<'h, str>>,
    /// The bodies of scripts (not JSON-LD) and of event handlers.
    pub scripts: Vec<Script<'h>>,
    /// The elements with `data-*` attributes or titles that may hold an address or a part of one.
    pub cloaks: Vec<Cloak<'h>>,
    /// The addresses of `<iframe>`s.
    pub embeds: Vec<Cow<'h, str>>,
    /// The ranges of text that stood on the page in a form robots shall not read, in order of their end.
    pub decoded: Vec<Decoded>,
    /// Where inline elements start or end between two characters of the text, in order: two texts that look
    /// like one may meet there.
    pub seams: Vec<usize>,
    /// Whether a limit cut the page short.
    pub truncated: bool,
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link<'h> {
    /// The `href`, entities decoded, white space at both ends removed, otherwise as written.
    pub href: Cow<'h, str>,
    /// Where its text starts.
    pub start: usize,
    /// Where its text ends; may be equal to `start`.
    pub end: usize,
    /// The `rel` attribute.
    pub rel: Cow<'h, str>,
}

/// A `<meta>` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta<'h> {
    /// Its `property`, `name`, `itemprop` or `http-equiv`, in lower case.
    pub name: String,
    /// Its `content`, entities decoded.
    pub content: Cow<'h, str>,
}

/// A script or an event handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script<'h> {
    /// Its code.
    pub body: Cow<'h, str>,
    /// Where it stands in the text.
    pub at: usize,
}

/// An element whose attributes may hide an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloak<'h> {
    /// Where it stands in the text.
    pub at: usize,
    /// Its class names, as written.
    pub class: &'h str,
    /// Its `data-*`, `title`, `alt` and `aria-label` attributes, names in lower case, values decoded.
    pub attributes: Vec<(String, Cow<'h, str>)>,
}

/// A range of text that was decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// How: `Cloudflare` or `Deobfuscated`.
    pub source: crate::Source,
}

impl<'h> Document<'h> {
    /// Reads a page. Any text is a page; what HTML does not allow is read as browsers do, as far as matters.
    pub fn parse(source: &'h str) -> Self {
        let read = &source[..source.floor_char_boundary(MAX_HTML_BYTES)];
        let mut document = build::Builder::new(read).build();
        document.truncated |= read.len() < source.len();
        document
    }

    /// The text of a range, cut to character boundaries and to the text's end.
    pub fn slice(&self, start: usize, end: usize) -> &str {
        let end = self.text.floor_char_boundary(end);
        &self.text[self.text.floor_char_boundary(start.min(end))..end]
    }

    /// The index of the line that holds an offset, when there is one.
    pub fn line_at(&self, offset: usize) -> Option<usize> {
        let index = self.lines.partition_point(|line| line.end < offset);
        (index < self.lines.len() && self.lines[index].start <= offset).then_some(index)
    }

    /// The text of a line.
    pub fn line_text(&self, line: &Line) -> &str {
        self.slice(line.start, line.end)
    }

    /// The text of a link.
    pub fn link_text(&self, link: &Link<'_>) -> &str {
        self.slice(link.start, link.end)
    }

    /// The text around a range on its own line: up to [`MAX_CONTEXT_BYTES`], cut between words.
    pub fn context(&self, start: usize, end: usize) -> String {
        let end = end.min(start.saturating_add(MAX_CONTEXT_BYTES));
        let (line_start, line_end) = match self.line_at(start) {
            Some(index) => (self.lines[index].start, self.lines[index].end),
            None => (start, end),
        };
        let room = (MAX_CONTEXT_BYTES - end.saturating_sub(start)) / 2;
        let before = self.slice(start.saturating_sub(room).max(line_start), start);
        let after = self.slice(end, end.saturating_add(room).min(line_end));
        let cut_before = start.saturating_sub(room) > line_start;
        let before = if cut_before { before.split_once(' ').map_or("", |(_, rest)| rest) } else { before };
        let cut_after = end.saturating_add(room) < line_end;
        let after = if cut_after { after.rsplit_once(' ').map_or("", |(rest, _)| rest) } else { after };
        let context = [before, self.slice(start, end), after].concat();
        context.trim().replace('\n', " ")
    }
}

#[cfg(test)]
mod tests;
