//! Structured data of every syntax as one light tree, so that each reader of it is written once.

use std::borrow::Cow;

use crate::values::Source;

/// Items that are kept of a page.
const MAX_ITEMS: usize = 5_000;
/// Properties that are kept of a page.
const MAX_PROPERTIES: usize = 50_000;

/// A thing with properties: a JSON-LD object, a microdata or RDFa scope, an hCard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'h> {
    /// The syntax: `JsonLd`, `Microdata`, `Rdfa` or `Hcard`.
    pub source: Source,
    /// The last part of its type in lower case (`postaladdress`, `localbusiness`); several are joined by a
    /// space. hCards are `vcard`, with `adr` inside as `postaladdress`. Empty where nothing is said.
    pub kind: String,
    /// The item it is a value of.
    pub parent: Option<usize>,
    /// Its properties in order; a name may occur several times.
    pub properties: Vec<Property<'h>>,
    /// Where its text starts in the document's text; equal to `end` for JSON-LD.
    pub start: usize,
    /// Where its text ends.
    pub end: usize,
}

impl Default for Item<'_> {
    fn default() -> Self {
        Self {
            source: Source::JsonLd,
            kind: String::new(),
            parent: None,
            properties: Vec::new(),
            start: 0,
            end: 0,
        }
    }
}

/// A property of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property<'h> {
    /// The schema.org name in lower case: `telephone`, `faxnumber`, `email`, `streetaddress`,
    /// `postofficeboxnumber`, `addresslocality`, `addressregion`, `postalcode`, `addresscountry`, `name`,
    /// `legalname`, `sameas`, `url`, `address`, `contactpoint` ...; hCard's names are translated to these.
    pub name: Cow<'static, str>,
    /// Its value.
    pub value: Value<'h>,
}

/// The value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'h> {
    /// Text, white space collapsed; the lines of a value that has several are joined by `, `.
    Text(Cow<'h, str>),
    /// Another item, by its index in [`crate::Document::items`].
    Item(usize),
}

impl<'h> Item<'h> {
    /// The texts of a property, by its name in lower case.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.properties.iter().filter(move |property| property.name == name).filter_map(|property| {
            match &property.value {
                Value::Text(text) => Some(text.as_ref()),
                Value::Item(_) => None,
            }
        })
    }

    /// The first text of a property that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).map(str::trim).find(|text| !text.is_empty())
    }

    /// The items that are values of a property.
    pub fn items(&self, name: &str) -> impl Iterator<Item = usize> {
        self.properties.iter().filter(move |property| property.name == name).filter_map(|property| {
            match property.value {
                Value::Item(index) => Some(index),
                Value::Text(_) => None,
            }
        })
    }

    /// Whether one of its types is `kind` (lower case).
    pub fn is(&self, kind: &str) -> bool {
        self.kind.split(' ').any(|one| one == kind)
    }
}

/// The items of a page while they are collected, within the limits.
#[derive(Debug, Default)]
pub(super) struct Items<'h> {
    pub(super) list: Vec<Item<'h>>,
    properties: usize,
    pub(super) full: bool,
}

impl<'h> Items<'h> {
    /// Adds an item, unless there are too many.
    pub(super) fn add(&mut self, item: Item<'h>) -> Option<usize> {
        if self.list.len() >= MAX_ITEMS {
            self.full = true;
            return None;
        }
        self.list.push(item);
        Some(self.list.len() - 1)
    }

    /// Adds a property, unless there are too many.
    pub(super) fn add_property(&mut self, item: usize, name: Cow<'static, str>, value: Value<'h>) {
        if self.properties >= MAX_PROPERTIES {
            self.full = true;
        } else if let Some(item) = self.list.get_mut(item) {
            self.properties += 1;
            item.properties.push(Property { name, value });
        }
    }
}

/// The names that pages use most, which need no copy.
#[rustfmt::skip]
const NAMES: [&str; 24] = [
    "address", "addresscountry", "addresslocality", "addressregion", "areaserved", "contactpoint",
    "contacttype", "description", "email", "faxnumber", "image", "knowsabout", "legalname", "logo", "name",
    "openinghours", "postalcode", "postofficeboxnumber", "publisher", "sameas", "streetaddress",
    "telephone", "url", "worksfor",
];

/// A property's name in lower case.
pub(super) fn property_name(name: &str) -> Cow<'static, str> {
    match NAMES.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => Cow::Borrowed(known),
        None => Cow::Owned(name.to_ascii_lowercase()),
    }
}
