//! Lists of domains as files: text or CSV, gzipped or not, with a report of every line.

use axum::extract::{Request, State};
use http::{StatusCode, header};
use pipeline::intake::{self, IntakeError};
use pipeline::submit::{self, Outcome};
use serde::{Deserialize, Serialize};
use store::ScanState;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::domains::HowScanned;
use crate::app::App;
use crate::auth::Operator;
use crate::extract::{Json, Query, bytes};
use crate::limits::{REPORTED_LINES_MAX, UPLOAD_BYTES_MAX};
use crate::problem::Problem;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(import_domains))
}

/// Media types that lists come in.
const MEDIA_TYPES: [&str; 6] = [
    "text/plain",
    "text/csv",
    "application/csv",
    "application/gzip",
    "application/x-gzip",
    "application/octet-stream",
];

/// How the domains of a list are scanned.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Which pages are selected by rule: `auto`, `wide`, `all` or `none`; `auto` unless said.
    #[param(example = "auto")]
    select: Option<String>,
    /// How many pages a domain may have.
    #[param(minimum = 1)]
    max_pages: Option<i64>,
    /// Whether known domains that are done are read again.
    again: Option<bool>,
    /// Whether selected pages are scraped at once; yes unless said.
    scrape: Option<bool>,
}

/// What became of a list.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ImportReport {
    /// Lines whose domain was taken in or queued again.
    accepted: usize,
    /// Lines whose domain was known, or named by an earlier line.
    duplicate: usize,
    /// Lines that name no domain.
    rejected: usize,
    /// The lines that were not accepted, at most 1,000.
    lines: Vec<ReportedLine>,
    /// Whether there were more such lines.
    lines_left_out: bool,
}

/// A line that was not accepted.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedLine {
    /// Counted from 1, in the unpacked file.
    line: usize,
    /// What stands there, shortened.
    text: String,
    /// `duplicate` or `rejected`.
    #[schema(example = "rejected")]
    outcome: &'static str,
    /// Why.
    #[schema(example = "\"acme\" has no dot, so it is no domain")]
    reason: String,
}

/// Takes a list of domains in: plain text or CSV with the domains in any column, gzipped or not, up to 32 MiB.
#[utoipa::path(post, path = "/api/v3/domains/import", tag = "domains", params(ImportQuery),
    request_body(content((String = "text/plain", example = "acme.org\nexample.com\n"), (String = "text/csv"),
        (Vec<u8> = "application/gzip"), (Vec<u8> = "application/octet-stream")), description = "The list."),
    responses((status = 202, description = "What became of each line.", body = ImportReport)))]
async fn import_domains(
    State(app): State<App>,
    caller: Operator,
    Query(query): Query<ImportQuery>,
    request: Request,
) -> Result<(StatusCode, Json<ImportReport>), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or("").split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if !MEDIA_TYPES.contains(&kind.as_str()) {
        let detail = format!("send the list itself as one of: {}", MEDIA_TYPES.join(", "));
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
    }
    let how = HowScanned {
        select: query.select,
        max_pages: query.max_pages,
        again: query.again.unwrap_or(false),
        scrape: query.scrape,
    };
    let how = how.submission(&caller.principal.name)?;
    let list = bytes(request, UPLOAD_BYTES_MAX).await?;
    // Unpacking and reading a large list takes a while: not on a thread that answers others.
    let lines = tokio::task::spawn_blocking(move || intake::read(&list))
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| match error {
            IntakeError::TooLarge => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", error.to_string())
            }
            IntakeError::Gzip(_) => Problem::field("", error.to_string()),
        })?;
    let report = take(&app, lines, &how).await?;
    Ok((StatusCode::ACCEPTED, Json(report)))
}

async fn take(
    app: &App,
    lines: Vec<intake::Line>,
    how: &submit::Submission,
) -> Result<ImportReport, Problem> {
    let mut report = ImportReport::default();
    let (mut names, mut places) = (Vec::new(), Vec::new());
    for line in lines {
        match line.outcome {
            intake::Outcome::Accepted(site) => {
                names.push(site.base().to_string());
                places.push((line.number, line.text));
            }
            intake::Outcome::Duplicate { first_line } => {
                report.duplicate += 1;
                report.tell(line.number, line.text, "duplicate", format!("as line {first_line}"));
            }
            intake::Outcome::Rejected { reason } => {
                report.rejected += 1;
                report.tell(line.number, line.text, "rejected", reason);
            }
        }
    }
    let outcomes = submit::domains(app.store(), &names, how).await?;
    for (outcome, (number, text)) in outcomes.into_iter().zip(places) {
        match outcome {
            Outcome::Taken(taken) if matches!(taken.state, ScanState::New | ScanState::Again) => {
                report.accepted += 1;
            }
            Outcome::Taken(_) | Outcome::Twice(_) => {
                report.duplicate += 1;
                report.tell(number, text, "duplicate", "known already".to_owned());
            }
            Outcome::Rejected(reason) => {
                report.rejected += 1;
                report.tell(number, text, "rejected", reason);
            }
        }
    }
    report.lines.sort_by_key(|line| line.line);
    Ok(report)
}

impl ImportReport {
    fn tell(&mut self, line: usize, text: String, outcome: &'static str, reason: String) {
        if self.lines.len() < REPORTED_LINES_MAX {
            self.lines.push(ReportedLine { line, text, outcome, reason });
        } else {
            self.lines_left_out = true;
        }
    }
}
