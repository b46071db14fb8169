//! `sitemap_import.cancel`: imports that wait or run are stopped.

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
pub struct Cancel;

/// Which sitemap files.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// All that match; without a status those that wait or run.
    #[serde(default)]
    filters: ImportFilters,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

impl Action for Cancel {
    const FACTS: Facts = Facts::new(
        "sitemap_import.cancel",
        View::Sitemaps,
        "Cancel imports",
        "Stops imports that wait or run; they are left with the error Administrative cancellation.",
    )
    .risk(Risk::Medium)
    .dry_run();
    type Params = Params;
    type Outcome = BulkOutcome;

    fn check(params: &Params) -> Vec<FieldError> {
        params.filters.check("/filters")
    }

    fn sentence(_: &Params) -> String {
        "cancel imports".into()
    }

    fn sample() -> (Value, Value) {
        let filters = json!({"sitemap_import_status": "Processing", "error_contains": "timeout"});
        (json!({"filters": filters}), BulkOutcome::sample(147))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let any = params.filters.sitemap_import_status.is_some();
        let change = Change::Cancel { kind: Kind::SitemapFile, any };
        let chosen = params.filters.chosen(desk, &[Progress::Queued, Progress::Processing]);
        operate(desk, Self::FACTS.kind, change, chosen, params.dry_run).await
    }
}
