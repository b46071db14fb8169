//! What operators do with the imports of sitemap files, chosen by the filters of the administrative endpoint.

pub mod cancel;
pub mod requeue;
pub mod update_status;

use std::time::Duration;

use model::PublicId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::error::FieldError;
use crate::operations::Chosen;
use crate::selector::{Filter, Progress, RecordsFilter, Selector, written};

/// Which sitemap files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ImportFilters {
    /// Whose import is at this status.
    pub sitemap_import_status: Option<Progress>,
    /// Of this domain.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub domain_id: Option<PublicId>,
    /// Whose address holds this text; no character is a wildcard.
    #[schema(min_length = 1, max_length = 500)]
    pub url_contains: Option<String>,
    /// Whose error holds this text; no character is a wildcard.
    #[schema(min_length = 1, max_length = 200)]
    pub error_contains: Option<String>,
    /// Not changed for this many hours.
    #[schema(minimum = 0, maximum = 87600)]
    pub hours_since_update: Option<u64>,
    /// Not changed since this time.
    #[schema(format = "date-time")]
    pub updated_before: Option<String>,
}

impl ImportFilters {
    fn check(&self, at: &str) -> Vec<FieldError> {
        RecordsFilter { domain_id: self.domain_id, ..RecordsFilter::default() }.check(at)
    }

    /// As a selector; `usual` are the statuses where it names none.
    fn chosen(self, desk: &Desk, usual: &[Progress]) -> Chosen {
        let stale = self
            .hours_since_update
            .map(|hours| written(desk.now.before(Duration::from_secs(hours.saturating_mul(3_600)))));
        let filter = RecordsFilter {
            domain_id: self.domain_id,
            url_contains: self.url_contains,
            error_contains: self.error_contains,
            processing_status: self
                .sitemap_import_status
                .map_or_else(|| usual.to_vec(), |status| vec![status]),
            // Both are bounds: the earlier one holds. Times in UTC compare like their texts.
            updated_before: stale.into_iter().chain(self.updated_before).min(),
            ..RecordsFilter::default()
        };
        Chosen::Records(Selector { filter: Some(filter), all: true, ids: None })
    }
}
