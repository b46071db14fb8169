//! `manager.performance_metrics`: what a stage did in a period.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::Performance;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::actions::worker::check_stage;
use crate::actions::worker::stage;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::error::FieldError;
use crate::period::Period;

/// See the file's own words.
#[derive(Debug)]
pub struct PerformanceMetrics;

/// Which stage, and since when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name.
    #[schema(example = "import")]
    stage: String,
    /// How far back, such as `1h` or `7d`.
    #[schema(value_type = String, example = "24h")]
    period: Period,
}

impl Action for PerformanceMetrics {
    const FACTS: Facts = Facts::new("manager.performance_metrics", View::Managers, "Stage performance", "Tells what a stage did in a period: throughput, run times, errors, retries, age and depth of its queue.")
    .reads();
    type Params = Params;
    type Outcome = Performance;

    fn check(params: &Params) -> Vec<FieldError> {
        check_stage(&params.stage, "/stage")
    }

    fn sentence(params: &Params) -> String {
        format!("looks at the performance of stage {} over {}", params.stage, params.period)
    }

    fn sample() -> (Value, Value) {
        (json!({"stage": "import", "period": "24h"}), Performance::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Performance>, ActionError> {
        let stage = stage(&params.stage)?;
        Ok(Answer::Done(Performance::of(desk, &stage, params.period).await?))
    }
}
