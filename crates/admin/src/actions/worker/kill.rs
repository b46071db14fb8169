//! `worker.kill`: a worker is stopped at once.

use model::Role;
use serde_json::Value;
use serde_json::json;
use store::Order;
use store::WorkerTarget;

use super::OneWorker;
use super::WorkersTold;
use super::told;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct Kill;

impl Action for Kill {
    const FACTS: Facts = Facts::new(
        "worker.kill",
        View::AgentsAndWorkers,
        "Kill worker",
        "Stops a worker at once; its running jobs go back to pending and lose no attempt.",
    )
    .role(Role::Admin)
    .risk(Risk::High);
    type Params = OneWorker;
    type Outcome = WorkersTold;

    fn sentence(params: &OneWorker) -> String {
        format!("kills worker {}", params.worker)
    }

    fn sample() -> (Value, Value) {
        (json!({"worker": "scrape"}), WorkersTold::sample(1))
    }

    async fn run(params: OneWorker, desk: &Desk) -> Result<Answer<WorkersTold>, ActionError> {
        told(desk, &WorkerTarget::Named(params.worker.clone()), Order::Kill, Some(&params.worker)).await
    }
}
