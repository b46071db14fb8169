//! `manager.stop`: a stage takes no new jobs, on all nodes.

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
pub struct Stop;

impl Action for Stop {
    const FACTS: Facts = Facts::new(
        "manager.stop",
        View::Managers,
        "Stop stage",
        "Lets a whole stage take no new jobs, on all nodes; those that run end.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = OneStage;
    type Outcome = Managers;

    fn check(params: &OneStage) -> Vec<FieldError> {
        params.check()
    }

    fn sentence(params: &OneStage) -> String {
        format!("stops stage {}", params.stage)
    }

    fn sample() -> (Value, Value) {
        (json!({"stage": "import"}), Managers::sample())
    }

    async fn run(params: OneStage, desk: &Desk) -> Result<Answer<Managers>, ActionError> {
        order(desk, &[params.queue()?], Order::Stop).await
    }
}
