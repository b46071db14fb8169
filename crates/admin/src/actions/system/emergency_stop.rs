//! `system.emergency_stop`: all work stops at once, everywhere.

use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use store::SystemFlag;
use utoipa::ToSchema;

use super::SystemNow;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct EmergencyStop;

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Shown to everybody until it is lifted.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

impl Action for EmergencyStop {
    const FACTS: Facts = Facts::new("system.emergency_stop", View::SystemControls, "Emergency stop", "Stops all work at once, everywhere: nothing is claimed, running jobs go back to pending, until it is lifted.")
    .role(Role::Admin)
    .risk(Risk::High);
    type Params = Params;
    type Outcome = SystemNow;

    fn sentence(params: &Params) -> String {
        format!("stops all work: {}", params.reason)
    }

    fn sample() -> (Value, Value) {
        (json!({"reason": "a host complained"}), SystemNow::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<SystemNow>, ActionError> {
        let set = Some((params.reason.as_str(), "{}"));
        desk.store().set_system_flag(SystemFlag::EmergencyStop, set, desk.by(), desk.now).await?;
        Ok(Answer::Done(SystemNow::read(desk).await?))
    }
}
