//! `dashboard.queue_purge`: the failed and cancelled jobs of a queue go.

use model::Role;
use serde_json::Value;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::actions::queue::PurgeParams;
use crate::actions::queue::purge;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::error::FieldError;
use crate::operations::BulkOutcome;

/// See the file's own words.
#[derive(Debug)]
pub struct QueuePurge;

impl Action for QueuePurge {
    const FACTS: Facts = Facts::new(
        "dashboard.queue_purge",
        View::Dashboard,
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
