//! The list of contacts, over all domains.

use clock::Timestamp;
use model::{ContactKind, DomainId, PageId, PageType};

use super::facet::Part;
use super::scan::{List, Wanted};
use super::{Listed, Slice};
use crate::catalog::domains::word;
use crate::sql::{Row, sql_built};
use crate::{Store, StoreError};

/// The list of contacts.
pub(super) const LIST: List =
    List { table: "contacts", columns: COLUMNS, text: "value", aside: false, priority: 0 };

const COLUMNS: &str = "t.id, t.domain_id, t.page_id, t.kind, t.value, t.source, t.detail, t.created_at, \
    (SELECT domain FROM domains WHERE domains.id = t.domain_id) AS domain, \
    (SELECT url FROM pages WHERE pages.domain_id = t.domain_id AND pages.id = t.page_id) AS page_url, \
    (SELECT page_type FROM pages WHERE pages.domain_id = t.domain_id AND pages.id = t.page_id) AS page_type";

/// A contact with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactView {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub domain_id: DomainId,
    /// The name of that domain.
    pub domain: String,
    /// Where it stands.
    pub page_id: PageId,
    /// The address of that page.
    pub page_url: String,
    /// What that page seems to be.
    pub page_type: PageType,
    /// What kind of contact.
    pub kind: ContactKind,
    /// Its canonical value.
    pub value: String,
    /// How it was found.
    pub source: String,
    /// Everything that is known of it, as JSON.
    pub detail: String,
    /// When it was found.
    pub created_at: Timestamp,
}

impl ContactView {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get(0)?,
            domain_id: DomainId(row.get(1)?),
            page_id: PageId(row.get(2)?),
            kind: word(row.get::<String>(3)?)?,
            value: row.get(4)?,
            source: row.get(5)?,
            detail: row.get(6)?,
            created_at: Timestamp(row.get(7)?),
            domain: row.get::<Option<String>>(8)?.unwrap_or_default(),
            page_url: row.get::<Option<String>>(9)?.unwrap_or_default(),
            page_type: row.get::<Option<String>>(10)?.map(word).transpose()?.unwrap_or_default(),
        })
    }
}

/// Which contacts are wanted; what is empty or none means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactFilter {
    /// Of this domain.
    pub domain_id: Option<DomainId>,
    /// Of domains whose name holds this.
    pub domain: Option<String>,
    /// Of one of these kinds.
    pub kind: Vec<ContactKind>,
    /// Whose value holds this, in any letter case.
    pub contains: Option<String>,
}

impl Store {
    /// A part of the list of contacts.
    ///
    /// # Errors
    /// If the slice is none, or the database is not available.
    pub async fn list_contacts(
        &self,
        filter: &ContactFilter,
        slice: Slice,
    ) -> Result<Listed<ContactView>, StoreError> {
        let mut wanted = Wanted {
            parts: vec![Part::contact_kind(1, &filter.kind)],
            contains: filter.contains.clone(),
            ..Wanted::default()
        };
        self.limit_to(&mut wanted, filter.domain_id, filter.domain.as_deref()).await?;
        self.list(&LIST, &wanted, slice).await?.try_map(|row| ContactView::read(&row))
    }

    /// The contacts of a page, by kind, surest first.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn contacts_on(&self, domain_id: DomainId, id: PageId) -> Result<Vec<ContactView>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM contacts AS t WHERE t.domain_id = $1 AND t.page_id = $2 ORDER BY t.facet, t.position"
        );
        let rows = self.db.rows(sql_built(text).bind(domain_id.0).bind(id.0)).await?;
        rows.iter().map(ContactView::read).collect()
    }
}
