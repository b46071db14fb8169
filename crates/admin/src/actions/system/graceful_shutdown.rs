//! `system.graceful_shutdown`: a node ends its work in order and leaves.

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
pub struct GracefulShutdown;

/// Which node.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name, or "all".
    #[schema(min_length = 1, max_length = 64, example = "all")]
    node: String,
    /// How long running jobs may go on, in seconds.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 3600)]
    timeout_s: Option<u64>,
}

impl Action for GracefulShutdown {
    const FACTS: Facts = Facts::new(
        "system.graceful_shutdown",
        View::SystemControls,
        "Shut down",
        "Lets a node, or all, end its work in order and leave.",
    )
    .role(Role::Superadmin)
    .risk(Risk::High);
    type Params = Params;
    type Outcome = NodesTold;

    fn check(params: &Params) -> Vec<FieldError> {
        check_node(&params.node)
    }

    fn sentence(params: &Params) -> String {
        format!("shuts down node {}", params.node)
    }

    fn sample() -> (Value, Value) {
        (json!({"node": "all", "timeout_s": 30}), NodesTold::sample(NodeState::Stopped))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<NodesTold>, ActionError> {
        let detail = json!({"timeout_s": params.timeout_s});
        order(desk, &params.node, NodeState::Stopped, &detail).await
    }
}
