//! What elements leave in the document besides text: links, meta data, scripts, attributes that may hide an address.

use std::borrow::Cow;

use super::Builder;
use crate::document::{
    Cloak, Link, Meta, Script, element::Element, entity::decode_attribute, linked, sink::Sink,
};

/// Links that are kept of a page.
const MAX_LINKS: usize = 20_000;
/// Meta elements that are kept of a page.
const MAX_METAS: usize = 1_000;
/// Elements with `data-*` attributes that are kept of a page.
const MAX_CLOAKS: usize = 2_000;
/// Scripts and handlers that are kept of a page.
const MAX_SCRIPTS: usize = 2_000;
/// Bytes of a title that are kept.
const MAX_TITLE_BYTES: usize = 1_000;

impl<'h> Builder<'h> {
    pub(super) fn add_link(&mut self, element: &Element<'h>) -> Option<usize> {
        let href = element.href?;
        if self.doc.links.len() >= MAX_LINKS {
            self.doc.truncated = true;
            return None;
        }
        let here = self.sink.text.len();
        let rel = decode_attribute(element.rel);
        self.doc.links.push(Link { href: trimmed(href), start: here, end: here, rel });
        Some(self.doc.links.len() - 1)
    }

    pub(super) fn link_element(&mut self, element: &Element<'h>) {
        let rel = element.rel.to_ascii_lowercase();
        if rel.split_ascii_whitespace().any(|rel| matches!(rel, "me" | "publisher" | "author")) {
            self.add_link(element);
        }
    }

    pub(super) fn meta(&mut self, element: &Element<'h>) {
        let names = [element.property, element.name, element.itemprop, element.http_equiv];
        let name = names.into_iter().find(|name| !name.is_empty());
        let Some((name, content)) = name.zip(element.content) else { return };
        if self.doc.metas.len() < MAX_METAS {
            self.doc.metas.push(Meta { name: name.trim().to_ascii_lowercase(), content: trimmed(content) });
        }
    }

    pub(super) fn title(&mut self) {
        let raw = self.tokens.raw_text("title");
        if self.doc.title.is_empty() && self.muted == 0 {
            let raw = &raw[..raw.floor_char_boundary(MAX_TITLE_BYTES)];
            let mut sink = Sink::default();
            sink.push_html(raw);
            self.doc.title = sink.text;
        }
    }

    pub(super) fn script(&mut self, element: &Element<'h>) {
        let body = self.tokens.raw_text("script");
        let kind = element.kind.to_ascii_lowercase();
        if kind.contains("ld+json") {
            linked::read(body, &mut self.items);
        } else if !body.is_empty() && !kind.contains("template") && !kind.contains("html") {
            self.add_script(body.into());
        }
    }

    fn add_script(&mut self, body: Cow<'h, str>) {
        if self.doc.scripts.len() < MAX_SCRIPTS {
            self.doc.scripts.push(Script { body, at: self.sink.text.len() });
        }
    }

    pub(super) fn embed(&mut self, src: &'h str) {
        if !src.is_empty() && self.doc.embeds.len() < MAX_LINKS {
            self.doc.embeds.push(trimmed(src));
        }
    }

    /// A picture is a gap, unless it stands for the sign that robots look for.
    pub(super) fn image(&mut self, element: &Element<'h>) {
        let alt = element.alt.trim_matches(['(', ')', '[', ']', ' ']);
        let file = element.src.rsplit('/').next().unwrap_or("");
        let stem = file.split('.').next().unwrap_or("");
        let is = |names: &[&str]| {
            names.iter().any(|name| alt.eq_ignore_ascii_case(name) || stem.eq_ignore_ascii_case(name))
        };
        if self.muted > 0 {
            return;
        }
        if is(&["@", "at", "arroba", "arobase", "klammeraffe"]) {
            self.sink.push_plain("@");
        } else if is(&["dot", "punkt"]) || alt == "." {
            self.sink.push_plain(".");
        } else {
            self.sink.space();
        }
    }

    /// Keeps what event handlers and `data-*` attributes may say of addresses.
    pub(super) fn note_attributes(&mut self, element: &Element<'h>) {
        let alt = element.alt.len() > 5 && element.alt.contains('@');
        if !(element.cloaked || element.handlers || alt) {
            return;
        }
        let mut cloak = Cloak { at: self.sink.text.len(), class: element.class, attributes: Vec::new() };
        for index in 0..self.tokens.attributes.len() {
            let attribute = self.tokens.attributes[index];
            let name = attribute.name.to_ascii_lowercase();
            if name.starts_with("on") && !attribute.value.is_empty() {
                self.add_script(decode_attribute(attribute.value));
            } else if name.starts_with("data-") || matches!(name.as_str(), "title" | "alt" | "aria-label") {
                cloak.attributes.push((name, decode_attribute(attribute.value)));
            }
        }
        if (element.cloaked || alt) && self.doc.cloaks.len() < MAX_CLOAKS {
            self.doc.cloaks.push(cloak);
        }
    }
}

fn trimmed(value: &str) -> Cow<'_, str> {
    match decode_attribute(value) {
        Cow::Borrowed(value) => value.trim().into(),
        Cow::Owned(value) => value.trim().to_owned().into(),
    }
}
