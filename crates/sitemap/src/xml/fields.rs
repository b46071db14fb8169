//! The fields of an entry: which tag is which, and its text, in one piece or in several.

use memchr::memchr;
use url::Url;

use crate::entry::Entry;
use crate::outlet::Outlet;
use crate::xml::names::Element;
use crate::xml::open::{Field, LocSource};
use crate::xml::scan::{NameId, attribute};
use crate::xml::{Capture, Reader, Tag};

/// How good a location is, by where it stands; the best one counts.
mod rank {
    /// `<loc>`, `<link>` in RSS, `<link rel="alternate">` in Atom.
    pub(super) const OWN: u8 = 5;
    /// An alternate in another format, a `<link>` with text in Atom.
    pub(super) const NEXT: u8 = 4;
    /// `<guid>`.
    pub(super) const GUID: u8 = 3;
    /// `<link rel="self">`; `<atom:link>` in RSS.
    pub(super) const SELF: u8 = 2;
    /// `rdf:about`, Atom's `<id>`, a `<loc>` with a prefix that nothing explains.
    pub(super) const LAST: u8 = 1;
}

impl Reader {
    /// Takes a tag directly below the entry, or directly below the root, if it is a field.
    #[inline]
    pub(super) fn take_field<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        tag: Tag,
        out: &mut Outlet<'_, S>,
    ) -> bool {
        if tag.element == Element::Other {
            return false;
        }
        if tag.element == Element::Loc && !self.make_room_for_loc(text, tag, out) {
            return false;
        }
        let Some(is_feed) = self.entry.as_ref().map(|entry| entry.is_feed()) else { return false };
        let document = out.options.base.as_ref();
        let field =
            if is_feed { self.feed_field(text, tag, document) } else { self.sitemap_field(text, tag, out) };
        let Some(field) = field.filter(|_| !tag.empty) else { return false };
        self.take_text(text, tag, field, out);
        true
    }

    /// A `<loc>` outside any entry, or a second one in an entry, begins an entry of its own.
    fn make_room_for_loc<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        tag: Tag,
        out: &mut Outlet<'_, S>,
    ) -> bool {
        let (element, prefix) = match &self.entry {
            Some(entry) if entry.loc_rank < rank::OWN || entry.is_feed() => return true,
            Some(entry) => (entry.element, entry.prefix),
            None => {
                let is_index = out.summary.kind == Some(crate::Kind::Index);
                (if is_index { Element::Sitemap } else { Element::Url }, NameId::of(b""))
            }
        };
        let is_sitemap = self.root.as_ref().is_some_and(|root| !root.is_feed && !root.closed);
        if !is_sitemap || !self.is_own(text, tag, prefix) {
            return self.entry.is_some();
        }
        let name = self.entry.as_ref().map(|entry| entry.name);
        self.close_entry(text, tag.at, out);
        self.begin_entry(text, Tag { element, ..tag }, out.options.base.as_ref());
        if let (Some(entry), Some(name)) = (&mut self.entry, name) {
            (entry.name, entry.prefix) = (name, prefix);
        }
        true
    }

    #[inline]
    fn sitemap_field<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        tag: Tag,
        out: &mut Outlet<'_, S>,
    ) -> Option<Field> {
        let entry = self.entry.as_mut()?;
        let seen = &mut out.summary.extensions;
        let field = match tag.element {
            Element::Loc => Field::Loc(rank::OWN),
            Element::LastMod => Field::Date(1),
            Element::ChangeFreq => Field::ChangeFreq,
            Element::Priority => Field::Priority,
            Element::Image => {
                (entry.images, seen.image) = (entry.images.saturating_add(1), true);
                return None;
            }
            Element::Video => {
                (entry.videos, seen.video) = (entry.videos.saturating_add(1), true);
                return None;
            }
            Element::News => {
                (entry.news, seen.news) = (entry.news.saturating_add(1), true);
                return None;
            }
            Element::Link => {
                (entry.alternates, seen.alternates) = (entry.alternates.saturating_add(1), true);
                return None;
            }
            _ => return None,
        };
        let prefix = entry.prefix;
        if self.is_own(text, tag, prefix) {
            return Some(field);
        }
        (field == Field::Loc(rank::OWN) && !self.is_foreign(text, tag)).then_some(Field::Loc(rank::LAST))
    }

    /// Whether a tag belongs to the entry's own vocabulary: no prefix, or the entry's.
    #[inline]
    fn is_own(&self, text: &str, tag: Tag, prefix: NameId) -> bool {
        tag.name.local == tag.name.from || NameId::of(tag.name.prefix_of(text.as_bytes())) == prefix || {
            self.namespace(text, tag).is_some_and(|namespace| namespace.contains("/sitemap/"))
        }
    }

    /// Whether a prefix is known to be of an extension.
    fn is_foreign(&self, text: &str, tag: Tag) -> bool {
        const EXTENSIONS: [&[u8]; 9] =
            [b"image", b"video", b"news", b"xhtml", b"mobile", b"media", b"geo", b"codesearch", b"pagemap"];
        let prefix = tag.name.prefix_of(text.as_bytes());
        self.namespace(text, tag).is_some()
            || EXTENSIONS.iter().any(|known| prefix.eq_ignore_ascii_case(known))
    }

    /// The namespace that the root declares for the tag's prefix.
    fn namespace(&self, text: &str, tag: Tag) -> Option<&str> {
        let prefix = text.get(tag.name.from..tag.name.local.saturating_sub(1))?;
        attribute(&self.root.as_ref()?.attributes, prefix)
    }

    fn feed_field(&mut self, text: &str, tag: Tag, document: Option<&Url>) -> Option<Field> {
        let entry = self.entry.as_ref()?;
        let (is_atom, prefix) = (entry.element == Element::AtomEntry, entry.prefix);
        let is_own =
            tag.name.local == tag.name.from || NameId::of(tag.name.prefix_of(text.as_bytes())) == prefix;
        let attributes = &text[tag.name.to..tag.close];
        match tag.element {
            Element::Published => Some(Field::Date(1)),
            Element::Updated => Some(Field::Date(2)),
            Element::Link => match attribute(attributes, "href") {
                Some(href) => {
                    let rank = link_rank(attributes);
                    let rank = if is_own && is_atom { rank } else { rank.min(rank::SELF) };
                    let href = crate::loc::trim(href);
                    let resolved = self.bases.resolve(href, attributes, document);
                    self.offer_loc(rank, resolved.as_deref().unwrap_or(href));
                    None
                }
                None if is_own => Some(Field::Loc(if is_atom { rank::NEXT } else { rank::OWN })),
                None => None,
            },
            Element::Guid if is_own => {
                let is_address =
                    !attribute(attributes, "isPermaLink").is_some_and(|is| is.eq_ignore_ascii_case("false"));
                is_address.then_some(Field::Loc(rank::GUID))
            }
            Element::Id if is_own && is_atom => Some(Field::Loc(rank::LAST)),
            _ => None,
        }
    }

    /// Takes `rdf:about` of an RSS 1.0 item.
    pub(super) fn take_about(&mut self, attributes: &str, document: Option<&Url>) {
        if let Some(about) = attribute(attributes, "about") {
            self.offer_text(rank::LAST, about, document);
        }
    }

    /// Takes a location that stands as text: in a feed against the base that is declared for it.
    fn offer_text(&mut self, rank: u8, loc: &str, document: Option<&Url>) {
        let loc = crate::loc::trim(loc);
        let is_feed = self.entry.as_ref().is_some_and(|entry| entry.is_feed());
        let resolved =
            if is_feed && rank > rank::GUID { self.bases.resolve(loc, "", document) } else { None };
        self.offer_loc(rank, resolved.as_deref().unwrap_or(loc));
    }

    /// Takes a location if it is better than what is there.
    fn offer_loc(&mut self, rank: u8, loc: &str) {
        let Some(entry) = &mut self.entry else { return };
        let loc = crate::loc::trim(loc);
        let must_be_address = matches!(rank, rank::GUID | rank::LAST) && entry.is_feed();
        let is_address = loc.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http"));
        if rank > entry.loc_rank && !loc.is_empty() && (is_address || !must_be_address) {
            self.loc_copy.clear();
            self.loc_copy.push_str(loc);
            (entry.loc, entry.loc_rank) = (LocSource::Copy, rank);
        }
    }

    /// Takes the text of a field: at once if it stands in one piece in the buffer, else piece by piece.
    #[inline]
    fn take_text<S: FnMut(Entry<'_>)>(
        &mut self,
        text: &str,
        tag: Tag,
        field: Field,
        out: &mut Outlet<'_, S>,
    ) {
        let buf = text.as_bytes();
        let name = tag.name.of(buf);
        let limit = out.options.limits.token_bytes;
        if let Some(length) = memchr(b'<', &buf[tag.after..])
            && length <= limit
            && let Some(rest) = buf[tag.after + length..].strip_prefix(b"</")
            && rest.get(name.len()) == Some(&b'>')
            && rest.starts_with(name)
        {
            let end = tag.after + length;
            (self.pos, self.boundary) = (end + 3 + name.len(), end + 3 + name.len());
            let Some(entry) = &mut self.entry else { return };
            match field {
                Field::Loc(rank::OWN) if !entry.is_feed() => {
                    if entry.loc_rank < rank::OWN && length > 0 {
                        let from = tag.after - entry.start;
                        (entry.loc, entry.loc_rank) = (LocSource::Buffer(from, from + length), rank::OWN);
                    }
                }
                Field::Loc(rank) => self.offer_text(rank, &text[tag.after..end], out.options.base.as_ref()),
                field => entry.set(field, &text[tag.after..end]),
            }
            return;
        }
        self.pos = tag.after;
        self.boundary = tag.after;
        self.captured.clear();
        self.capture = Some(Capture { field, name: tag.name.id(buf), room: Some(limit) });
    }

    /// Appends a piece to the field being captured.
    pub(super) fn keep(&mut self, piece: &str) {
        let Some(capture) = &mut self.capture else { return };
        capture.room = capture.room.and_then(|room| room.checked_sub(piece.len()));
        if capture.room.is_some() {
            self.captured.push_str(piece);
        }
    }

    /// Whether a start tag ends the field being captured; if not, it is a tag within its text.
    pub(super) fn interrupt<S: FnMut(Entry<'_>)>(
        &mut self,
        tag: Tag,
        is_entry: bool,
        out: &mut Outlet<'_, S>,
    ) -> bool {
        let has_text = !crate::loc::trim(&self.captured).is_empty();
        // `<loc><url>address</url></loc>` is one, oddly wrapped; a `<loc>` in an empty `<loc>` begins anew.
        if !has_text && tag.element != Element::Loc {
            return false;
        }
        if is_entry {
            self.malformed(tag.at, "a field is not closed before the next entry", out);
            self.drop_capture(out);
            return true;
        }
        let is_field = matches!(
            tag.element,
            Element::Loc
                | Element::LastMod
                | Element::ChangeFreq
                | Element::Priority
                | Element::Image
                | Element::Video
                | Element::News
                | Element::Guid
                | Element::Published
                | Element::Updated
        );
        if is_field {
            self.malformed(tag.at, "a field is not closed before the next", out);
            self.stack.clear();
            self.end_capture(out);
        }
        is_field
    }

    /// Takes the captured text as the field's.
    pub(super) fn end_capture<S: FnMut(Entry<'_>)>(&mut self, out: &mut Outlet<'_, S>) {
        let Some(capture) = self.capture.take() else { return };
        let Some(entry) = &mut self.entry else { return };
        let is_loc = matches!(capture.field, Field::Loc(_));
        if capture.room.is_none() {
            if is_loc && !entry.is_feed() {
                entry.loc_lost = true;
                let offset = self.offset + entry.start as u64;
                out.refuse_long(offset);
            }
            return;
        }
        let captured = std::mem::take(&mut self.captured);
        match capture.field {
            Field::Loc(rank) => self.offer_text(rank, &captured, out.options.base.as_ref()),
            field => entry.set(field, &captured),
        }
        self.captured = captured;
    }

    /// Forgets a field that was cut off.
    pub(super) fn drop_capture<S: FnMut(Entry<'_>)>(&mut self, out: &mut Outlet<'_, S>) {
        let Some(capture) = self.capture.take() else { return };
        if matches!(capture.field, Field::Loc(_))
            && let Some(entry) = &mut self.entry
            && entry.loc_rank == 0
        {
            entry.loc_lost = true;
            out.summary.dropped.cut += 1;
        }
    }
}

/// How good an Atom link is, by its relation and type.
fn link_rank(attributes: &str) -> u8 {
    let is_html = attribute(attributes, "type").is_none_or(|kind| kind.to_ascii_lowercase().contains("html"));
    match attribute(attributes, "rel").map(str::trim) {
        None | Some("") => rank::OWN,
        Some(rel) if rel.eq_ignore_ascii_case("alternate") => {
            if is_html {
                rank::OWN
            } else {
                rank::NEXT
            }
        }
        Some(rel) if rel.eq_ignore_ascii_case("self") => rank::SELF,
        Some(_) => 0,
    }
}
