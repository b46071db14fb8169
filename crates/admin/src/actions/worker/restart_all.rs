//! `worker.restart_all`: all workers begin anew.

use model::Role;
use serde_json::Value;
use serde_json::json;
use store::Order;

use super::MaybeStage;
use super::WorkersTold;
use super::told;
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
pub struct RestartAll;

impl Action for RestartAll {
    const FACTS: Facts = Facts::new(
        "worker.restart_all",
        View::AgentsAndWorkers,
        "Restart all workers",
        "Restarts every worker, or every worker of a stage; running jobs end first.",
    )
    .role(Role::Admin)
    .risk(Risk::High);
    type Params = MaybeStage;
    type Outcome = WorkersTold;

    fn check(params: &MaybeStage) -> Vec<FieldError> {
        params.check()
    }

    fn sentence(params: &MaybeStage) -> String {
        format!("restarts {}", params.named())
    }

    fn sample() -> (Value, Value) {
        (json!({"stage": "scrape"}), WorkersTold::sample(3))
    }

    async fn run(params: MaybeStage, desk: &Desk) -> Result<Answer<WorkersTold>, ActionError> {
        let target = params.target()?;
        told(desk, &target, Order::Restart, None).await
    }
}
