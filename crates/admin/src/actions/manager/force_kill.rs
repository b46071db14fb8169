//! `manager.force_kill`: a stage is stopped at once.

use model::Role;
use serde_json::Value;
use serde_json::json;
use store::Order;

use super::Managers;
use super::OneStage;
use super::order;
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
pub struct ForceKill;

impl Action for ForceKill {
    const FACTS: Facts = Facts::new(
        "manager.force_kill",
        View::Managers,
        "Kill stage",
        "Stops a whole stage at once; its running jobs go back to pending and lose no attempt.",
    )
    .role(Role::Superadmin)
    .risk(Risk::High);
    type Params = OneStage;
    type Outcome = Managers;

    fn check(params: &OneStage) -> Vec<FieldError> {
        params.check()
    }

    fn sentence(params: &OneStage) -> String {
        format!("kills stage {}", params.stage)
    }

    fn sample() -> (Value, Value) {
        (json!({"stage": "import"}), Managers::sample())
    }

    async fn run(params: OneStage, desk: &Desk) -> Result<Answer<Managers>, ActionError> {
        order(desk, &[params.queue()?], Order::Kill).await
    }
}
