//! `job.bulk_run`: many jobs that wait are started next.

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
pub struct BulkRun;

/// Which jobs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// By ids or by a filter.
    selector: Selector<JobsFilter>,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

impl Action for BulkRun {
    const FACTS: Facts = Facts::new(
        "job.bulk_run",
        View::JobsAndQueue,
        "Run jobs now",
        "Starts every pending job that is chosen next, whatever its schedule and though its queue is paused.",
    )
    .risk(Risk::Medium)
    .dry_run();
    type Params = Params;
    type Outcome = BulkOutcome;

    fn check(params: &Params) -> Vec<FieldError> {
        params.selector.check("/selector")
    }

    fn sentence(_: &Params) -> String {
        "starts every pending job that is chosen next, whatever its schedule and though its queue is paused"
            .into()
    }

    fn sample() -> (Value, Value) {
        let filter = json!({"queues": ["import"], "error_contains": "timeout"});
        (json!({"selector": {"filter": filter}}), BulkOutcome::sample(40))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let change = Change::RunJobs;
        operate(desk, Self::FACTS.kind, change, Chosen::Jobs(params.selector), params.dry_run).await
    }
}
