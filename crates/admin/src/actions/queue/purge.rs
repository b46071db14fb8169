//! `queue.purge`: the failed and cancelled jobs of a queue go.

use model::Role;
use serde_json::Value;

use super::{PurgeParams, purge};
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::operations::BulkOutcome;

/// See the file's own words.
#[derive(Debug)]
pub struct Purge;

impl Action for Purge {
    const FACTS: Facts = Facts::new(
        "queue.purge",
        View::JobsAndQueue,
        "Purge queue",
        "Deletes the failed and cancelled jobs of a queue with their history; this can't be undone.",
    )
    .role(Role::Admin)
    .risk(Risk::High)
    .dry_run();
    type Params = PurgeParams;
    type Outcome = BulkOutcome;

    fn check(params: &PurgeParams) -> Vec<FieldError> {
        params.check()
    }

    fn sentence(params: &PurgeParams) -> String {
        params.sentence()
    }

    fn sample() -> (Value, Value) {
        PurgeParams::sample()
    }

    async fn run(params: PurgeParams, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        purge(desk, Self::FACTS.kind, params).await
    }
}
