//! `system.emergency_resume`: an emergency stop is lifted.

use model::Role;
use serde_json::Value;
use serde_json::json;
use store::SystemFlag;

use super::SystemNow;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::actions::Nothing;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct EmergencyResume;

impl Action for EmergencyResume {
    const FACTS: Facts = Facts::new(
        "system.emergency_resume",
        View::SystemControls,
        "Lift emergency stop",
        "Lifts an emergency stop: work goes on everywhere.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = Nothing;
    type Outcome = SystemNow;

    fn sentence(_: &Nothing) -> String {
        "lifts the emergency stop".into()
    }

    fn sample() -> (Value, Value) {
        (json!({}), SystemNow::sample())
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<SystemNow>, ActionError> {
        if desk.store().system_state().await?.emergency_stop.is_none() {
            return Err(ActionError::conflict(
                "there is no emergency stop to lift",
                "running",
                &["emergency_stop"],
            ));
        }
        desk.store().set_system_flag(SystemFlag::EmergencyStop, None, desk.by(), desk.now).await?;
        Ok(Answer::Done(SystemNow::read(desk).await?))
    }
}
