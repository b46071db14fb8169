//! `worker.configure`: a worker is changed while it works.

use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use store::WorkerChange;
use utoipa::ToSchema;

use super::Workers;
use super::check_stage;
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
pub struct Configure;

/// Which worker, and what is changed; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name.
    #[schema(min_length = 1, max_length = 64)]
    worker: String,
    /// Its slots.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 4096)]
    concurrency: Option<u32>,
    /// Whose jobs it runs.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 16)]
    queues: Option<Vec<String>>,
}

impl Action for Configure {
    const FACTS: Facts = Facts::new(
        "worker.configure",
        View::AgentsAndWorkers,
        "Configure worker",
        "Changes a worker's slots or queues while it works.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = Workers;

    fn check(params: &Params) -> Vec<FieldError> {
        let queues = params.queues.iter().flatten().enumerate();
        let mut wrong: Vec<FieldError> =
            queues.flat_map(|(index, name)| check_stage(name, &format!("/queues/{index}"))).collect();
        if params.concurrency.is_none() && params.queues.is_none() {
            wrong.push(FieldError::new("", "names nothing to be changed"));
        }
        wrong
    }

    fn sentence(params: &Params) -> String {
        format!("configures worker {}", params.worker)
    }

    fn sample() -> (Value, Value) {
        (json!({"worker": "scrape", "concurrency": 16}), Workers::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Workers>, ActionError> {
        let queues = params.queues.map(|names| names.iter().map(|name| stage(name)).collect()).transpose()?;
        let change = WorkerChange { concurrency: params.concurrency, queues, agent: None };
        desk.store().configure_worker(&params.worker, &change, desk.now).await?;
        Ok(Answer::Done(Workers::named(desk, Some(&params.worker)).await?))
    }
}
