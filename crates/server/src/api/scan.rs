//! Scanning one domain: the job is in the database before the answer is sent, and its status can be asked for ever after.

use axum::extract::State;
use http::StatusCode;
use model::{CurationStatus, DomainId, ProcessingStatus, PublicId, RecordKind, SitemapType};
use pipeline::submit::{self, Outcome, Submission};
use serde::{Deserialize, Serialize};
use store::{DomainRow, JobView, SitemapFileFilter, SitemapFileRow, Slice, Sorting};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::jobs;
use crate::app::App;
use crate::auth::{Operator, Viewer};
use crate::extract::{Body, Id, Json};
use crate::problem::Problem;
use crate::words::{CurationWord, ProcessingWord, SitemapTypeWord, Time, kept_json};

/// Most sitemap files that a status repeats.
const SITEMAPS_SHOWN: usize = 500;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(scan_domain)).routes(routes!(get_scan_status))
}

/// What is to be scanned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"base_url": "acme.org", "max_pages": 100}))]
pub struct ScanRequest {
    /// A domain or an address on it.
    #[schema(example = "acme.org")]
    base_url: String,
    /// How many pages it may have.
    #[schema(minimum = 1, example = 100)]
    max_pages: Option<i64>,
}

/// Where to look for what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanAnswer {
    /// The job that looks the domain through.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
    /// Where its status is told.
    #[schema(example = "/api/v3/sitemap/status/0010b000-0000-8000-8000-00000000002a")]
    status_url: String,
}

/// Scans a domain: its sitemaps are found and imported, its likely pages scraped.
#[utoipa::path(post, path = "/api/v3/sitemap/scan", tag = "scan", request_body = ScanRequest,
    responses((status = 202, description = "The job is in the database and waits.", body = ScanAnswer),
        (status = 409, description = "The queue of discoveries takes nothing in.", body = crate::problem::ProblemBody)))]
async fn scan_domain(
    State(app): State<App>,
    caller: Operator,
    Body(request): Body<ScanRequest>,
) -> Result<(StatusCode, Json<ScanAnswer>), Problem> {
    if request.max_pages.is_some_and(|max| max < 1) {
        return Err(Problem::field("/max_pages", "must be 1 or more"));
    }
    let how = Submission {
        profile: Default::default(),
        max_pages: request.max_pages,
        scrape: true,
        again: true,
        created_by: caller.principal.name.clone(),
    };
    let given = [request.base_url];
    let taken = match submit::domains(app.store(), &given, &how).await?.pop() {
        Some(Outcome::Taken(taken)) => taken,
        Some(Outcome::Rejected(reason)) => return Err(Problem::field("/base_url", reason)),
        Some(Outcome::Twice(_)) | None => return Err(Problem::internal(&"one domain came back as none")),
    };
    let Some(job) = taken.job else {
        let detail = "the queue of discoveries is being drained and takes no scans in; resume it first";
        return Err(Problem::new(StatusCode::CONFLICT, "conflict", detail));
    };
    let job_id = RecordKind::Job.id(job.0);
    tracing::info!(%job_id, domain = taken.domain, by = caller.principal.name, "scan queued");
    let status_url = format!("/api/v3/sitemap/status/{job_id}");
    Ok((StatusCode::ACCEPTED, Json(ScanAnswer { job_id, status_url })))
}

/// How far a scan is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanStatus {
    /// The job.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
    /// `pending`, `running`, `complete`, `failed` or `cancelled`.
    #[schema(example = "running")]
    status: &'static str,
    /// 0 to 100.
    progress_percent: u8,
    /// In words.
    progress_message: Option<String>,
    /// The domain as it was asked for.
    domain: Option<String>,
    /// The domain's id.
    #[schema(value_type = Option<String>, format = "uuid")]
    domain_id: Option<PublicId>,
    /// What was asked for.
    result_data: ScanData,
    /// The sitemap files found so far, at most 500.
    sitemaps: Vec<ScanSitemap>,
    /// What is counted of the domain.
    counts: ScanCounts,
    /// What went wrong.
    error: Option<String>,
    /// Who asked for it.
    created_by: Option<String>,
    /// When it was queued.
    created_at: Time,
    /// When its last run began.
    started_at: Option<Time>,
    /// When it ended.
    finished_at: Option<Time>,
}

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanData {
    /// The domain as it was asked for.
    #[schema(example = "acme.org")]
    domain: Option<String>,
    /// How many pages it may have.
    max_pages: Option<i64>,
}

/// A sitemap file that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScanSitemap {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    id: PublicId,
    /// Its address.
    url: String,
    /// What it is.
    #[schema(value_type = Option<SitemapTypeWord>)]
    sitemap_type: Option<SitemapType>,
    /// A person's decision.
    #[schema(value_type = CurationWord)]
    sitemap_curation_status: CurationStatus,
    /// How far its import is.
    #[schema(value_type = Option<ProcessingWord>)]
    sitemap_import_status: Option<ProcessingStatus>,
    /// Entries in it.
    url_count: i64,
}

impl From<SitemapFileRow> for ScanSitemap {
    fn from(row: SitemapFileRow) -> Self {
        Self {
            id: RecordKind::SitemapFile.id(row.id.0),
            url: row.url,
            sitemap_type: row.sitemap_type,
            sitemap_curation_status: row.curation,
            sitemap_import_status: row.import_status,
            url_count: row.url_count,
        }
    }
}

/// What is counted of a domain.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ScanCounts {
    /// Sitemap files.
    sitemap_files: i64,
    /// Pages.
    pages: i64,
    /// Contacts.
    contacts: i64,
}

/// Tells how far a scan is, whenever it was asked for.
#[utoipa::path(get, path = "/api/v3/sitemap/status/{job_id}", tag = "scan",
    params(("job_id" = String, Path, format = "uuid", description = "The job's id.")),
    responses((status = 200, description = "How far it is.", body = ScanStatus)))]
async fn get_scan_status(State(app): State<App>, _: Viewer, id: Id) -> Result<Json<ScanStatus>, Problem> {
    let (job, _) = jobs::find(&app, id).await?;
    let domain = match job.domain_id {
        0 => None,
        number => app.store().domain(DomainId(number)).await?,
    };
    let filter =
        SitemapFileFilter { domain_id: Some(DomainId(job.domain_id)), ..SitemapFileFilter::default() };
    let slice = Slice::first(Sorting::Oldest, SITEMAPS_SHOWN);
    let files = app.store().list_sitemap_files(&filter, slice).await?.rows;
    Ok(Json(shown(job, domain, files)))
}

fn shown(job: JobView, domain: Option<DomainRow>, files: Vec<SitemapFileRow>) -> ScanStatus {
    let payload = kept_json(&job.payload);
    let asked = payload.get("domain").and_then(|domain| domain.as_str()).map(str::to_owned);
    let asked = asked.or_else(|| domain.as_ref().map(|domain| domain.domain.clone()));
    let max_pages = payload.get("max_pages").and_then(serde_json::Value::as_i64);
    let (percent, message) = match job.progress {
        _ if job.state == engine::JobState::Complete => (100, job.progress.map(|(_, message)| message)),
        Some((percent, message)) => (percent, Some(message)),
        None => (0, None),
    };
    ScanStatus {
        job_id: RecordKind::Job.id(job.id.0),
        status: job.state.as_str(),
        progress_percent: percent,
        progress_message: message,
        domain_id: domain.as_ref().map(|domain| RecordKind::Domain.id(domain.id.0)),
        result_data: ScanData { domain: asked.clone(), max_pages },
        domain: asked,
        sitemaps: files.into_iter().map(ScanSitemap::from).collect(),
        counts: domain.map_or_else(ScanCounts::default, |domain| ScanCounts {
            sitemap_files: domain.sitemap_file_count,
            pages: domain.page_count,
            contacts: domain.contact_count,
        }),
        error: job.error.map(|error| error.message),
        created_by: job.created_by,
        created_at: job.created_at.into(),
        started_at: job.started_at.map(Time),
        finished_at: job.finished_at.map(Time),
    }
}
