//! `sitemap_import.requeue`: failed imports are queued again.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ImportFilters;
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::operations::{BulkOutcome, Change, Kind, operate};
use crate::selector::Progress;

/// See the file's own words.
#[derive(Debug)]
pub struct Requeue;

/// Which sitemap files.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// All that match; without a status those that failed.
    #[serde(default)]
    filters: ImportFilters,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

impl Action for Requeue {
    const FACTS: Facts = Facts::new(
        "sitemap_import.requeue",
        View::Sitemaps,
        "Requeue imports",
        "Queues sitemap files to be imported again and clears their errors; without a status, the failed ones.",
    )
    .risk(Risk::Medium)
    .dry_run();
    type Params = Params;
    type Outcome = BulkOutcome;

    fn check(params: &Params) -> Vec<FieldError> {
        params.filters.check("/filters")
    }

    fn sentence(_: &Params) -> String {
        "requeue imports".into()
    }

    fn sample() -> (Value, Value) {
        let filters = json!({"sitemap_import_status": "Error", "error_contains": "timeout"});
        (json!({"filters": filters}), BulkOutcome::sample(147))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let change = Change::Requeue { kind: Kind::SitemapFile };
        let chosen = params.filters.chosen(desk, &[Progress::Error]);
        operate(desk, Self::FACTS.kind, change, chosen, params.dry_run).await
    }
}
