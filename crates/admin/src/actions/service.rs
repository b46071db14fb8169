//! Actions on services: the background loops of the nodes.

pub mod health_check;
pub mod restart;
pub mod restart_all;
pub mod start;
pub mod stop;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{NodeRow, ServiceReport, ServiceRow};
use utoipa::ToSchema;

use crate::actions::worker::node_name;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::selector::written;

/// One service, on a node or on all.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneService {
    /// Its name.
    #[schema(min_length = 1, max_length = 64, example = "retention")]
    service: String,
    /// The node's name, or "all".
    #[serde(default = "all")]
    #[schema(min_length = 1, max_length = 64)]
    node: String,
}

fn all() -> String {
    String::from("all")
}

impl OneService {
    fn node(&self) -> Option<&str> {
        Some(self.node.as_str()).filter(|node| *node != "all")
    }
}

/// Services, each with what is wished of it and how it fares.
#[derive(Debug, Serialize, ToSchema)]
pub struct Services {
    /// By name.
    services: Vec<ServiceNow>,
}

/// A service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceNow {
    /// Its name.
    name: String,
    /// Whether it should run, where nothing else is said of a node.
    desired_state: String,
    /// Between two runs, if not its usual time; in milliseconds.
    interval_ms: Option<i64>,
    /// How it fares.
    on: Vec<ServiceOnNode>,
}

/// A service on one node.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceOnNode {
    /// The node.
    node: String,
    /// What it is there.
    actual_state: String,
    /// Whether this node runs it for all.
    leader: bool,
    /// When its last run began.
    #[schema(format = "date-time")]
    last_run_at: Option<String>,
    /// When its next run is due.
    #[schema(format = "date-time")]
    next_run_at: Option<String>,
    /// How long its last run took, in milliseconds.
    duration_ms: Option<i64>,
    /// Runs since it began.
    runs: i64,
    /// Runs that failed since the last that did not.
    errors_in_row: i64,
    /// What went wrong last.
    last_error: Option<String>,
    /// What its last good run did.
    last_result: Option<String>,
}

impl Services {
    /// The service of that name, or all of them.
    async fn named(desk: &Desk, name: Option<&str>) -> Result<Self, ActionError> {
        let nodes = desk.store().nodes().await?;
        let rows = desk.store().services().await?;
        let wanted = rows.iter().filter(|row| name.is_none_or(|name| row.name == name));
        Ok(Self { services: wanted.map(|row| now(row, &nodes)).collect() })
    }

    fn sample() -> Value {
        let on = ServiceOnNode {
            node: "node-1".into(),
            actual_state: "running".into(),
            leader: true,
            last_run_at: Some("2026-01-31T08:00:00Z".into()),
            next_run_at: Some("2026-01-31T09:00:00Z".into()),
            duration_ms: Some(40),
            runs: 12,
            errors_in_row: 0,
            last_error: None,
            last_result: Some("120 jobs went".into()),
        };
        let service = ServiceNow {
            name: "retention".into(),
            desired_state: "running".into(),
            interval_ms: None,
            on: vec![on],
        };
        json!(Self { services: vec![service] })
    }
}

fn now(row: &ServiceRow, nodes: &[NodeRow]) -> ServiceNow {
    let on = |report: &ServiceReport| ServiceOnNode {
        node: node_name(nodes, report.incarnation),
        actual_state: report.actual_state.as_str().into(),
        leader: report.leader,
        last_run_at: report.last_run_at.map(written),
        next_run_at: report.next_run_at.map(written),
        duration_ms: report.duration_ms,
        runs: report.runs,
        errors_in_row: report.errors_in_row,
        last_error: report.last_error.clone(),
        last_result: report.last_result.clone(),
    };
    ServiceNow {
        name: row.name.clone(),
        desired_state: row.wish.desired_state.as_str().into(),
        interval_ms: row.wish.interval_ms,
        on: row.reports.iter().map(on).collect(),
    }
}

/// Refuses the name of a service that no node has.
async fn known(desk: &Desk, name: &str) -> Result<(), ActionError> {
    if desk.store().services().await?.iter().any(|row| row.name == name) {
        return Ok(());
    }
    Err(ActionError::not_found("service", name))
}
