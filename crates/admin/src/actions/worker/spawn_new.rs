//! `worker.spawn_new`: a new worker of a stage.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use store::NewWorker;
use utoipa::ToSchema;

use super::Workers;
use super::check_stage;
use super::free_name;
use super::make;
use super::stage;
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
pub struct SpawnNew;

/// The worker wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its stage: the queue that it serves.
    #[schema(example = "scrape")]
    stage: String,
    /// The node that it is for; none: any.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    node: Option<String>,
    /// Its slots.
    #[schema(minimum = 1, maximum = 4096)]
    concurrency: u32,
}

impl Action for SpawnNew {
    const FACTS: Facts = Facts::new(
        "worker.spawn_new",
        View::AgentsAndWorkers,
        "New worker",
        "Makes a new worker of a stage, on a node or on any.",
    )
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = Workers;

    fn check(params: &Params) -> Vec<FieldError> {
        check_stage(&params.stage, "/stage")
    }

    fn sentence(params: &Params) -> String {
        format!("makes a worker of stage {}", params.stage)
    }

    fn sample() -> (Value, Value) {
        (json!({"stage": "scrape", "concurrency": 4}), Workers::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Workers>, ActionError> {
        let stage = stage(&params.stage)?;
        let name = free_name(desk, stage.as_str()).await?;
        let new = NewWorker {
            name: name.clone(),
            node: params.node,
            queues: vec![stage.clone()],
            stage: Some(stage),
            concurrency: params.concurrency,
            agent: None,
        };
        make(desk, &new).await
    }
}
