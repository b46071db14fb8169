//! `sitemap_import.update_status`: imports are put to another status.

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
pub struct UpdateStatus;

/// Which sitemap files.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// All that match; without a status those of any.
    #[serde(default)]
    filters: ImportFilters,
    /// The status to set.
    target_status: Target,
    /// Must be true without filters: all sitemap files there are.
    #[serde(default)]
    all: bool,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

/// A status that a person may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the words of the API")]
pub enum Target {
    Queued,
    Complete,
    Error,
}

impl From<Target> for Progress {
    fn from(target: Target) -> Self {
        match target {
            Target::Queued => Self::Queued,
            Target::Complete => Self::Complete,
            Target::Error => Self::Error,
        }
    }
}

impl Action for UpdateStatus {
    const FACTS: Facts = Facts::new(
        "sitemap_import.update_status",
        View::Sitemaps,
        "Set import status",
        "Sets the import status of sitemap files; Queued queues them and clears their errors, other statuses keep them.",
    )
    .risk(Risk::Medium)
    .dry_run();
    type Params = Params;
    type Outcome = BulkOutcome;

    fn check(params: &Params) -> Vec<FieldError> {
        let mut wrong = params.filters.check("/filters");
        if params.filters == ImportFilters::default() && !params.all {
            wrong.push(FieldError::new("/filters", "is empty: send \"all\": true if all are meant"));
        }
        wrong
    }

    fn sentence(_: &Params) -> String {
        "set import status".into()
    }

    fn sample() -> (Value, Value) {
        let filters = json!({"sitemap_import_status": "Error", "error_contains": "timeout"});
        (json!({"filters": filters, "target_status": "Queued"}), BulkOutcome::sample(147))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let change = Change::SetStatus { kind: Kind::SitemapFile, status: params.target_status.into() };
        let chosen = params.filters.chosen(desk, &[]);
        operate(desk, Self::FACTS.kind, change, chosen, params.dry_run).await
    }
}
