//! `dashboard.system_check`: all that is known of the system's health.

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
use crate::health::Verdict;

/// See the file's own words.
#[derive(Debug)]
pub struct SystemCheck;

impl Action for SystemCheck {
    const FACTS: Facts = Facts::new(
        "dashboard.system_check",
        View::Dashboard,
        "Check system",
        "Runs every check now and gives one verdict with its reasons.",
    )
    .reads();
    type Params = Nothing;
    type Outcome = Verdict;

    fn sentence(_: &Nothing) -> String {
        "checks the whole system".into()
    }

    fn sample() -> (Value, Value) {
        (json!({}), Verdict::sample())
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<Verdict>, ActionError> {
        Ok(Answer::Done(Health::measure(desk).await?.verdict()))
    }
}
