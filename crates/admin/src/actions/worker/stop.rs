//! `worker.stop`: a worker takes no new jobs.

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
pub struct Stop;

impl Action for Stop {
    const FACTS: Facts = Facts::new(
        "worker.stop",
        View::AgentsAndWorkers,
        "Stop worker",
        "Lets a worker take no new jobs; those that it runs end.",
    )
    .risk(Risk::Medium);
    type Params = OneWorker;
    type Outcome = WorkersTold;

    fn sentence(params: &OneWorker) -> String {
        format!("stops worker {}", params.worker)
    }

    fn sample() -> (Value, Value) {
        (json!({"worker": "scrape"}), WorkersTold::sample(1))
    }

    async fn run(params: OneWorker, desk: &Desk) -> Result<Answer<WorkersTold>, ActionError> {
        told(desk, &WorkerTarget::Named(params.worker.clone()), Order::Stop, Some(&params.worker)).await
    }
}
