//! `manager.restart_all`: every stage begins anew.

use model::Role;
use serde_json::Value;
use serde_json::json;
use store::Order;

use super::Managers;
use super::order;
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
pub struct RestartAll;

impl Action for RestartAll {
    const FACTS: Facts = Facts::new(
        "manager.restart_all",
        View::Managers,
        "Restart all stages",
        "Restarts all workers of every stage, on all nodes; running jobs end first.",
    )
    .role(Role::Admin)
    .risk(Risk::High);
    type Params = Nothing;
    type Outcome = Managers;

    fn sentence(_: &Nothing) -> String {
        "restarts every stage".into()
    }

    fn sample() -> (Value, Value) {
        (json!({}), Managers::sample())
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<Managers>, ActionError> {
        order(desk, crate::STAGES, Order::Restart).await
    }
}
