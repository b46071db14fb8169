//! `service.start`: a background service runs.

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
pub struct Start;

impl Action for Start {
    const FACTS: Facts = Facts::new(
        "service.start",
        View::SystemControls,
        "Start service",
        "Lets a background service run, on a node or on all.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = OneService;
    type Outcome = Services;

    fn sentence(params: &OneService) -> String {
        format!("starts service {}", params.service)
    }

    fn sample() -> (Value, Value) {
        (json!({"service": "retention", "node": "all"}), Services::sample())
    }

    async fn run(params: OneService, desk: &Desk) -> Result<Answer<Services>, ActionError> {
        known(desk, &params.service).await?;
        desk.store()
            .set_service(&params.service, params.node(), DesiredState::Running, desk.by(), desk.now)
            .await?;
        Ok(Answer::Done(Services::named(desk, Some(&params.service)).await?))
    }
}
