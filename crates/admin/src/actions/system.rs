//! Actions on the whole system.

pub mod clear_cache;
pub mod emergency_resume;
pub mod emergency_stop;
pub mod graceful_shutdown;
pub mod health_check;
pub mod maintenance_mode_toggle;
pub mod restart;

use model::NodeState;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{NodeOrder, NodeTarget, SystemFlag, SystemFlagRow};
use utoipa::ToSchema;

use crate::action::Answer;
use crate::desk::{Desk, MAINTAINED, MAINTENANCE_RETRY_S};
use crate::error::{ActionError, FieldError};
use crate::selector::written;

/// Nodes that were told what to be.
#[derive(Debug, Serialize, ToSchema)]
pub struct NodesTold {
    /// How many; each makes it true within seconds.
    told: u64,
    /// What they should be.
    desired_state: String,
}

impl NodesTold {
    fn sample(state: NodeState) -> Value {
        json!(Self { told: 1, desired_state: state.as_str().into() })
    }
}

/// What is wrong with a node's name.
fn check_node(name: &str) -> Vec<FieldError> {
    if name.trim().is_empty() { vec![FieldError::new("/node", "names no node")] } else { Vec::new() }
}

/// Tells a node, or all, what to be.
async fn order(
    desk: &Desk,
    node: &str,
    state: NodeState,
    detail: &Value,
) -> Result<Answer<NodesTold>, ActionError> {
    let target = if node == "all" { NodeTarget::All } else { NodeTarget::Named(node.to_owned()) };
    let order = NodeOrder { state, detail: detail.to_string() };
    let told = desk.store().order_nodes(&target, &order, desk.by(), desk.now).await?;
    if told == 0 {
        return Err(ActionError::not_found("node", node));
    }
    Ok(Answer::Done(NodesTold { told, desired_state: state.as_str().into() }))
}

/// What holds for the whole system now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SystemNow {
    /// Set while it is being maintained.
    maintenance: Option<Held>,
    /// Set from an emergency stop to its end.
    emergency_stop: Option<Held>,
}

/// Something that holds the whole system.
#[derive(Debug, Serialize, ToSchema)]
pub struct Held {
    /// Why, or what is shown.
    reason: Option<String>,
    /// Who set it.
    set_by: Option<String>,
    /// When.
    #[schema(format = "date-time")]
    since: String,
}

impl SystemNow {
    async fn read(desk: &Desk) -> Result<Self, ActionError> {
        let state = desk.store().system_state().await?;
        let held =
            |row: SystemFlagRow| Held { reason: row.reason, set_by: row.set_by, since: written(row.since) };
        Ok(Self { maintenance: state.maintenance.map(held), emergency_stop: state.emergency_stop.map(held) })
    }

    pub(crate) fn sample() -> Value {
        let held = Held {
            reason: Some("back at noon".into()),
            set_by: Some("ann".into()),
            since: "2026-01-31T08:00:00Z".into(),
        };
        json!(Self { maintenance: Some(held), emergency_stop: None })
    }
}

/// Whether the system is to be maintained, and what is told meanwhile.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceParams {
    /// On or off; none: the other way than now.
    #[serde(default)]
    enabled: Option<bool>,
    /// What those who are refused are told.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 500)]
    message: Option<String>,
    /// When they may try again, in seconds.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 86400)]
    retry_after_s: Option<u64>,
}

impl MaintenanceParams {
    pub(crate) fn sentence(&self) -> String {
        let verb = match self.enabled {
            Some(true) => "turns on",
            Some(false) => "turns off",
            None => "toggles",
        };
        format!("{verb} maintenance mode")
    }
}

/// Turns maintenance mode on or off.
pub(crate) async fn maintain(
    desk: &Desk,
    params: &MaintenanceParams,
) -> Result<Answer<SystemNow>, ActionError> {
    let now = desk.store().system_state().await?.maintenance.is_some();
    let enabled = params.enabled.unwrap_or(!now);
    let message = params.message.as_deref().unwrap_or(MAINTAINED);
    let retry_after_s = params.retry_after_s.unwrap_or(MAINTENANCE_RETRY_S);
    let detail = json!({"message": message, "retry_after_s": retry_after_s}).to_string();
    let set = enabled.then_some((message, detail.as_str()));
    desk.store().set_system_flag(SystemFlag::Maintenance, set, desk.by(), desk.now).await?;
    Ok(Answer::Done(SystemNow::read(desk).await?))
}
