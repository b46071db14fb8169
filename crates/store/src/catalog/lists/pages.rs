//! The list of pages.

use clock::Timestamp;
use model::{CurationStatus, DomainId, PageId, PageType, PriorityLevel, ProcessingStatus, SitemapFileId};

use super::facet::Part;
use super::scan::{List, Wanted};
use super::{Listed, Slice};
use crate::catalog::domains::word;
use crate::sql::{Row, sql, sql_built};
use crate::{Store, StoreError};

/// The list of pages.
pub(super) const LIST: List =
    List { table: "pages", columns: COLUMNS, text: "url", aside: true, priority: 1_024 };

const COLUMNS: &str = "t.id, t.domain_id, t.url, t.sitemap_file_id, t.page_type, t.page_type_confidence, t.depth, \
    t.priority_level, t.page_curation_status, t.page_processing_status, t.page_processing_error, t.lastmod, \
    t.http_status, t.title, t.contact_count, t.scraped_at, t.created_at, t.updated_at, \
    (SELECT domain FROM domains WHERE domains.id = t.domain_id) AS domain";

/// A page as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct PageRow {
    /// Its key.
    pub id: PageId,
    /// Whose it is.
    pub domain_id: DomainId,
    /// The name of its domain.
    pub domain: String,
    /// Its address.
    pub url: String,
    /// The sitemap file that brought it first; none if the home page links to it.
    pub sitemap_file_id: Option<SitemapFileId>,
    /// What it seems to be.
    pub page_type: PageType,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// How many path segments deep it lies.
    pub depth: i64,
    /// How likely it bears contacts.
    pub priority_level: PriorityLevel,
    /// A person's decision.
    pub curation: CurationStatus,
    /// How far its scraping is.
    pub processing_status: Option<ProcessingStatus>,
    /// What went wrong with it.
    pub processing_error: Option<String>,
    /// When it was last changed, as its sitemap says.
    pub lastmod: Option<Timestamp>,
    /// The status of the last answer.
    pub http_status: Option<i64>,
    /// Its title.
    pub title: Option<String>,
    /// How many contacts stand on it.
    pub contact_count: i64,
    /// When it was last read.
    pub scraped_at: Option<Timestamp>,
    /// When it was found.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl PageRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let time = |at: usize| row.get::<Option<i64>>(at).map(|time| time.map(Timestamp));
        Ok(Self {
            id: PageId(row.get(0)?),
            domain_id: DomainId(row.get(1)?),
            url: row.get(2)?,
            sitemap_file_id: row.get::<Option<i64>>(3)?.map(SitemapFileId),
            page_type: word(row.get::<String>(4)?)?,
            confidence: row.get(5)?,
            depth: row.get(6)?,
            priority_level: row
                .get::<i64>(7)?
                .try_into()
                .map_err(|error: &str| StoreError::Corrupt(error.to_owned()))?,
            curation: word(row.get::<String>(8)?)?,
            processing_status: row.get::<Option<String>>(9)?.map(word).transpose()?,
            processing_error: row.get(10)?,
            lastmod: time(11)?,
            http_status: row.get(12)?,
            title: row.get(13)?,
            contact_count: row.get(14)?,
            scraped_at: time(15)?,
            created_at: Timestamp(row.get(16)?),
            updated_at: Timestamp(row.get(17)?),
            domain: row.get::<Option<String>>(18)?.unwrap_or_default(),
        })
    }
}

/// Which pages are wanted; what is empty or none means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFilter {
    /// Of this domain.
    pub domain_id: Option<DomainId>,
    /// Of domains whose name holds this.
    pub domain: Option<String>,
    /// Whose address holds this, in any letter case.
    pub url_contains: Option<String>,
    /// Of one of these types.
    pub page_type: Vec<PageType>,
    /// Of one of these levels.
    pub priority_level: Vec<PriorityLevel>,
    /// In one of these.
    pub curation: Vec<CurationStatus>,
    /// In one of these; `None` stands for pages that were never asked for.
    pub processing: Vec<Option<ProcessingStatus>>,
    /// With contacts on them, or without.
    pub has_contacts: Option<bool>,
}

impl Store {
    /// A part of the list of pages.
    ///
    /// # Errors
    /// If the slice is none, or the database is not available.
    pub async fn list_pages(&self, filter: &PageFilter, slice: Slice) -> Result<Listed<PageRow>, StoreError> {
        let wanted = self.wanted_pages(filter).await?;
        self.list(&LIST, &wanted, slice).await?.try_map(|row| PageRow::read(&row))
    }

    async fn wanted_pages(&self, filter: &PageFilter) -> Result<Wanted, StoreError> {
        let mut wanted = Wanted {
            parts: vec![
                Part::priority(1_024, &filter.priority_level),
                Part::page_type(64, &filter.page_type),
                Part::curation(16, &filter.curation),
                Part::progress(2, &filter.processing),
                Part::flag(1, filter.has_contacts),
            ],
            contains: filter.url_contains.clone(),
            ..Wanted::default()
        };
        self.limit_to(&mut wanted, filter.domain_id, filter.domain.as_deref()).await?;
        Ok(wanted)
    }

    /// A page by its key.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn page_by_id(&self, id: PageId) -> Result<Option<PageRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM pages AS t WHERE t.id = $1");
        self.db.row(sql_built(text).bind(id.0)).await?.as_ref().map(PageRow::read).transpose()
    }

    /// Everything that was extracted from a page, as JSON, and when; none if it was not read.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn scraped_content(
        &self,
        domain_id: DomainId,
        id: PageId,
    ) -> Result<Option<(String, Timestamp)>, StoreError> {
        let text = "SELECT content, extracted_at FROM scraped_content WHERE domain_id = $1 AND page_id = $2";
        let row = self.db.row(sql(text).bind(domain_id.0).bind(id.0)).await?;
        row.map(|row| Ok((row.get(0)?, Timestamp(row.get(1)?)))).transpose()
    }
}
