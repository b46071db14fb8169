//! `worker.scale_up`: workers get more slots.

use serde_json::Value;
use serde_json::json;

use super::ScaleParams;
use super::Workers;
use super::scale;
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
pub struct ScaleUp;

impl Action for ScaleUp {
    const FACTS: Facts = Facts::new(
        "worker.scale_up",
        View::AgentsAndWorkers,
        "Scale up",
        "Gives a worker, or each worker of a stage, more slots.",
    )
    .risk(Risk::Medium);
    type Params = ScaleParams;
    type Outcome = Workers;

    fn check(params: &ScaleParams) -> Vec<FieldError> {
        params.check()
    }

    fn sentence(params: &ScaleParams) -> String {
        format!("scales up {} by {}", params.named(), params.by)
    }

    fn sample() -> (Value, Value) {
        (json!({"worker": "scrape", "by": 2}), Workers::sample())
    }

    async fn run(params: ScaleParams, desk: &Desk) -> Result<Answer<Workers>, ActionError> {
        scale(desk, &params, params.by).await
    }
}
