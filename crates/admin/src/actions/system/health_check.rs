//! `system.health_check`: all that is known of the system's health.

use serde_json::Value;
use serde_json::json;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::actions::Nothing;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::health::Health;

/// See the file's own words.
#[derive(Debug)]
pub struct HealthCheck;

impl Action for HealthCheck {
    const FACTS: Facts = Facts::new(
        "system.health_check",
        View::SystemControls,
        "Check system",
        "Runs every check now and tells what each measured, its threshold and its verdict.",
    )
    .reads();
    type Params = Nothing;
    type Outcome = Health;

    fn sentence(_: &Nothing) -> String {
        "checks the whole system".into()
    }

    fn sample() -> (Value, Value) {
        (json!({}), Health::sample())
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<Health>, ActionError> {
        Ok(Answer::Done(Health::measure(desk).await?))
    }
}
