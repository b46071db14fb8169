//! `alert.acknowledge`: somebody has taken note of an alert.

use model::PublicId;
use model::RecordKind;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::selector::written;

/// See the file's own words.
#[derive(Debug)]
pub struct Acknowledge;

/// Which alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    alert: PublicId,
}

/// The alert now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    alert: PublicId,
    /// What is wrong.
    message: String,
    /// Who took note of it first.
    acknowledged_by: Option<String>,
    /// When.
    #[schema(format = "date-time")]
    acknowledged_at: Option<String>,
}

impl Action for Acknowledge {
    const FACTS: Facts = Facts::new(
        "alert.acknowledge",
        View::SystemHealth,
        "Acknowledge alert",
        "Notes that somebody has taken note of an open alert.",
    );
    type Params = Params;
    type Outcome = Outcome;

    fn sentence(params: &Params) -> String {
        format!("acknowledges alert {}", params.alert)
    }

    fn sample() -> (Value, Value) {
        let alert = RecordKind::Alert.id(3);
        let result = Outcome {
            alert,
            message: "40 jobs of import have waited for more than 5 minutes".into(),
            acknowledged_by: Some("ann".into()),
            acknowledged_at: Some("2026-01-31T08:00:00Z".into()),
        };
        (json!({"alert": alert}), json!(result))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Outcome>, ActionError> {
        let number = desk.number("alert", RecordKind::Alert, params.alert)?;
        let row = match desk.store().acknowledge_alert(number, desk.by(), desk.now).await {
            Err(store::StoreError::NotFound { what, .. }) => {
                return Err(ActionError::not_found(what, params.alert));
            }
            Err(store::StoreError::Conflict(detail)) => {
                return Err(ActionError::conflict(detail, "resolved", &["open"]));
            }
            other => other?,
        };
        Ok(Answer::Done(Outcome {
            alert: params.alert,
            message: row.message,
            acknowledged_by: row.acknowledged_by,
            acknowledged_at: row.acknowledged_at.map(written),
        }))
    }
}
