//! `dashboard.toggle_maintenance`: maintenance mode is turned on or off.

use model::Role;
use serde_json::Value;
use serde_json::json;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::actions::system::MaintenanceParams;
use crate::actions::system::SystemNow;
use crate::actions::system::maintain;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct ToggleMaintenance;

impl Action for ToggleMaintenance {
    const FACTS: Facts = Facts::new("dashboard.toggle_maintenance", View::Dashboard, "Maintenance mode", "Turns maintenance mode on or off: changes by others than admins are refused and nothing is claimed; reading works.")
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = MaintenanceParams;
    type Outcome = SystemNow;

    fn sentence(params: &MaintenanceParams) -> String {
        params.sentence()
    }

    fn sample() -> (Value, Value) {
        (json!({"enabled": true, "message": "back at noon"}), SystemNow::sample())
    }

    async fn run(params: MaintenanceParams, desk: &Desk) -> Result<Answer<SystemNow>, ActionError> {
        maintain(desk, &params).await
    }
}
