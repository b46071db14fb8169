//! What people decide about domains, sitemap files and pages, by ids or for all that a filter matches: doors to the
//! actions `domain.curate`, `sitemap.curate` and `page.curate`.

use admin::ActionRequest;
use axum::extract::State;
use http::HeaderMap;
use model::{CurationStatus, PublicId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions;
use crate::app::App;
use crate::auth::{Caller, Operator};
use crate::extract::{Body, Json};
use crate::limits::IDS_MAX;
use crate::problem::Problem;
use crate::words::CurationWord;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(curate_domains))
        .routes(routes!(curate_domains_filtered))
        .routes(routes!(curate_sitemap_files))
        .routes(routes!(curate_sitemap_files_filtered))
        .routes(routes!(curate_pages))
        .routes(routes!(curate_pages_filtered))
        .routes(routes!(bulk_update_pages))
}

/// What a decision did.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurationAnswer {
    /// Records whose status changed.
    pub updated_count: u64,
    /// Records whose processing was queued with it; none where the action does not tell.
    pub queued_count: Option<u64>,
    /// Records that matched.
    pub matched_count: u64,
    /// The job that goes on with it, where there are too many to be done at once.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub job_id: Option<PublicId>,
}

/// Writes the two bodies of a kind of record.
macro_rules! bodies {
    ($by_ids:ident, $ids:ident, $by_filter:ident, $status:ident) => {
        /// Records by their ids, and what is decided about them.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $by_ids {
            /// Which, at most 100,000.
            #[schema(value_type = Vec<String>)]
            $ids: Vec<PublicId>,
            /// What is decided.
            #[schema(value_type = CurationWord)]
            $status: CurationStatus,
        }

        /// A filter, and what is decided about all that it matches.
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $by_filter {
            /// The filter, as in the selector of the action.
            #[serde(default)]
            #[schema(value_type = Object)]
            filter: serde_json::Map<String, Value>,
            /// Says that an empty filter is meant.
            #[serde(default)]
            all: bool,
            /// Only counts, changes nothing.
            #[serde(default)]
            dry_run: bool,
            /// What is decided.
            #[schema(value_type = CurationWord)]
            $status: CurationStatus,
        }
    };
}

bodies!(DomainDecision, domain_ids, DomainsDecision, sitemap_curation_status);
bodies!(SitemapFileDecision, sitemap_file_ids, SitemapFilesDecision, sitemap_curation_status);
bodies!(PageDecision, page_ids, PagesDecision, page_curation_status);

/// Writes the two handlers of a kind of record.
macro_rules! doors {
    ($kind:literal, $tag:literal, $path:literal, $by_ids:ident($ids_body:ident, $ids:ident), $by_filter:ident($filter_body:ident), $status:ident) => {
        /// Decides about records by their ids. Selecting one also queues its processing, once.
        #[utoipa::path(put, path = $path, tag = $tag, request_body = $ids_body,
            responses((status = 200, description = "What it did.", body = CurationAnswer)))]
        async fn $by_ids(
            State(app): State<App>,
            caller: Operator,
            headers: HeaderMap,
            Body(body): Body<$ids_body>,
        ) -> Result<Json<CurationAnswer>, Problem> {
            by_ids(&app, &caller, &headers, $kind, (stringify!($ids), &body.$ids), body.$status).await
        }

        /// Decides about all records that a filter matches. Selecting one also queues its processing, once.
        #[utoipa::path(put, path = concat!($path, "/filtered"), tag = $tag, request_body = $filter_body,
            responses((status = 200, description = "What it did.", body = CurationAnswer)))]
        async fn $by_filter(
            State(app): State<App>,
            caller: Operator,
            headers: HeaderMap,
            Body(body): Body<$filter_body>,
        ) -> Result<Json<CurationAnswer>, Problem> {
            let selector = json!({ "filter": body.filter, "all": body.all });
            curate(&app, &caller, &headers, $kind, selector, body.$status, body.dry_run).await
        }
    };
}

doors!(
    "domain.curate",
    "domains",
    "/api/v3/domains/sitemap-curation/status",
    curate_domains(DomainDecision, domain_ids),
    curate_domains_filtered(DomainsDecision),
    sitemap_curation_status
);
doors!(
    "sitemap.curate",
    "sitemap files",
    "/api/v3/sitemap-files/status",
    curate_sitemap_files(SitemapFileDecision, sitemap_file_ids),
    curate_sitemap_files_filtered(SitemapFilesDecision),
    sitemap_curation_status
);
doors!(
    "page.curate",
    "pages",
    "/api/v3/pages/status",
    curate_pages(PageDecision, page_ids),
    curate_pages_filtered(PagesDecision),
    page_curation_status
);

/// Pages by their ids, and what is decided about them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkUpdate {
    /// Which, at most 100,000.
    #[schema(value_type = Vec<String>)]
    page_ids: Vec<PublicId>,
    /// What is decided.
    #[schema(value_type = CurationWord)]
    status: CurationStatus,
}

/// Decides about many pages in batches, with one answer.
#[utoipa::path(put, path = "/api/v3/pages/bulk-update", tag = "pages", request_body = BulkUpdate,
    responses((status = 200, description = "What it did.", body = CurationAnswer)))]
async fn bulk_update_pages(
    State(app): State<App>,
    caller: Operator,
    headers: HeaderMap,
    Body(body): Body<BulkUpdate>,
) -> Result<Json<CurationAnswer>, Problem> {
    by_ids(&app, &caller, &headers, "page.curate", ("page_ids", &body.page_ids), body.status).await
}

async fn by_ids(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    kind: &str,
    (field, ids): (&str, &[PublicId]),
    status: CurationStatus,
) -> Result<Json<CurationAnswer>, Problem> {
    if ids.is_empty() || ids.len() > IDS_MAX {
        return Err(Problem::field(&format!("/{field}"), format!("give 1 to {IDS_MAX} ids")));
    }
    curate(app, caller, headers, kind, json!({ "ids": ids }), status, false).await
}

async fn curate(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    kind: &str,
    selector: Value,
    status: CurationStatus,
    dry_run: bool,
) -> Result<Json<CurationAnswer>, Problem> {
    let payload = json!({ "selector": selector, "status": status, "dry_run": dry_run });
    let key = actions::key(headers)?;
    let request = ActionRequest { kind: kind.to_owned(), payload, confirm: None, idempotency_key: key };
    let result = actions::dispatch(app, caller, request).await?.result;
    let number = |name: &str| result.get(name).and_then(Value::as_u64).unwrap_or(0);
    Ok(Json(CurationAnswer {
        updated_count: number("updated"),
        queued_count: result.get("queued").and_then(Value::as_u64),
        matched_count: number("matched"),
        job_id: result.get("job_id").and_then(Value::as_str).and_then(|id| id.parse().ok()),
    }))
}
