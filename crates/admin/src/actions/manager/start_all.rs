//! `manager.start_all`: every stage works.

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
pub struct StartAll;

impl Action for StartAll {
    const FACTS: Facts = Facts::new(
        "manager.start_all",
        View::Managers,
        "Start all stages",
        "Lets every stage work again, on all nodes.",
    )
    .role(Role::Admin)
    .risk(Risk::High);
    type Params = Nothing;
    type Outcome = Managers;

    fn sentence(_: &Nothing) -> String {
        "starts every stage".into()
    }

    fn sample() -> (Value, Value) {
        (json!({}), Managers::sample())
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<Managers>, ActionError> {
        order(desk, crate::STAGES, Order::Start).await
    }
}
