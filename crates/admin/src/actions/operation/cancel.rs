//! `operation.cancel`: a bulk operation is stopped.

use serde_json::Value;

use super::OneOperation;
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::ActionError;
use crate::operations::{self, BulkOutcome};

/// See the file's own words.
#[derive(Debug)]
pub struct Cancel;

impl Action for Cancel {
    const FACTS: Facts = Facts::new(
        "operation.cancel",
        View::Operations,
        "Stop operation",
        "Stops a bulk operation that is under way; what was done stays, and can be undone.",
    )
    .risk(Risk::Medium);
    type Params = OneOperation;
    type Outcome = BulkOutcome;

    fn sentence(params: &OneOperation) -> String {
        format!("cancels operation {}", params.operation_id)
    }

    fn sample() -> (Value, Value) {
        (OneOperation::sample(), BulkOutcome::sample(40))
    }

    async fn run(params: OneOperation, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        operations::cancel(desk, params.operation_id).await
    }
}
