//! `service.health_check`: how background services fare.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::Services;
use super::known;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct HealthCheck;

/// Which service.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name; none: all.
    #[serde(default)]
    service: Option<String>,
}

impl Action for HealthCheck {
    const FACTS: Facts = Facts::new("service.health_check", View::SystemControls, "Check services", "Tells of each background service when it ran, runs next, how long it takes, its errors in a row and who leads it.")
    .reads();
    type Params = Params;
    type Outcome = Services;

    fn sentence(params: &Params) -> String {
        params
            .service
            .as_ref()
            .map_or_else(|| "checks all services".into(), |name| format!("checks service {name}"))
    }

    fn sample() -> (Value, Value) {
        (json!({}), Services::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Services>, ActionError> {
        if let Some(name) = &params.service {
            known(desk, name).await?;
        }
        Ok(Answer::Done(Services::named(desk, params.service.as_deref()).await?))
    }
}
