//! The list of sitemap files.

use clock::Timestamp;
use model::{CurationStatus, DomainId, ProcessingStatus, SitemapType};

use super::facet::Part;
use super::scan::{List, Wanted};
use super::{Listed, Slice};
use crate::catalog::files::SitemapFileRow;
use crate::{Store, StoreError};

/// The list of sitemap files.
pub(super) const LIST: List =
    List { table: "sitemap_files", columns: SitemapFileRow::COLUMNS, text: "url", aside: false, priority: 0 };

/// Which sitemap files are wanted; what is empty or none means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SitemapFileFilter {
    /// Of this domain.
    pub domain_id: Option<DomainId>,
    /// Of domains whose name holds this.
    pub domain: Option<String>,
    /// Whose address holds this, in any letter case.
    pub url_contains: Option<String>,
    /// Of one of these types; `None` stands for files that nobody has looked into.
    pub sitemap_type: Vec<Option<SitemapType>>,
    /// In one of these.
    pub curation: Vec<CurationStatus>,
    /// In one of these; `None` stands for files that were never asked for.
    pub import: Vec<Option<ProcessingStatus>>,
    /// Whose error holds this, in any letter case.
    pub error_contains: Option<String>,
    /// Found at this time or later.
    pub created_after: Option<Timestamp>,
    /// Found before.
    pub created_before: Option<Timestamp>,
    /// Changed at this time or later.
    pub updated_after: Option<Timestamp>,
    /// Changed before.
    pub updated_before: Option<Timestamp>,
}

impl Store {
    /// A part of the list of sitemap files.
    ///
    /// # Errors
    /// If the slice is none, or the database is not available.
    pub async fn list_sitemap_files(
        &self,
        filter: &SitemapFileFilter,
        slice: Slice,
    ) -> Result<Listed<SitemapFileRow>, StoreError> {
        let wanted = self.wanted_files(filter).await?;
        self.list(&LIST, &wanted, slice).await?.try_map(|row| SitemapFileRow::read(&row))
    }

    async fn wanted_files(&self, filter: &SitemapFileFilter) -> Result<Wanted, StoreError> {
        let mut wanted = Wanted {
            parts: vec![
                Part::sitemap_type(32, &filter.sitemap_type),
                Part::curation(8, &filter.curation),
                Part::progress(1, &filter.import),
            ],
            contains: filter.url_contains.clone(),
            ..Wanted::default()
        };
        if let Some(text) = &filter.error_contains {
            let dialect = self.dialect();
            wanted
                .rest
                .push((dialect.contains("t.sitemap_import_error", "{}"), dialect.pattern(text).into()));
        }
        let times = [
            ("t.created_at >= {}", filter.created_after),
            ("t.created_at < {}", filter.created_before),
            ("t.updated_at >= {}", filter.updated_after),
            ("t.updated_at < {}", filter.updated_before),
        ];
        for (condition, time) in times {
            wanted.rest.extend(time.map(|time| (condition.to_owned(), time.into())));
        }
        self.limit_to(&mut wanted, filter.domain_id, filter.domain.as_deref()).await?;
        Ok(wanted)
    }
}
