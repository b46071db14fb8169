//! `operation.undo`: a bulk operation is taken back.

use serde_json::Value;

use super::OneOperation;
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::ActionError;
use crate::operations::{self, BulkOutcome};

/// See the file's own words.
#[derive(Debug)]
pub struct Undo;

impl Action for Undo {
    const FACTS: Facts = Facts::new(
        "operation.undo",
        View::Operations,
        "Undo operation",
        "Puts back what a bulk operation of the last 24 hours changed and nobody has changed since.",
    )
    .risk(Risk::Medium);
    type Params = OneOperation;
    type Outcome = BulkOutcome;

    fn sentence(params: &OneOperation) -> String {
        format!("undos operation {}", params.operation_id)
    }

    fn sample() -> (Value, Value) {
        (OneOperation::sample(), BulkOutcome::sample(40))
    }

    async fn run(params: OneOperation, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        operations::undo(desk, params.operation_id).await
    }
}
