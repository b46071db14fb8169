//! `job.bulk_cancel`: many jobs are stopped for good.

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::operations::{BulkOutcome, Change, Chosen, operate};
use crate::selector::{JobsFilter, Selector};

/// See the file's own words.
#[derive(Debug)]
pub struct BulkCancel;

/// Which jobs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// By ids or by a filter.
    selector: Selector<JobsFilter>,
    /// Why; kept as each job's error.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

impl Action for BulkCancel {
    const FACTS: Facts = Facts::new(
        "job.bulk_cancel",
        View::JobsAndQueue,
        "Cancel jobs",
        "Cancels every pending or running job that is chosen; nothing more of them is taken.",
    )
    .risk(Risk::Medium)
    .dry_run();
    type Params = Params;
    type Outcome = BulkOutcome;

    fn check(params: &Params) -> Vec<FieldError> {
        params.selector.check("/selector")
    }

    fn sentence(_: &Params) -> String {
        "cancels every pending or running job that is chosen".into()
    }

    fn sample() -> (Value, Value) {
        let filter = json!({"queues": ["import"], "error_contains": "timeout"});
        (json!({"selector": {"filter": filter}, "reason": "the provider is down"}), BulkOutcome::sample(40))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let reason = params.reason.unwrap_or_else(|| super::cancel::NO_REASON.into());
        let change = Change::CancelJobs { reason };
        operate(desk, Self::FACTS.kind, change, Chosen::Jobs(params.selector), params.dry_run).await
    }
}
