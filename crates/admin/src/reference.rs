//! The reference of all actions as a page of the docs, written from the catalogue.

use std::fmt::Write;

use crate::catalogue::{ActionEntry, entries};

/// What stands above the tables.
const HEAD: &str = "# Actions\n\n\
    Every action goes through `POST /api/admin/action` as `{\"type\": \"job.retry\", \"payload\": {...}}`; \
    `GET /api/admin/actions` lists them\nwith the JSON Schemas of payloads and results. Actions of risk `high` want \
    `\"confirm\"` with their own type. This page is\nwritten from the catalogue: `SITELODE_WRITE=1 cargo nextest run -p \
    admin reference`.\n";

/// The page, as Markdown.
pub fn markdown() -> String {
    let mut page = String::from(HEAD);
    let mut category = String::new();
    for entry in entries() {
        if entry.category != category {
            category.clone_from(&entry.category);
            let _ = write!(
                page,
                "\n## {category}\n\n| type | role | risk | payload | what it does |\n|---|---|---|---|---|\n"
            );
        }
        row(&mut page, &entry);
    }
    page
}

fn row(page: &mut String, entry: &ActionEntry) {
    let risk = serde_json::json!(entry.risk);
    let payload = entry.payload_example.to_string().replace('|', "\\|");
    let _ = writeln!(
        page,
        "| `{}` | {} | {} | `{payload}` | {} |",
        entry.kind,
        entry.role,
        risk.as_str().unwrap_or_default(),
        entry.summary
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_up_to_date() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/actions.md");
        let page = markdown();
        if std::env::var_os("SITELODE_WRITE").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap_or_default(),
            page,
            "write it anew with SITELODE_WRITE=1"
        );
    }
}
