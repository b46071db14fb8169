//! Telling of nodes that are silent, services that fail and queues whose jobs mostly fail.

use std::sync::Arc;
use std::time::Duration;

use fetch::BoxFuture;
use model::{NodeState, Severity};
use store::{AlertWatch, NewAlert};

use super::stuck::ago;
use crate::supervise::{Service, ServiceError, Turn};

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(10);
/// So many runs in a row must fail before a service is told of.
const ERRORS_IN_ROW: i64 = 3;
/// The time over which failures are looked at.
const BURST: Duration = Duration::from_secs(600);
/// So many jobs must have failed in it, and more than completed.
const BURST_JOBS: u64 = 20;

/// The watch over nodes, services and error rates.
pub(crate) struct ClusterWatch {
    /// After this long without a sign of life a node counts as gone.
    pub(crate) silence: Duration,
    pub(crate) hooks: Arc<[String]>,
}

impl ClusterWatch {
    async fn look(&self, turn: Turn<'_>) -> Result<String, ServiceError> {
        let mut opened = 0;
        for (kind, alerts) in [
            ("dead_node", self.dead_nodes(turn).await?),
            ("service_failing", failing_services(turn).await?),
            ("error_burst", error_bursts(turn).await?),
        ] {
            let watch = AlertWatch { kind, alerts: &alerts, hooks: &self.hooks };
            for alert in turn.store.watch_alerts(turn.term, watch, turn.now).await? {
                tracing::error!(kind = %alert.kind, subject = %alert.subject, "{}", alert.message);
                opened += 1;
            }
        }
        Ok(if opened == 0 { String::new() } else { format!("opened {opened} alerts") })
    }

    /// Nodes that ended without a word and were not started again under their name.
    async fn dead_nodes(&self, turn: Turn<'_>) -> Result<Vec<NewAlert>, ServiceError> {
        let nodes = turn.store.nodes().await?;
        let dead = nodes.iter().filter(|node| {
            let again =
                nodes.iter().any(|other| other.name == node.name && other.started_at > node.started_at);
            node.actual_state != NodeState::Stopped && node.is_gone(self.silence, turn.now) && !again
        });
        let alert = |node: &store::NodeRow| NewAlert {
            subject: node.name.clone(),
            severity: Severity::Critical,
            message: format!(
                "the node {} (process {} on {}) has given no sign of life for {}",
                node.name,
                node.pid,
                node.host,
                ago(node.heartbeat_at, turn.now)
            ),
        };
        Ok(dead.map(alert).collect())
    }
}

async fn failing_services(turn: Turn<'_>) -> Result<Vec<NewAlert>, ServiceError> {
    let services = turn.store.services().await?;
    let reports = services.iter().flat_map(|service| &service.reports);
    let failing = reports.filter(|report| report.leader && report.errors_in_row >= ERRORS_IN_ROW);
    let alert = |report: &store::ServiceReport| NewAlert {
        subject: report.name.clone(),
        severity: Severity::Critical,
        message: format!(
            "the service {} failed {} times in a row, last with: {}",
            report.name,
            report.errors_in_row,
            report.last_error.as_deref().unwrap_or("nothing said")
        ),
    };
    Ok(failing.map(alert).collect())
}

async fn error_bursts(turn: Turn<'_>) -> Result<Vec<NewAlert>, ServiceError> {
    let mut alerts = Vec::new();
    for queue in turn.store.job_counts().await?.into_keys() {
        let minutes = turn.store.job_minutes(&queue, turn.now.before(BURST)).await?;
        let failed: u64 = minutes.iter().map(|(_, minute)| minute.failed).sum();
        let complete: u64 = minutes.iter().map(|(_, minute)| minute.complete).sum();
        if failed >= BURST_JOBS && failed > complete {
            alerts.push(NewAlert {
                subject: queue.to_string(),
                severity: Severity::Warning,
                message: format!("{failed} jobs of {queue} failed in 10 minutes, {complete} were completed"),
            });
        }
    }
    Ok(alerts)
}

impl Service for ClusterWatch {
    fn name(&self) -> &'static str {
        "cluster_watch"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(self.look(turn))
    }
}
