//! `manager.reset_state`: what a stage remembers of trouble is cleared.

use model::Role;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::OneStage;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::error::FieldError;

/// See the file's own words.
#[derive(Debug)]
pub struct ResetState;

/// What was cleared.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The stage.
    stage: String,
    /// Breakers of this node that were not closed.
    breakers: usize,
    /// Hosts whose pace and back-off were forgotten.
    hosts: u64,
    /// Waiting jobs that are due now.
    jobs: u64,
}

impl Action for ResetState {
    const FACTS: Facts = Facts::new("manager.reset_state", View::Managers, "Reset stage", "Clears what a stage remembers of trouble: circuit breakers, back-offs of hosts, jobs that wait for a later attempt.")
    .role(Role::Admin)
    .risk(Risk::High);
    type Params = OneStage;
    type Outcome = Outcome;

    fn check(params: &OneStage) -> Vec<FieldError> {
        params.check()
    }

    fn sentence(params: &OneStage) -> String {
        format!("resets stage {}", params.stage)
    }

    fn sample() -> (Value, Value) {
        (
            json!({"stage": "scrape"}),
            json!(Outcome { stage: "scrape".into(), breakers: 1, hosts: 12, jobs: 40 }),
        )
    }

    async fn run(params: OneStage, desk: &Desk) -> Result<Answer<Outcome>, ActionError> {
        let queue = params.queue()?;
        let breakers = desk.shared.breakers.reset();
        let hosts = desk.store().reset_host_paces().await?;
        desk.store().count_up("reset_state", desk.by(), desk.now).await?;
        let jobs = desk.store().end_backoff(&queue, desk.now).await?;
        Ok(Answer::Done(Outcome { stage: params.stage, breakers, hosts, jobs }))
    }
}
