//! `service.restart_all`: all background services begin anew.

use model::Role;
use serde_json::Value;
use serde_json::json;

use super::Services;
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
        "service.restart_all",
        View::SystemControls,
        "Restart all services",
        "Restarts every background service on all nodes, one after the other.",
    )
    .role(Role::Admin)
    .risk(Risk::High);
    type Params = Nothing;
    type Outcome = Services;

    fn sentence(_: &Nothing) -> String {
        "restarts all services".into()
    }

    fn sample() -> (Value, Value) {
        (json!({}), Services::sample())
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<Services>, ActionError> {
        for service in desk.store().services().await? {
            desk.store().restart_service(&service.name, None, desk.by(), desk.now).await?;
        }
        Ok(Answer::Done(Services::named(desk, None).await?))
    }
}
