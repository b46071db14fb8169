//! `queue.clear`: every job that waits in a queue is cancelled.

use model::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{check_name, one_queue};
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::operations::{BulkOutcome, Change, Chosen, operate};
use crate::selector::{JobsFilter, Selector, State};

/// See the file's own words.
#[derive(Debug)]
pub struct Clear;

/// Which queue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name.
    queue: String,
    /// Why; kept as each job's error.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

impl Action for Clear {
    const FACTS: Facts = Facts::new(
        "queue.clear",
        View::JobsAndQueue,
        "Clear queue",
        "Cancels every job that waits in a queue; running jobs go on.",
    )
    .role(Role::Admin)
    .risk(Risk::High)
    .dry_run();
    type Params = Params;
    type Outcome = BulkOutcome;

    fn check(params: &Params) -> Vec<FieldError> {
        check_name(&params.queue)
    }

    fn sentence(params: &Params) -> String {
        format!("cancels all jobs that wait in queue {}", params.queue)
    }

    fn sample() -> (Value, Value) {
        (json!({"queue": "import", "reason": "a wrong list"}), BulkOutcome::sample(120))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let queue = one_queue(desk, &params.queue).await?;
        let reason = params.reason.unwrap_or_else(|| "the queue was cleared".into());
        let queues = vec![queue.as_str().to_owned()];
        let filter = JobsFilter { states: vec![State::Pending], queues, ..JobsFilter::default() };
        let chosen = Chosen::Jobs(Selector { filter: Some(filter), ..Selector::default() });
        operate(desk, Self::FACTS.kind, Change::CancelJobs { reason }, chosen, params.dry_run).await
    }
}
