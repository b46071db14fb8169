//! Contacts as people take them away: one row a value and domain, as CSV, JSON lines or a table.

mod sink;

use std::collections::HashMap;

use comfy_table::{ContentArrangement, Table, presets};
use model::ContactKind;
use serde::Serialize;
use serde_json::Value;
use store::{ContactRow, DomainRow};

pub use sink::Sink;

/// How many pages of one contact are named.
const PAGES_MAX: usize = 20;

/// One contact of one domain, with where it was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The domain's name.
    pub domain: String,
    /// What kind of contact.
    pub kind: ContactKind,
    /// Its canonical value.
    pub value: String,
    /// How it was found on the best of its pages.
    pub source: String,
    /// The best of its pages.
    pub page_url: String,
    /// What that page seems to be.
    pub page_type: model::PageType,
    /// On how many pages it stands.
    pub page_count: usize,
    /// Some of them, best first.
    pub pages: Vec<String>,
    /// Everything that is known of it.
    pub detail: Value,
}

/// The contacts of a domain, each once: rows come best first.
pub fn of_domain(domain: &DomainRow, rows: Vec<ContactRow>) -> Vec<Found> {
    let mut places = HashMap::<(ContactKind, String), usize>::new();
    let mut all: Vec<Found> = Vec::new();
    for row in rows {
        let detail: Value = serde_json::from_str(&row.detail).unwrap_or(Value::Null);
        let place = *places.entry((row.kind, same(&row, &detail))).or_insert(all.len());
        match all.get_mut(place) {
            Some(found) => found.also_on(row, detail),
            None => all.push(Found::new(domain, row, detail)),
        }
    }
    all.sort_by_key(|found| found.kind);
    all
}

/// What makes two contacts of a kind one. An address is one however it is written out, if its postal code and its
/// street are; a domain has one organisation.
fn same(row: &ContactRow, detail: &Value) -> String {
    let part = |name: &str| detail.get(name).and_then(Value::as_str).map(letters);
    match row.kind {
        ContactKind::Address => match (part("postal_code"), part("street")) {
            (Some(postal_code), Some(street)) => format!("{} {street}", without_country(&postal_code)),
            _ => letters(&row.value),
        },
        ContactKind::Organisation => String::new(),
        _ => row.value.clone(),
    }
}

/// A postal code without the country that may stand before its digits: `d10997` is `10997`.
fn without_country(postal_code: &str) -> &str {
    let digits = postal_code.trim_start_matches(|c: char| c.is_alphabetic());
    if digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_digit()) { digits } else { postal_code }
}

/// The letters and digits of a text, in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Found {
    fn new(domain: &DomainRow, row: ContactRow, detail: Value) -> Self {
        Self {
            domain: domain.domain.clone(),
            kind: row.kind,
            value: row.value,
            source: row.source,
            pages: vec![row.page_url.clone()],
            page_url: row.page_url,
            page_type: row.page_type,
            page_count: 1,
            detail,
        }
    }

    /// Takes in that it stands on one more page. Of two ways to write an address the one with more parts is kept.
    fn also_on(&mut self, row: ContactRow, detail: Value) {
        self.page_count += 1;
        if self.pages.len() < PAGES_MAX && !self.pages.contains(&row.page_url) {
            self.pages.push(row.page_url);
        }
        let parts = |detail: &Value| detail.as_object().map_or(0, serde_json::Map::len);
        if self.kind == ContactKind::Address && parts(&detail) > parts(&self.detail) {
            (self.value, self.source, self.detail) = (row.value, row.source, detail);
        }
    }
}

/// A table without frames, as wide as the terminal.
pub fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table
}
