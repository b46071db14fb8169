//! Sitemap files: listed, added, shown, removed.

use axum::extract::State;
use http::StatusCode;
use model::{
    CurationStatus, DomainId, FoundBy, ProcessingStatus, PublicId, RecordKind, SitemapFileId, SitemapType,
};
use pipeline::submit;
use serde::{Deserialize, Serialize};
use store::{SitemapFileFilter, SitemapFileRow, Sorting};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{Admin, Operator, Viewer};
use crate::extract::{Body, Id, Json, Query};
use crate::list::{ListOf, Paging};
use crate::problem::Problem;
use crate::words::{
    CurationWord, FoundByWord, Maybe, ProcessingWord, SitemapTypeWord, Time, Words, kept_json,
};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_sitemap_files, add_sitemap_file))
        .routes(routes!(get_sitemap_file, remove_sitemap_file))
}

/// A sitemap file.
#[derive(Debug, Serialize, ToSchema)]
pub struct SitemapFileView {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: PublicId,
    /// Whose it is.
    #[schema(value_type = String, format = "uuid")]
    pub domain_id: PublicId,
    /// Its address.
    #[schema(example = "https://acme.org/sitemap.xml")]
    pub url: String,
    /// The index that lists it.
    pub parent_url: Option<String>,
    /// How many indexes lead to it.
    pub depth: i64,
    /// How it was found.
    #[schema(value_type = FoundByWord)]
    pub found_by: FoundBy,
    /// What it is, as far as is known.
    #[schema(value_type = Option<SitemapTypeWord>)]
    pub sitemap_type: Option<SitemapType>,
    /// The extensions it uses, out of `image`, `video`, `news`, `alternates`.
    pub extensions: Vec<String>,
    /// A person's decision.
    #[schema(value_type = CurationWord)]
    pub sitemap_curation_status: CurationStatus,
    /// How far its import is; none if nobody asked for it.
    #[schema(value_type = Option<ProcessingWord>)]
    pub sitemap_import_status: Option<ProcessingStatus>,
    /// What went wrong with it.
    pub sitemap_import_error: Option<String>,
    /// Bytes as they came, if known.
    pub size_bytes: Option<i64>,
    /// When it was last changed, as it or its index says.
    pub lastmod: Option<Time>,
    /// Entries in it, good and bad.
    pub url_count: i64,
    /// Pages that it brought first.
    pub new_count: i64,
    /// Pages that were known before.
    pub duplicate_count: i64,
    /// Entries that were not taken.
    pub rejected_count: i64,
    /// Pages beyond the domain's limit.
    pub over_limit_count: i64,
    /// Why entries were not taken, with how many.
    #[schema(value_type = Object)]
    pub rejected_reasons: serde_json::Value,
    /// What was damaged or odd.
    #[schema(value_type = Vec<String>)]
    pub warnings: serde_json::Value,
    /// When it was last read.
    pub imported_at: Option<Time>,
    /// When it was found.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl From<SitemapFileRow> for SitemapFileView {
    fn from(row: SitemapFileRow) -> Self {
        Self {
            id: RecordKind::SitemapFile.id(row.id.0),
            domain_id: RecordKind::Domain.id(row.domain_id.0),
            url: row.url,
            parent_url: row.parent_url,
            depth: row.depth,
            found_by: row.found_by,
            sitemap_type: row.sitemap_type,
            extensions: row.extensions.split_whitespace().map(str::to_owned).collect(),
            sitemap_curation_status: row.curation,
            sitemap_import_status: row.import_status,
            sitemap_import_error: row.import_error,
            size_bytes: row.size_bytes,
            lastmod: row.lastmod.map(Time),
            url_count: row.url_count,
            new_count: row.new_count,
            duplicate_count: row.duplicate_count,
            rejected_count: row.rejected_count,
            over_limit_count: row.over_limit_count,
            rejected_reasons: kept_json(&row.rejected_reasons),
            warnings: kept_json(&row.warnings),
            imported_at: row.imported_at.map(Time),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// Which sitemap files are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SitemapFileQuery {
    /// Of this domain.
    #[param(format = "uuid")]
    domain_id: Option<String>,
    /// Of domains whose name holds this text.
    domain: Option<String>,
    /// Whose address holds this text, in any letter case.
    url_contains: Option<String>,
    /// One or more of `index`, `urlset`, `text`, `rss`, `atom` and `none`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "urlset")]
    sitemap_type: Words<Maybe<SitemapType>>,
    /// One or more of `New`, `Selected`, `Rejected`, `Archived`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "New")]
    sitemap_curation_status: Words<CurationStatus>,
    /// One or more of `Queued`, `Processing`, `Complete`, `Error` and `none`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "Error")]
    sitemap_import_status: Words<Maybe<ProcessingStatus>>,
    /// Whose error holds this text, in any letter case.
    error_contains: Option<String>,
    /// Found at this time or later.
    #[param(value_type = Option<String>, format = "date-time")]
    created_after: Option<Time>,
    /// Found before this time.
    #[param(value_type = Option<String>, format = "date-time")]
    created_before: Option<Time>,
    /// Changed at this time or later.
    #[param(value_type = Option<String>, format = "date-time")]
    updated_after: Option<Time>,
    /// Changed before this time.
    #[param(value_type = Option<String>, format = "date-time")]
    updated_before: Option<Time>,
    /// `-created_at` (latest first) or `created_at`.
    sort: Option<String>,
    /// Where to go on: `next_cursor` of the page before.
    cursor: Option<String>,
    /// Which page, from 1, instead of a cursor.
    #[param(minimum = 1)]
    page: Option<usize>,
    /// How many items, 1 to 500; 50 unless said.
    #[param(minimum = 1, maximum = 500)]
    size: Option<usize>,
}

impl SitemapFileQuery {
    fn filter(&self) -> Result<SitemapFileFilter, Problem> {
        let domain = super::number("domain_id", RecordKind::Domain, self.domain_id.as_deref())?;
        Ok(SitemapFileFilter {
            domain_id: domain.map(DomainId),
            domain: super::needle("domain", self.domain.clone())?,
            url_contains: super::needle("url_contains", self.url_contains.clone())?,
            sitemap_type: self.sitemap_type.clone().into_options(),
            curation: self.sitemap_curation_status.0.clone(),
            import: self.sitemap_import_status.clone().into_options(),
            error_contains: super::needle("error_contains", self.error_contains.clone())?,
            created_after: self.created_after.map(|time| time.0),
            created_before: self.created_before.map(|time| time.0),
            updated_after: self.updated_after.map(|time| time.0),
            updated_before: self.updated_before.map(|time| time.0),
        })
    }
}

/// Lists sitemap files.
#[utoipa::path(get, path = "/api/v3/sitemap-files", tag = "sitemap files", params(SitemapFileQuery),
    responses((status = 200, description = "A part of the list.", body = ListOf<SitemapFileView>)))]
async fn list_sitemap_files(
    State(app): State<App>,
    _: Viewer,
    Query(query): Query<SitemapFileQuery>,
) -> Result<Json<ListOf<SitemapFileView>>, Problem> {
    let paging = Paging {
        cursor: query.cursor.as_deref(),
        page: query.page,
        size: query.size,
        sort: query.sort.as_deref(),
    };
    let slice = paging.slice(&[Sorting::Newest, Sorting::Oldest])?;
    let listed = app.store().list_sitemap_files(&query.filter()?, slice).await?;
    Ok(Json(paging.answer(slice, listed, SitemapFileView::from)))
}

/// A sitemap file to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSitemapFile {
    /// Whose it is.
    #[schema(value_type = String, format = "uuid")]
    domain_id: PublicId,
    /// Its address.
    #[schema(example = "https://acme.org/sitemap.xml")]
    url: String,
    /// Whether it is imported at once; yes unless said.
    import: Option<bool>,
}

/// Adds a sitemap file by its address, and queues its import.
#[utoipa::path(post, path = "/api/v3/sitemap-files", tag = "sitemap files", request_body = NewSitemapFile,
    responses((status = 201, description = "It is kept.", body = SitemapFileView),
        (status = 200, description = "It was known.", body = SitemapFileView)))]
async fn add_sitemap_file(
    State(app): State<App>,
    caller: Operator,
    Body(wanted): Body<NewSitemapFile>,
) -> Result<(StatusCode, Json<SitemapFileView>), Problem> {
    let unknown = || Problem::field("/domain_id", "names no domain");
    let domain = RecordKind::Domain.number(wanted.domain_id).ok_or_else(unknown)?;
    let domain = app.store().domain(DomainId(domain)).await?.ok_or_else(unknown)?;
    let url =
        model::PageUrl::parse(&wanted.url).map_err(|error| Problem::field("/url", error.to_string()))?;
    let import = wanted.import.unwrap_or(true);
    let (row, new) =
        submit::sitemap_file(app.store(), domain.id, &url, import, &caller.principal.name).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(row.into())))
}

/// Shows a sitemap file.
#[utoipa::path(get, path = "/api/v3/sitemap-files/{id}", tag = "sitemap files",
    params(("id" = String, Path, format = "uuid", description = "The sitemap file's id.")),
    responses((status = 200, description = "The sitemap file.", body = SitemapFileView)))]
async fn get_sitemap_file(
    State(app): State<App>,
    _: Viewer,
    id: Id,
) -> Result<Json<SitemapFileView>, Problem> {
    let number = id.number(RecordKind::SitemapFile, "the sitemap file")?;
    let row = app.store().sitemap_file_by_id(SitemapFileId(number)).await?;
    row.map(|row| Json(row.into())).ok_or_else(|| Problem::not_found("the sitemap file", id.0))
}

/// Removes a sitemap file that is not waiting or being imported. The pages that it brought stay.
#[utoipa::path(delete, path = "/api/v3/sitemap-files/{id}", tag = "sitemap files",
    params(("id" = String, Path, format = "uuid", description = "The sitemap file's id.")),
    responses((status = 204, description = "It is gone."),
        (status = 409, description = "Its import waits or runs.", body = crate::problem::ProblemBody)))]
async fn remove_sitemap_file(State(app): State<App>, _: Admin, id: Id) -> Result<StatusCode, Problem> {
    let number = id.number(RecordKind::SitemapFile, "the sitemap file")?;
    app.store().remove_sitemap_file(SitemapFileId(number), app.store().now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
