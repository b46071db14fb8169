//! The list of domains.

use model::{CurationStatus, DomainId, ProcessingStatus};

use super::facet::Part;
use super::scan::{List, Wanted};
use super::{Listed, Slice, Sorting};
use crate::catalog::domains::DomainRow;
use crate::{Store, StoreError};

/// The list of domains.
pub(super) const LIST: List =
    List { table: "domains", columns: DomainRow::COLUMNS, text: "domain", aside: false, priority: 0 };

/// How many domains a part of a name may stand for where other lists are filtered by it.
pub(super) const MOST_NAMED: usize = 64;

/// Which domains are wanted; what is empty or none means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainFilter {
    /// Whose name holds this, in any letter case.
    pub domain: Option<String>,
    /// In one of these.
    pub curation: Vec<CurationStatus>,
    /// In one of these; `None` stands for domains that were never asked for.
    pub analysis: Vec<Option<ProcessingStatus>>,
}

impl DomainFilter {
    fn wanted(&self) -> Wanted {
        Wanted {
            parts: vec![Part::curation(8, &self.curation), Part::progress(1, &self.analysis)],
            contains: self.domain.clone(),
            ..Wanted::default()
        }
    }
}

impl Store {
    /// A part of the list of domains.
    ///
    /// # Errors
    /// If the slice is none, or the database is not available.
    pub async fn list_domains(
        &self,
        filter: &DomainFilter,
        slice: Slice,
    ) -> Result<Listed<DomainRow>, StoreError> {
        self.list(&LIST, &filter.wanted(), slice).await?.try_map(|row| DomainRow::read(&row))
    }

    /// The domains whose name holds a text, if they are few enough to be told one by one.
    pub(super) async fn named(&self, text: &str) -> Result<Option<Vec<i64>>, StoreError> {
        let filter = DomainFilter { domain: Some(text.to_owned()), ..DomainFilter::default() };
        let found = self.list_domains(&filter, Slice::first(Sorting::Oldest, MOST_NAMED)).await?;
        let ids = found.rows.iter().map(|row| row.id.0).collect();
        Ok(found.next.is_none().then_some(ids))
    }

    /// Limits a list to one domain, or to those whose name holds a text.
    pub(super) async fn limit_to(
        &self,
        wanted: &mut Wanted,
        id: Option<DomainId>,
        name: Option<&str>,
    ) -> Result<(), StoreError> {
        wanted.domains = id.map(|id| vec![id.0]);
        let Some(name) = name else { return Ok(()) };
        match self.named(name).await? {
            Some(ids) => {
                let both = |limit: Vec<i64>| limit.into_iter().filter(|id| ids.contains(id)).collect();
                wanted.domains = Some(wanted.domains.take().map_or_else(|| ids.clone(), both));
            }
            None => {
                let condition = self.dialect().contains("domain", "{}");
                let text = format!("t.domain_id IN (SELECT id FROM domains WHERE {condition})");
                wanted.rest.push((text, self.dialect().pattern(name).into()));
            }
        }
        Ok(())
    }
}
