//! `worker.restart`: a worker begins anew.

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
pub struct Restart;

impl Action for Restart {
    const FACTS: Facts = Facts::new(
        "worker.restart",
        View::AgentsAndWorkers,
        "Restart worker",
        "Stops a worker once its running jobs have ended and starts it anew.",
    )
    .risk(Risk::Medium);
    type Params = OneWorker;
    type Outcome = WorkersTold;

    fn sentence(params: &OneWorker) -> String {
        format!("restarts worker {}", params.worker)
    }

    fn sample() -> (Value, Value) {
        (json!({"worker": "scrape"}), WorkersTold::sample(1))
    }

    async fn run(params: OneWorker, desk: &Desk) -> Result<Answer<WorkersTold>, ActionError> {
        told(desk, &WorkerTarget::Named(params.worker.clone()), Order::Restart, Some(&params.worker)).await
    }
}
