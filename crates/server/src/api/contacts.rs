//! Contacts, searched over all domains.

use axum::extract::State;
use model::{ContactKind, DomainId, PageType, PublicId, RecordKind};
use serde::{Deserialize, Serialize};
use store::{ContactFilter, ContactView, Sorting};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::Viewer;
use crate::extract::{Json, Query};
use crate::list::{ListOf, Paging};
use crate::problem::Problem;
use crate::words::{ContactKindWord, PageTypeWord, Time, Words, kept_json};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_contacts))
}

/// A contact with where it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactShown {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: PublicId,
    /// Whose it is.
    #[schema(value_type = String, format = "uuid")]
    pub domain_id: PublicId,
    /// The name of that domain.
    #[schema(example = "acme.org")]
    pub domain: String,
    /// The page that it stands on.
    #[schema(value_type = String, format = "uuid")]
    pub page_id: PublicId,
    /// The address of that page.
    pub page_url: String,
    /// What that page seems to be.
    #[schema(value_type = PageTypeWord)]
    pub page_type: PageType,
    /// What kind of contact.
    #[schema(value_type = ContactKindWord)]
    pub kind: ContactKind,
    /// Its canonical value.
    #[schema(example = "info@acme.org")]
    pub value: String,
    /// How it was found: `mailto`, `text`, `json-ld` ...
    #[schema(example = "mailto")]
    pub source: String,
    /// Everything that is known of it.
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// When it was found.
    pub created_at: Time,
}

impl From<ContactView> for ContactShown {
    fn from(row: ContactView) -> Self {
        Self {
            id: RecordKind::Contact.id(row.id),
            domain_id: RecordKind::Domain.id(row.domain_id.0),
            domain: row.domain,
            page_id: RecordKind::Page.id(row.page_id.0),
            page_url: row.page_url,
            page_type: row.page_type,
            kind: row.kind,
            value: row.value,
            source: row.source,
            detail: kept_json(&row.detail),
            created_at: row.created_at.into(),
        }
    }
}

/// Which contacts are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContactQuery {
    /// Whose value holds this text, in any letter case.
    q: Option<String>,
    /// One or more of `email`, `phone`, `address`, `social`, `organisation`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "email,phone")]
    kind: Words<ContactKind>,
    /// Of this domain.
    #[param(format = "uuid")]
    domain_id: Option<String>,
    /// Of domains whose name holds this text.
    domain: Option<String>,
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

/// The filter that words of a query stand for.
pub(super) fn filter(
    q: Option<String>,
    kind: Vec<ContactKind>,
    domain_id: Option<&str>,
    domain: Option<String>,
) -> Result<ContactFilter, Problem> {
    Ok(ContactFilter {
        domain_id: super::number("domain_id", RecordKind::Domain, domain_id)?.map(DomainId),
        domain: super::needle("domain", domain)?,
        kind,
        contains: super::needle("q", q)?,
    })
}

/// Searches contacts over all domains.
#[utoipa::path(get, path = "/api/v3/contacts", tag = "contacts", params(ContactQuery),
    responses((status = 200, description = "A part of the list.", body = ListOf<ContactShown>)))]
async fn list_contacts(
    State(app): State<App>,
    _: Viewer,
    Query(query): Query<ContactQuery>,
) -> Result<Json<ListOf<ContactShown>>, Problem> {
    let paging = Paging {
        cursor: query.cursor.as_deref(),
        page: query.page,
        size: query.size,
        sort: query.sort.as_deref(),
    };
    let slice = paging.slice(&[Sorting::Newest, Sorting::Oldest])?;
    let (domain_id, domain) = (query.domain_id.as_deref(), query.domain.clone());
    let filter = filter(query.q.clone(), query.kind.0.clone(), domain_id, domain)?;
    let listed = app.store().list_contacts(&filter, slice).await?;
    Ok(Json(paging.answer(slice, listed, ContactShown::from)))
}
