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

/// The contacts of a domain, each value once: rows come best first.
pub fn of_domain(domain: &DomainRow, rows: Vec<ContactRow>) -> Vec<Found> {
    let mut places = HashMap::<(ContactKind, String), usize>::new();
    let mut all: Vec<Found> = Vec::new();
    for row in rows {
        if let Some(&place) = places.get(&(row.kind, row.value.clone())) {
            let found = &mut all[place];
            found.page_count += 1;
            if found.pages.len() < PAGES_MAX {
                found.pages.push(row.page_url);
            }
            continue;
        }
        places.insert((row.kind, row.value.clone()), all.len());
        all.push(Found {
            domain: domain.domain.clone(),
            kind: row.kind,
            value: row.value,
            source: row.source,
            pages: vec![row.page_url.clone()],
            page_url: row.page_url,
            page_type: row.page_type,
            page_count: 1,
            detail: serde_json::from_str(&row.detail).unwrap_or(Value::Null),
        });
    }
    all.sort_by_key(|found| found.kind);
    all
}

/// A table without frames, as wide as the terminal.
pub fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table
}
