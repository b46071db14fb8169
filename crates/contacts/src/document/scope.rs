//! Microdata, RDFa and hCard: which item an element belongs to, and which property its text is.

use std::borrow::Cow;

use super::{
    build::Open,
    card::Card,
    element::Element,
    entity::decode_attribute,
    item::{Item, Items, Value, property_name},
    linked::last_part,
};
use crate::values::Source;

/// Bytes of a property's text that are kept.
const MAX_VALUE_BYTES: usize = 1_000;
/// Properties that one attribute can name.
const MAX_NAMES: usize = 4;

/// What an open element is to the structured data around it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope {
    /// The microdata or RDFa item of its content.
    item: Option<usize>,
    /// The hCard of its content.
    card: Option<usize>,
    /// Whether it is the element of `item`, of `card`.
    owns: [bool; 2],
    /// The properties its text is: the first and how many, in [`Scopes::captures`].
    captures: (usize, usize),
}

/// A property whose text is being read.
#[derive(Debug)]
struct Capture<'h> {
    item: usize,
    name: Cow<'static, str>,
    /// What counts when there is no text: a link's target, a title.
    fallback: Cow<'h, str>,
    /// For a part (`type`, `value`) of an hCard's number: which of the two.
    part: Option<&'static str>,
    /// For an hCard's number: what its parts say.
    value: String,
    kind: String,
}

/// The properties that are being read.
#[derive(Debug, Default)]
pub(super) struct Scopes<'h> {
    captures: Vec<Capture<'h>>,
}

impl<'h> Scopes<'h> {
    /// Notes the items and properties that a start tag begins.
    pub(super) fn open(
        &mut self,
        element: &Element<'h>,
        card: &Card,
        outer: Option<&Open>,
        items: &mut Items<'h>,
        mark: usize,
    ) -> Scope {
        let outer = outer.map_or_else(Scope::default, |open| open.scope);
        let mut scope = Scope { owns: [false; 2], captures: (self.captures.len(), 0), ..outer };
        let rdfa = element.type_of.is_some();
        if element.itemscope || rdfa {
            self.open_item(element, rdfa, &mut scope, items, mark);
        } else if !(element.itemprop.is_empty() && element.property.is_empty()) {
            self.capture(element, scope.item, items);
        }
        if *card != Card::default() {
            self.open_card(element, card, &mut scope, items, mark);
        }
        scope.captures.1 = self.captures.len() - scope.captures.0;
        scope
    }

    /// Notes the properties that an element without content says: `<meta>`, `<link>`, `<img>`.
    pub(super) fn void(&self, element: &Element<'h>, outer: Option<&Open>, items: &mut Items<'h>) {
        let Some(item) = outer.and_then(|open| open.scope.item) else { return };
        let value = element.content.or(element.href).unwrap_or(element.src);
        if value.is_empty() {
            return;
        }
        for name in names(element) {
            items.add_property(item, property_name(name), Value::Text(decode_attribute(value)));
        }
    }

    fn open_item(
        &self,
        element: &Element<'h>,
        rdfa: bool,
        scope: &mut Scope,
        items: &mut Items<'h>,
        mark: usize,
    ) {
        let source = if rdfa { Source::Rdfa } else { Source::Microdata };
        let types = if rdfa { element.type_of.unwrap_or("") } else { element.itemtype };
        let kinds: Vec<_> = types.split_ascii_whitespace().map(last_part).collect();
        let kind = kinds.join(" ").to_ascii_lowercase();
        let has_name = names(element).next().is_some();
        let parent = scope.item.filter(|_| has_name);
        let item = Item { source, kind, parent, start: mark, end: mark, ..Item::default() };
        let Some(index) = items.add(item) else { return };
        if let Some(parent) = parent {
            for name in names(element) {
                items.add_property(parent, property_name(name), Value::Item(index));
            }
        }
        scope.item = Some(index);
        scope.owns[0] = true;
    }

    /// Begins the microdata and RDFa properties of an element, or adds them when its attributes say the value.
    fn capture(&mut self, element: &Element<'h>, item: Option<usize>, items: &mut Items<'h>) {
        let Some(item) = item else { return };
        let said = element.content.or((!element.datetime.is_empty()).then_some(element.datetime));
        for name in names(element) {
            let name = property_name(name);
            let is_address = matches!(name.as_ref(), "url" | "sameas" | "logo" | "image" | "hasmap");
            match said.or(element.href.filter(|_| is_address)) {
                Some(value) => items.add_property(item, name, Value::Text(decode_attribute(value))),
                None => self.begin(item, name, element.href.unwrap_or(element.value)),
            }
        }
    }

    fn begin(&mut self, item: usize, name: Cow<'static, str>, fallback: &'h str) {
        let fallback = decode_attribute(fallback);
        self.captures.push(Capture {
            item,
            name,
            fallback,
            part: None,
            value: String::new(),
            kind: String::new(),
        });
    }

    fn open_card(
        &mut self,
        element: &Element<'h>,
        card: &Card,
        scope: &mut Scope,
        items: &mut Items<'h>,
        mark: usize,
    ) {
        let around = scope.card;
        if let Some(kind) = card.item {
            let parent = around.filter(|_| kind == "postaladdress");
            let item = Item {
                source: Source::Hcard,
                kind: kind.to_owned(),
                parent,
                start: mark,
                end: mark,
                ..Item::default()
            };
            let Some(index) = items.add(item) else { return };
            if let Some(parent) = parent {
                items.add_property(parent, Cow::Borrowed("address"), Value::Item(index));
            }
            scope.card = Some(index);
            scope.owns[1] = true;
        }
        let Some(index) = around else { return };
        for name in card.properties.into_iter().flatten() {
            if name == "url" {
                let href = decode_attribute(element.href.unwrap_or(""));
                items.add_property(index, Cow::Borrowed(name), Value::Text(href));
            } else {
                let said = if element.title.is_empty() { element.href.unwrap_or("") } else { element.title };
                self.begin(index, Cow::Borrowed(name), said);
            }
        }
        if let Some(part) = card.part.filter(|_| card.properties == [None; 3]) {
            self.begin(index, Cow::Borrowed("telephone"), element.title);
            if let Some(capture) = self.captures.last_mut() {
                capture.part = Some(part);
            }
        }
    }

    /// Ends the items and properties of an element whose text is `text[start..]`.
    pub(super) fn close(&mut self, open: &Open, text: &str, start: usize, items: &mut Items<'h>) {
        let Scope { item, card, owns, captures: (first, count) } = open.scope;
        for (index, owned) in [(item, owns[0]), (card, owns[1])] {
            if let Some(item) = index.filter(|_| owned).and_then(|index| items.list.get_mut(index)) {
                (item.start, item.end) = (start.min(text.len()), text.len());
            }
        }
        for index in first..first + count {
            self.end(index, text.get(start..).unwrap_or(""), items);
        }
        if count > 0 && self.captures.len() == first + count {
            self.captures.truncate(first);
        }
    }

    fn end(&mut self, index: usize, text: &str, items: &mut Items<'h>) {
        let Some(capture) = self.captures.get(index) else { return };
        let text = &text[..text.floor_char_boundary(MAX_VALUE_BYTES)];
        if let Some(part) = capture.part {
            return self.end_part(index, part, text);
        }
        let mut name = capture.name.clone();
        if name == "telephone" && capture.kind.to_ascii_lowercase().contains("fax") {
            name = Cow::Borrowed("faxnumber");
        }
        let value = match (capture.value.as_str(), text.trim()) {
            ("", "") => capture.fallback.clone(),
            ("", text) => Cow::Owned(one_line(text, &name)),
            (value, _) => Cow::Owned(value.to_owned()),
        };
        items.add_property(capture.item, name, Value::Text(value));
    }

    /// Gives a part of a number to the innermost number that is being read.
    fn end_part(&mut self, index: usize, part: &str, text: &str) {
        let (before, from) = self.captures.split_at_mut(index);
        let Some(said) = from.first().map(|part| part.fallback.as_ref()) else { return };
        let said = if said.is_empty() { text } else { said };
        let whole = before.iter_mut().rev().take(MAX_NAMES).find(|capture| capture.part.is_none());
        if let Some(whole) = whole {
            let target = if part == "type" { &mut whole.kind } else { &mut whole.value };
            target.push_str(said.trim());
        }
    }
}

fn names<'e>(element: &Element<'e>) -> impl Iterator<Item = &'e str> + use<'e> {
    let all = element.itemprop.split_ascii_whitespace().chain(element.property.split_ascii_whitespace());
    // Open Graph's names stand in `<meta>` and belong to the page.
    all.filter(|name| !name.starts_with("og:")).map(last_part).take(MAX_NAMES)
}

/// The lines of a value on one line; those of an address keep a comma between them.
fn one_line(text: &str, name: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned();
    }
    let join = if matches!(name, "name" | "legalname" | "org" | "telephone" | "email") { " " } else { ", " };
    let lines: Vec<_> = text.lines().map(|line| line.trim_end_matches([',', ' '])).collect();
    lines.join(join)
}
