//! `worker.stop_all`: no worker takes new jobs.

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
pub struct StopAll;

impl Action for StopAll {
    const FACTS: Facts = Facts::new(
        "worker.stop_all",
        View::AgentsAndWorkers,
        "Stop all workers",
        "Lets no worker, or none of a stage, take new jobs; those that run end.",
    )
    .role(Role::Admin)
    .risk(Risk::High);
    type Params = MaybeStage;
    type Outcome = WorkersTold;

    fn check(params: &MaybeStage) -> Vec<FieldError> {
        params.check()
    }

    fn sentence(params: &MaybeStage) -> String {
        format!("stops {}", params.named())
    }

    fn sample() -> (Value, Value) {
        (json!({"stage": "scrape"}), WorkersTold::sample(3))
    }

    async fn run(params: MaybeStage, desk: &Desk) -> Result<Answer<WorkersTold>, ActionError> {
        let target = params.target()?;
        told(desk, &target, Order::Stop, None).await
    }
}
