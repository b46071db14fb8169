//! Finds the root element behind whatever stands before it, and tells web pages from sitemaps.

use crate::entry::Entry;
use crate::error::Warning;
use crate::outlet::Outlet;
use crate::summary::Kind;
use crate::xml::base::Bases;
use crate::xml::names::Element;
use crate::xml::scan::NameId;
use crate::xml::{Reader, Root, Tag};

/// Longest stretch of the root's attributes that is kept, in bytes.
const ATTRIBUTE_BYTES: usize = 4 << 10;
/// Longest name that is kept for a message, in characters.
const NAME_CHARS: usize = 40;

/// The document is no sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A web page.
    Html,
    /// Something else, in words.
    Other(String),
}

/// What was seen before the root.
#[derive(Debug, Default)]
pub(super) struct Prolog {
    /// Bytes other than white space, comments and declarations.
    junk: u64,
    /// Within `<html>`, where no root can stand.
    in_html: bool,
    /// Some tag of HTML was seen.
    like_html: bool,
    /// Within `<script>` or `<style>`.
    script: Option<NameId>,
    /// The first element that is no part of a web page.
    first: Option<String>,
}

impl Prolog {
    pub(super) fn text(&mut self, piece: &str) {
        self.junk += piece.bytes().filter(|byte| !byte.is_ascii_whitespace()).count() as u64;
    }

    pub(super) fn end_tag(&mut self, id: NameId, element: Element) {
        if self.script == Some(id) {
            self.script = None;
        }
        if element == Element::Html && self.script.is_none() {
            self.in_html = false;
        }
    }

    /// Gives up when too much has come without a root.
    #[inline]
    pub(super) fn check(&self, limit: usize) -> Result<(), Refusal> {
        if self.junk > limit as u64 { Err(self.refusal()) } else { Ok(()) }
    }

    /// What to say of a document without a root.
    pub(super) fn refusal(&self) -> Refusal {
        match &self.first {
            _ if self.like_html => Refusal::Html,
            Some(name) => Refusal::Other(format!("an XML document of another kind (<{name}>)")),
            None => Refusal::Other("an XML document without content".to_owned()),
        }
    }

    /// Takes a tag that is not the root.
    fn skip(&mut self, name: &str, id: NameId, tag: Tag) {
        self.junk += (tag.after - tag.at) as u64;
        match tag.element {
            Element::Html => (self.in_html, self.like_html) = (true, true),
            Element::Script => (self.script, self.like_html) = ((!tag.empty).then_some(id), true),
            Element::HtmlPart | Element::Link if self.first.is_none() => self.like_html = true,
            _ if self.first.is_none() => self.first = Some(name.chars().take(NAME_CHARS).collect()),
            _ => {}
        }
    }
}

impl Reader {
    /// Whether `tag` is the root, or an entry where there is none; if it is an entry, it is still to be taken.
    pub(super) fn find_root<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        tag: Tag,
        out: &mut Outlet<'_, S>,
    ) -> Result<bool, Refusal> {
        let id = tag.name.id(text.as_bytes());
        let is_first = self.prolog.first.is_none() && !self.prolog.like_html;
        let known = match tag.element {
            _ if self.prolog.in_html || self.prolog.script.is_some() => None,
            Element::UrlSet => Some((Kind::UrlSet, false)),
            Element::SitemapIndex => Some((Kind::Index, false)),
            Element::Rss | Element::Rdf => Some((Kind::Rss, false)),
            Element::Feed => Some((Kind::Atom, false)),
            Element::Channel if is_first => Some((Kind::Rss, false)),
            Element::Url => Some((Kind::UrlSet, true)),
            Element::Sitemap => Some((Kind::Index, true)),
            Element::Item if is_first => Some((Kind::Rss, true)),
            Element::AtomEntry if is_first => Some((Kind::Atom, true)),
            _ => None,
        };
        let Some((kind, headless)) = known else {
            self.prolog.skip(text.get(tag.name.from..tag.name.to).unwrap_or_default(), id, tag);
            return Ok(false);
        };
        if self.prolog.junk > 0 {
            out.warn(Warning::JunkBefore { bytes: self.prolog.junk });
        }
        out.summary.kind = Some(kind);
        let attributes = &text[tag.name.to..tag.close];
        let attributes = attributes.get(..ATTRIBUTE_BYTES).unwrap_or(attributes).to_owned();
        let is_feed = matches!(kind, Kind::Rss | Kind::Atom);
        if is_feed {
            self.bases = Bases::of_root(&attributes, out.options.base.as_ref());
        }
        self.root = Some(Root { name: id, is_feed, headless, closed: tag.empty && !headless, attributes });
        if !headless {
            self.boundary = tag.after;
        }
        Ok(headless)
    }
}
