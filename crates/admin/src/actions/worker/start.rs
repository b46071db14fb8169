//! `worker.start`: a worker takes jobs.

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
pub struct Start;

impl Action for Start {
    const FACTS: Facts = Facts::new(
        "worker.start",
        View::AgentsAndWorkers,
        "Start worker",
        "Lets a worker take jobs, on whichever node it is.",
    )
    .risk(Risk::Medium);
    type Params = OneWorker;
    type Outcome = WorkersTold;

    fn sentence(params: &OneWorker) -> String {
        format!("starts worker {}", params.worker)
    }

    fn sample() -> (Value, Value) {
        (json!({"worker": "scrape"}), WorkersTold::sample(1))
    }

    async fn run(params: OneWorker, desk: &Desk) -> Result<Answer<WorkersTold>, ActionError> {
        told(desk, &WorkerTarget::Named(params.worker.clone()), Order::Start, Some(&params.worker)).await
    }
}
