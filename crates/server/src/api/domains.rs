//! Domains: listed, added, shown.

use axum::extract::State;
use http::StatusCode;
use model::{CurationStatus, DomainId, ProcessingStatus, PublicId, RecordKind};
use pipeline::submit::{self, Submission};
use serde::{Deserialize, Serialize};
use store::{DomainFilter, DomainRow, ScanState, Sorting};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{Operator, Viewer};
use crate::extract::{Body, Id, Json, Query};
use crate::limits::DOMAINS_MAX;
use crate::list::{ListOf, Paging};
use crate::problem::Problem;
use crate::words::{CurationWord, Maybe, ProcessingWord, Time, Words};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_domains, add_domains)).routes(routes!(get_domain))
}

/// A domain.
#[derive(Debug, Serialize, ToSchema)]
pub struct DomainView {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: PublicId,
    /// Its one name.
    #[schema(example = "acme.org")]
    pub domain: String,
    /// Where it lives.
    #[schema(example = "https://acme.org/")]
    pub base_url: String,
    /// A person's decision.
    #[schema(value_type = CurationWord)]
    pub sitemap_curation_status: CurationStatus,
    /// How far its analysis is; none if nobody asked for it.
    #[schema(value_type = Option<ProcessingWord>)]
    pub sitemap_analysis_status: Option<ProcessingStatus>,
    /// What went wrong with it.
    pub sitemap_analysis_error: Option<String>,
    /// What a person should know of it, such as why nothing was found.
    pub sitemap_analysis_note: Option<String>,
    /// Which pages are selected by rule: `auto`, `wide`, `all` or `none`.
    #[schema(example = "auto")]
    pub select_profile: String,
    /// How many pages it may have.
    pub max_pages: Option<i64>,
    /// Whether sitemap files are imported as they are found.
    pub auto_import: bool,
    /// Whether selected pages are scraped as they are found.
    pub auto_scrape: bool,
    /// How many sitemap files are known.
    pub sitemap_file_count: i64,
    /// How many pages are known.
    pub page_count: i64,
    /// How many contacts were found.
    pub contact_count: i64,
    /// When it was last asked for.
    pub scan_asked_at: Time,
    /// When it was taken in.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl From<DomainRow> for DomainView {
    fn from(row: DomainRow) -> Self {
        Self {
            id: RecordKind::Domain.id(row.id.0),
            domain: row.domain,
            base_url: row.base_url,
            sitemap_curation_status: row.curation,
            sitemap_analysis_status: row.analysis_status,
            sitemap_analysis_error: row.analysis_error,
            sitemap_analysis_note: row.analysis_note,
            select_profile: row.select_profile,
            max_pages: row.max_pages,
            auto_import: row.auto_import,
            auto_scrape: row.auto_scrape,
            sitemap_file_count: row.sitemap_file_count,
            page_count: row.page_count,
            contact_count: row.contact_count,
            scan_asked_at: row.scan_asked_at.into(),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// Which domains are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DomainQuery {
    /// Whose name holds this text, in any letter case.
    domain: Option<String>,
    /// One or more of `New`, `Selected`, `Rejected`, `Archived`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "New,Selected")]
    sitemap_curation_status: Words<CurationStatus>,
    /// One or more of `Queued`, `Processing`, `Complete`, `Error` and `none`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "Error")]
    sitemap_analysis_status: Words<Maybe<ProcessingStatus>>,
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

/// Lists domains.
#[utoipa::path(get, path = "/api/v3/domains", tag = "domains", params(DomainQuery),
    responses((status = 200, description = "A part of the list.", body = ListOf<DomainView>)))]
async fn list_domains(
    State(app): State<App>,
    _: Viewer,
    Query(query): Query<DomainQuery>,
) -> Result<Json<ListOf<DomainView>>, Problem> {
    let paging = Paging {
        cursor: query.cursor.as_deref(),
        page: query.page,
        size: query.size,
        sort: query.sort.as_deref(),
    };
    let slice = paging.slice(&[Sorting::Newest, Sorting::Oldest])?;
    let filter = DomainFilter {
        domain: super::needle("domain", query.domain.clone())?,
        curation: query.sitemap_curation_status.0.clone(),
        analysis: query.sitemap_analysis_status.clone().into_options(),
    };
    let listed = app.store().list_domains(&filter, slice).await?;
    Ok(Json(paging.answer(slice, listed, DomainView::from)))
}

/// One domain or many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"domains": ["acme.org", "https://www.example.com"], "select": "auto"}))]
pub struct NewDomains {
    /// One domain or address; instead of `domains`.
    #[schema(example = "acme.org")]
    domain: Option<String>,
    /// Domains or addresses, at most 10,000.
    #[serde(default)]
    domains: Vec<String>,
    /// Which pages are selected by rule: `auto`, `wide`, `all` or `none`; `auto` unless said.
    #[schema(example = "auto")]
    select: Option<String>,
    /// How many pages a domain may have.
    #[schema(minimum = 1)]
    max_pages: Option<i64>,
    /// Whether known domains that are done are read again.
    #[serde(default)]
    again: bool,
    /// Whether selected pages are scraped at once; yes unless said.
    scrape: Option<bool>,
}

/// How domains are scanned.
#[derive(Clone, Debug, Default)]
pub struct HowScanned {
    /// Which pages are selected by rule.
    pub select: Option<String>,
    /// How many pages a domain may have.
    pub max_pages: Option<i64>,
    /// Whether known domains that are done are read again.
    pub again: bool,
    /// Whether selected pages are scraped at once.
    pub scrape: Option<bool>,
}

impl HowScanned {
    /// As the pipeline takes it.
    pub fn submission(&self, by: &str) -> Result<Submission, Problem> {
        let profile = match &self.select {
            Some(word) => word.parse().map_err(|_| {
                Problem::field("/select", format!("{word:?} is none of: auto, wide, all, none"))
            })?,
            None => Default::default(),
        };
        if self.max_pages.is_some_and(|max| max < 1) {
            return Err(Problem::field("/max_pages", "must be 1 or more"));
        }
        Ok(Submission {
            profile,
            max_pages: self.max_pages,
            scrape: self.scrape.unwrap_or(true),
            again: self.again,
            created_by: by.to_owned(),
        })
    }
}

/// What became of the domains.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Added {
    /// Taken in, or queued again.
    pub accepted: usize,
    /// Known already, or named twice.
    pub duplicate: usize,
    /// None of any site.
    pub rejected: usize,
    /// What became of each, in the order given.
    pub items: Vec<AddedDomain>,
}

/// What became of one of the domains.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedDomain {
    /// As it was given.
    pub given: String,
    /// `accepted`, `duplicate` or `rejected`.
    #[schema(example = "accepted")]
    pub outcome: &'static str,
    /// Its id.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub id: Option<PublicId>,
    /// Its one name.
    pub domain: Option<String>,
    /// The job that looks it through, if one waits or runs.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub job_id: Option<PublicId>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// Takes domains in and queues their analysis.
#[utoipa::path(post, path = "/api/v3/domains", tag = "domains", request_body = NewDomains,
    responses((status = 202, description = "What became of each.", body = Added)))]
async fn add_domains(
    State(app): State<App>,
    caller: Operator,
    Body(wanted): Body<NewDomains>,
) -> Result<(StatusCode, Json<Added>), Problem> {
    let NewDomains { select, max_pages, again, scrape, .. } = &wanted;
    let how = HowScanned { select: select.clone(), max_pages: *max_pages, again: *again, scrape: *scrape };
    let how = how.submission(&caller.principal.name)?;
    let given: Vec<String> = wanted.domain.into_iter().chain(wanted.domains).collect();
    if given.is_empty() {
        return Err(Problem::field("/domains", "give at least one domain"));
    }
    if given.len() > DOMAINS_MAX {
        let detail = format!("at most {DOMAINS_MAX} in one request; upload a list instead");
        return Err(Problem::field("/domains", detail));
    }
    let submitted = submit::domains(app.store(), &given, &how).await?;
    let mut added = Added::default();
    for (given, outcome) in given.into_iter().zip(submitted) {
        added.items.push(shown(given, outcome));
    }
    for item in &added.items {
        match item.outcome {
            "accepted" => added.accepted += 1,
            "duplicate" => added.duplicate += 1,
            _ => added.rejected += 1,
        }
    }
    Ok((StatusCode::ACCEPTED, Json(added)))
}

fn shown(given: String, outcome: submit::Outcome) -> AddedDomain {
    match outcome {
        submit::Outcome::Taken(taken) => {
            let new = matches!(taken.state, ScanState::New | ScanState::Again);
            AddedDomain {
                given,
                outcome: if new { "accepted" } else { "duplicate" },
                id: Some(RecordKind::Domain.id(taken.id.0)),
                domain: Some(taken.domain),
                job_id: taken.job.map(|job| RecordKind::Job.id(job.0)),
                reason: None,
            }
        }
        submit::Outcome::Twice(domain) => AddedDomain {
            given,
            outcome: "duplicate",
            id: None,
            domain: Some(domain),
            job_id: None,
            reason: None,
        },
        submit::Outcome::Rejected(reason) => AddedDomain {
            given,
            outcome: "rejected",
            id: None,
            domain: None,
            job_id: None,
            reason: Some(reason),
        },
    }
}

/// Shows a domain.
#[utoipa::path(get, path = "/api/v3/domains/{id}", tag = "domains",
    params(("id" = String, Path, format = "uuid", description = "The domain's id.")),
    responses((status = 200, description = "The domain.", body = DomainView)))]
async fn get_domain(State(app): State<App>, _: Viewer, id: Id) -> Result<Json<DomainView>, Problem> {
    let number = id.number(RecordKind::Domain, "the domain")?;
    let domain = app.store().domain(DomainId(number)).await?;
    domain.map(|row| Json(row.into())).ok_or_else(|| Problem::not_found("the domain", id.0))
}
