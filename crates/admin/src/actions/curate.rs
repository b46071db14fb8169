//! A person's decisions about records: what is wanted is queued to be processed, in the same transaction, once.

pub mod domain;
pub mod page;
pub mod sitemap;

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::operations::BulkOutcome;
use crate::selector::{Curation, RecordsFilter, Selector};

/// Which records, and the decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CurateParams {
    /// By ids or by a filter.
    selector: Selector<RecordsFilter>,
    /// The decision.
    status: Curation,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

fn sentence(what: &str, params: &CurateParams) -> String {
    format!("sets the curation status of {what} to {:?}", params.status)
}

fn sample() -> (Value, Value) {
    let filter = json!({"curation_status": ["New"], "url_contains": "contact"});
    (json!({"selector": {"filter": filter}, "status": "Selected"}), BulkOutcome::sample(40))
}
