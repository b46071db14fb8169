//! `service.stop`: a background service rests.

use model::DesiredState;
use model::Role;
use serde_json::Value;
use serde_json::json;

use super::OneService;
use super::Services;
use super::known;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct Stop;

impl Action for Stop {
    const FACTS: Facts = Facts::new(
        "service.stop",
        View::SystemControls,
        "Stop service",
        "Lets a background service rest, on a node or on all, until it is started again.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = OneService;
    type Outcome = Services;

    fn sentence(params: &OneService) -> String {
        format!("stops service {}", params.service)
    }

    fn sample() -> (Value, Value) {
        (json!({"service": "retention", "node": "all"}), Services::sample())
    }

    async fn run(params: OneService, desk: &Desk) -> Result<Answer<Services>, ActionError> {
        known(desk, &params.service).await?;
        desk.store()
            .set_service(&params.service, params.node(), DesiredState::Stopped, desk.by(), desk.now)
            .await?;
        Ok(Answer::Done(Services::named(desk, Some(&params.service)).await?))
    }
}
