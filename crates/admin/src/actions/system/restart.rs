//! `system.restart`: a node begins again with the same arguments.

use model::NodeState;
use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::NodesTold;
use super::check_node;
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
pub struct Restart;

/// Which node.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name, or "all".
    #[schema(min_length = 1, max_length = 64, example = "all")]
    node: String,
}

impl Action for Restart {
    const FACTS: Facts = Facts::new(
        "system.restart",
        View::SystemControls,
        "Restart node",
        "Lets a node, or all, end its work in order and begin again with the same arguments.",
    )
    .role(Role::Superadmin)
    .risk(Risk::High);
    type Params = Params;
    type Outcome = NodesTold;

    fn check(params: &Params) -> Vec<FieldError> {
        check_node(&params.node)
    }

    fn sentence(params: &Params) -> String {
        format!("restarts node {}", params.node)
    }

    fn sample() -> (Value, Value) {
        (json!({"node": "all"}), NodesTold::sample(NodeState::Restarting))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<NodesTold>, ActionError> {
        let detail = json!({});
        order(desk, &params.node, NodeState::Restarting, &detail).await
    }
}
