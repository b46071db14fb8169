//! The API, one file a resource: its types, its handlers, its routes.

pub mod actions;
pub mod auth;
pub mod contacts;
pub mod curation;
pub mod domains;
pub mod export;
pub mod health;
pub mod import_status;
pub mod intake;
pub mod jobs;
pub mod metrics;
pub mod pages;
pub mod scan;
pub mod sitemap_files;
pub mod stats;

use crate::limits::TEXT_CHARS_MAX;
use crate::problem::Problem;

/// A text that is searched for: not empty, and not endless.
fn needle(name: &str, text: Option<String>) -> Result<Option<String>, Problem> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > TEXT_CHARS_MAX {
        return Err(Problem::parameter(name, format!("must be {TEXT_CHARS_MAX} characters at most")));
    }
    if text.contains('\0') {
        return Err(Problem::parameter(name, "must not hold a NUL character"));
    }
    Ok(Some(text))
}

/// The number behind an id in a query.
fn number(name: &str, kind: model::RecordKind, id: Option<&str>) -> Result<Option<i64>, Problem> {
    let Some(id) = id else { return Ok(None) };
    let id: model::PublicId =
        id.parse().map_err(|error: model::NotAnId| Problem::parameter(name, error.to_string()))?;
    // An id of nothing leaves the list empty: no record has the number -1.
    Ok(Some(kind.number(id).unwrap_or(-1)))
}
