//! `worker.create_generic`: a new worker that serves every queue.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use store::NewWorker;
use utoipa::ToSchema;

use super::Workers;
use super::check_worker_name;
use super::make;
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
pub struct CreateGeneric;

/// The worker wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name; no other worker may have it.
    #[schema(min_length = 1, max_length = 64)]
    name: String,
    /// The node that it is for; none: any.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    node: Option<String>,
    /// Its slots.
    #[schema(minimum = 1, maximum = 4096)]
    concurrency: u32,
}

impl Action for CreateGeneric {
    const FACTS: Facts = Facts::new(
        "worker.create_generic",
        View::AgentsAndWorkers,
        "New generic worker",
        "Makes a worker that serves every queue, on a node or on any.",
    )
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = Workers;

    fn check(params: &Params) -> Vec<FieldError> {
        check_worker_name(&params.name, "/name")
    }

    fn sentence(params: &Params) -> String {
        format!("makes worker {} for every queue", params.name)
    }

    fn sample() -> (Value, Value) {
        (json!({"name": "spare", "concurrency": 8}), Workers::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Workers>, ActionError> {
        let new = NewWorker {
            name: params.name,
            node: params.node,
            stage: None,
            queues: crate::KNOWN_QUEUES.to_vec(),
            concurrency: params.concurrency,
            agent: None,
        };
        make(desk, &new).await
    }
}
