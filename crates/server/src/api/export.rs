//! Contacts as a file, CSV or JSON lines, sent while it is read.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header;
use model::{ContactKind, RecordKind};
use serde::Deserialize;
use store::{ContactFilter, ContactView, Cursor, MOST_LISTED, Slice, Sorting, StoreError};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::contacts::{self, ContactShown};
use crate::app::App;
use crate::auth::Viewer;
use crate::extract::Query;
use crate::limits::EXPORTED_ROWS_MAX;
use crate::problem::Problem;
use crate::words::{Time, Words};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(export_contacts))
}

/// The kind of file.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// With a header line; cells that a spreadsheet would compute begin with an apostrophe.
    #[default]
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// Which contacts are exported.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `csv` or `jsonl`.
    #[serde(default)]
    #[param(inline, example = "csv")]
    format: Format,
    /// Whose value holds this text, in any letter case.
    q: Option<String>,
    /// One or more of `email`, `phone`, `address`, `social`, `organisation`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "email")]
    kind: Words<ContactKind>,
    /// Of this domain.
    #[param(format = "uuid")]
    domain_id: Option<String>,
    /// Of domains whose name holds this text.
    domain: Option<String>,
}

/// Exports contacts, oldest first; at most a million.
#[utoipa::path(get, path = "/api/v3/contacts/export", tag = "contacts", params(ExportQuery),
    responses((status = 200, description = "The file.",
        content((String = "text/csv"), (String = "application/jsonl")))))]
async fn export_contacts(
    State(app): State<App>,
    _: Viewer,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    let filter = contacts::filter(query.q, query.kind.0, query.domain_id.as_deref(), query.domain)?;
    let format = query.format;
    let export = Export { app, filter, format, after: None, left: EXPORTED_ROWS_MAX };
    // The first part is read before the answer begins, so that a database that is away is a proper refusal.
    let (first, rest) = export.part().await?;
    let head = if format == Format::Csv { csv_line(&HEADER.map(str::to_owned)) } else { Vec::new() };
    let first = Bytes::from([head, first].concat());
    let rest = stream::try_unfold(rest, |export| async move {
        match export {
            Some(export) => export.part().await.map(|(bytes, rest)| Some((Bytes::from(bytes), rest))),
            None => Ok(None),
        }
    });
    let body = stream::StreamExt::chain(stream::iter([Ok::<_, StoreError>(first)]), rest);
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"contacts.csv\""),
        Format::Jsonl => ("application/jsonl", "attachment; filename=\"contacts.jsonl\""),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(body)).into_response())
}

/// An export under way.
struct Export {
    app: App,
    filter: ContactFilter,
    format: Format,
    after: Option<Cursor>,
    left: usize,
}

impl Export {
    /// The next part, and the export that goes on behind it.
    async fn part(mut self) -> Result<(Vec<u8>, Option<Self>), StoreError> {
        let slice =
            Slice { order: Sorting::Oldest, after: self.after, skip: 0, size: self.left.min(MOST_LISTED) };
        let listed = self.app.store().list_contacts(&self.filter, slice).await?;
        self.left = self.left.saturating_sub(listed.rows.len());
        self.after = listed.next;
        let mut bytes = Vec::with_capacity(listed.rows.len() * 128);
        for row in listed.rows {
            match self.format {
                Format::Csv => bytes.extend(csv_line(&cells(row))),
                Format::Jsonl => {
                    let line = serde_json::to_vec(&ContactShown::from(row)).unwrap_or_default();
                    bytes.extend(line);
                    bytes.push(b'\n');
                }
            }
        }
        let more = self.after.is_some() && self.left > 0;
        Ok((bytes, more.then_some(self)))
    }
}

const HEADER: [&str; 8] = ["id", "domain", "kind", "value", "source", "page_url", "page_type", "created_at"];

fn cells(row: ContactView) -> [String; 8] {
    [
        RecordKind::Contact.id(row.id).to_string(),
        row.domain,
        row.kind.to_string(),
        row.value,
        row.source,
        row.page_url,
        row.page_type.to_string(),
        Time(row.created_at).to_string(),
    ]
}

/// A line by RFC 4180. Cells that a spreadsheet would take for a formula get an apostrophe before them, as OWASP
/// advises; telephone numbers keep their `+`.
fn csv_line(cells: &[String]) -> Vec<u8> {
    let mut line = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(b',');
        }
        let number = cell.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
        let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
        let cell = if formula { format!("'{cell}") } else { cell.clone() };
        if formula || cell.contains([',', '"', '\n', '\r']) {
            line.extend(format!("\"{}\"", cell.replace('"', "\"\"")).into_bytes());
        } else {
            line.extend(cell.into_bytes());
        }
    }
    line.extend(b"\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: &str) {
        let line = csv_line(&[cell.to_owned(), "x".to_owned()]);
        assert_eq!(String::from_utf8(line).unwrap(), format!("{expected},x\r\n"));
    }

    #[test]
    fn no_cell_is_a_formula() {
        check("=1+1", "\"'=1+1\"");
        check("@SUM(A1)", "\"'@SUM(A1)\"");
        check("+49301234", "+49301234");
        check("+1+cmd|' /C calc'!A0", "\"'+1+cmd|' /C calc'!A0\"");
        check("a,\"b\"", "\"a,\"\"b\"\"\"");
        check("plain", "plain");
    }
}
