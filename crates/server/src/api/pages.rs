//! Pages: listed, and shown with what was extracted from them.

use axum::extract::State;
use model::{
    CurationStatus, DomainId, PageId, PageType, PriorityLevel, ProcessingStatus, PublicId, RecordKind,
};
use serde::{Deserialize, Serialize};
use store::{PageFilter, PageRow, Sorting};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::contacts::ContactShown;
use crate::app::App;
use crate::auth::Viewer;
use crate::extract::{Id, Json, Query};
use crate::list::{ListOf, Paging};
use crate::problem::Problem;
use crate::words::{CurationWord, Maybe, PageTypeWord, ProcessingWord, Time, Words, kept_json};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_pages))
        .routes(routes!(get_page))
        .routes(routes!(get_page_contacts))
}

/// A page.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageView {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: PublicId,
    /// Whose it is.
    #[schema(value_type = String, format = "uuid")]
    pub domain_id: PublicId,
    /// The name of its domain.
    #[schema(example = "acme.org")]
    pub domain: String,
    /// Its address.
    #[schema(example = "https://acme.org/contact")]
    pub url: String,
    /// The sitemap file that brought it first; none if the home page links to it.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub sitemap_file_id: Option<PublicId>,
    /// What it seems to be.
    #[schema(value_type = PageTypeWord)]
    pub page_type: PageType,
    /// How sure that is, 0 to 1.
    pub page_type_confidence: f64,
    /// How many path segments deep it lies.
    pub depth: i64,
    /// How likely it bears contacts: 1 does, 2 is likely to, 3 is any other.
    #[schema(value_type = i64, minimum = 1, maximum = 3)]
    pub priority_level: PriorityLevel,
    /// A person's or a rule's decision.
    #[schema(value_type = CurationWord)]
    pub page_curation_status: CurationStatus,
    /// How far its scraping is; none if nobody asked for it.
    #[schema(value_type = Option<ProcessingWord>)]
    pub page_processing_status: Option<ProcessingStatus>,
    /// What went wrong with it.
    pub page_processing_error: Option<String>,
    /// When it was last changed, as its sitemap says.
    pub lastmod: Option<Time>,
    /// The status of the last answer.
    pub http_status: Option<i64>,
    /// Its title.
    pub title: Option<String>,
    /// How many contacts stand on it.
    pub contact_count: i64,
    /// When it was last read.
    pub scraped_at: Option<Time>,
    /// When it was found.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl From<PageRow> for PageView {
    fn from(row: PageRow) -> Self {
        Self {
            id: RecordKind::Page.id(row.id.0),
            domain_id: RecordKind::Domain.id(row.domain_id.0),
            domain: row.domain,
            url: row.url,
            sitemap_file_id: row.sitemap_file_id.map(|id| RecordKind::SitemapFile.id(id.0)),
            page_type: row.page_type,
            page_type_confidence: row.confidence,
            depth: row.depth,
            priority_level: row.priority_level,
            page_curation_status: row.curation,
            page_processing_status: row.processing_status,
            page_processing_error: row.processing_error,
            lastmod: row.lastmod.map(Time),
            http_status: row.http_status,
            title: row.title,
            contact_count: row.contact_count,
            scraped_at: row.scraped_at.map(Time),
            created_at: row.created_at.into(),
            updated_at: row.updated_at.into(),
        }
    }
}

/// Which pages are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// Of this domain.
    #[param(format = "uuid")]
    domain_id: Option<String>,
    /// Of domains whose name holds this text.
    domain: Option<String>,
    /// Whose address holds this text, in any letter case.
    url_contains: Option<String>,
    /// One or more page types, such as `contact_root`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "contact_root,legal_root")]
    page_type: Words<PageType>,
    /// One or more of `1`, `2`, `3`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "1,2")]
    priority_level: Words<Level>,
    /// One or more of `New`, `Selected`, `Rejected`, `Archived`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "Selected")]
    page_curation_status: Words<CurationStatus>,
    /// One or more of `Queued`, `Processing`, `Complete`, `Error` and `none`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "Complete")]
    page_processing_status: Words<Maybe<ProcessingStatus>>,
    /// With contacts on them, or without.
    has_contacts: Option<bool>,
    /// `priority` (likeliest to bear contacts first), `-created_at` or `created_at`.
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

/// A priority level as a word of a query.
#[derive(Clone, Copy, Debug)]
struct Level(PriorityLevel);

impl std::str::FromStr for Level {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let number: i64 = word.parse().map_err(|_| "a priority level is 1, 2 or 3")?;
        PriorityLevel::try_from(number).map(Self)
    }
}

impl PageQuery {
    fn filter(&self) -> Result<PageFilter, Problem> {
        let domain = super::number("domain_id", RecordKind::Domain, self.domain_id.as_deref())?;
        Ok(PageFilter {
            domain_id: domain.map(DomainId),
            domain: super::needle("domain", self.domain.clone())?,
            url_contains: super::needle("url_contains", self.url_contains.clone())?,
            page_type: self.page_type.0.clone(),
            priority_level: self.priority_level.0.iter().map(|level| level.0).collect(),
            curation: self.page_curation_status.0.clone(),
            processing: self.page_processing_status.clone().into_options(),
            has_contacts: self.has_contacts,
        })
    }
}

/// Lists pages, likeliest to bear contacts first.
#[utoipa::path(get, path = "/api/v3/pages", tag = "pages", params(PageQuery),
    responses((status = 200, description = "A part of the list.", body = ListOf<PageView>)))]
async fn list_pages(
    State(app): State<App>,
    _: Viewer,
    Query(query): Query<PageQuery>,
) -> Result<Json<ListOf<PageView>>, Problem> {
    let paging = Paging {
        cursor: query.cursor.as_deref(),
        page: query.page,
        size: query.size,
        sort: query.sort.as_deref(),
    };
    let slice = paging.slice(&[Sorting::Priority, Sorting::Newest, Sorting::Oldest])?;
    let listed = app.store().list_pages(&query.filter()?, slice).await?;
    Ok(Json(paging.answer(slice, listed, PageView::from)))
}

async fn page(app: &App, id: Id) -> Result<PageRow, Problem> {
    let number = id.number(RecordKind::Page, "the page")?;
    app.store().page_by_id(PageId(number)).await?.ok_or_else(|| Problem::not_found("the page", id.0))
}

/// Shows a page.
#[utoipa::path(get, path = "/api/v3/pages/{id}", tag = "pages",
    params(("id" = String, Path, format = "uuid", description = "The page's id.")),
    responses((status = 200, description = "The page.", body = PageView)))]
async fn get_page(State(app): State<App>, _: Viewer, id: Id) -> Result<Json<PageView>, Problem> {
    Ok(Json(page(&app, id).await?.into()))
}

/// What was extracted from a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageContacts {
    /// The page.
    #[schema(value_type = String, format = "uuid")]
    pub page_id: PublicId,
    /// Its address.
    pub url: String,
    /// When it was extracted; none if the page was not read.
    pub extracted_at: Option<Time>,
    /// The contacts by kind, surest first.
    pub items: Vec<ContactShown>,
    /// Everything as it was extracted: emails, phones, addresses, socials, organisation.
    #[schema(value_type = Option<Object>)]
    pub scraped_content: Option<serde_json::Value>,
}

/// Shows the contacts on a page.
#[utoipa::path(get, path = "/api/v3/pages/{id}/contacts", tag = "contacts",
    params(("id" = String, Path, format = "uuid", description = "The page's id.")),
    responses((status = 200, description = "The contacts on the page.", body = PageContacts)))]
async fn get_page_contacts(State(app): State<App>, _: Viewer, id: Id) -> Result<Json<PageContacts>, Problem> {
    let page = page(&app, id).await?;
    let contacts = app.store().contacts_on(page.domain_id, page.id).await?;
    let content = app.store().scraped_content(page.domain_id, page.id).await?;
    let (content, at) = content.unzip();
    Ok(Json(PageContacts {
        page_id: id.0,
        url: page.url,
        extracted_at: at.map(Time),
        items: contacts.into_iter().map(ContactShown::from).collect(),
        scraped_content: content.as_deref().map(kept_json),
    }))
}
