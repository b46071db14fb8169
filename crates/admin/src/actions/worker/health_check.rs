//! `worker.health_check`: how workers fare.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::Workers;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct HealthCheck;

/// Which worker.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name; none: all.
    #[serde(default)]
    worker: Option<String>,
}

impl Action for HealthCheck {
    const FACTS: Facts = Facts::new(
        "worker.health_check",
        View::AgentsAndWorkers,
        "Check workers",
        "Tells how each worker fares on its nodes: its slots, what it runs, and when it last told so.",
    )
    .reads();
    type Params = Params;
    type Outcome = Workers;

    fn sentence(params: &Params) -> String {
        params
            .worker
            .as_ref()
            .map_or_else(|| "checks all workers".into(), |name| format!("checks worker {name}"))
    }

    fn sample() -> (Value, Value) {
        (json!({}), Workers::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Workers>, ActionError> {
        Ok(Answer::Done(Workers::named(desk, params.worker.as_deref()).await?))
    }
}
