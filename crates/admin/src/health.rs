//! All that can be measured of the system's health: each check with what it measured, its threshold and its verdict.

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::circuit::{CircuitReport, CircuitState};
use crate::desk::Desk;
use crate::error::ActionError;

/// The database should answer within this.
const DATABASE_MAX: Duration = Duration::from_millis(250);
/// A node that has given no sign of life for this long counts as silent.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// A job that is due should not wait longer than this.
const QUEUE_AGE_MAX: Duration = Duration::from_secs(5 * 60);
/// So many of a hundred jobs may be given up in the last hour.
const ERROR_PERCENT_MAX: u64 = 20;
/// A service may fail so often in a row.
const SERVICE_ERRORS_MAX: i64 = 3;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As it should be.
    Ok,
    /// Somebody should look.
    Degraded,
    /// It does not work.
    Down,
}

/// One check.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    /// What was looked at.
    pub name: String,
    /// The verdict.
    pub status: Status,
    /// What was measured, with its unit.
    pub value: String,
    /// What it should be at most or at least.
    pub threshold: String,
    /// What is wrong, if anything.
    pub reason: Option<String>,
}

/// All checks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// The worst of all.
    pub status: Status,
    /// Each check.
    pub checks: Vec<Check>,
    /// How the circuit breakers of this node stand.
    pub circuits: Vec<CircuitReport>,
}

/// One verdict.
#[derive(Debug, Serialize, ToSchema)]
pub struct Verdict {
    /// The worst of all checks.
    pub status: Status,
    /// Why it is not better.
    pub reasons: Vec<String>,
    /// How many checks were made.
    pub checks: usize,
}

impl Check {
    fn new(name: &str, value: impl ToString, threshold: impl ToString) -> Self {
        Self {
            name: name.into(),
            status: Status::Ok,
            value: value.to_string(),
            threshold: threshold.to_string(),
            reason: None,
        }
    }

    /// The same, bad if that is so.
    fn bad_if(self, bad: bool, status: Status, reason: impl FnOnce() -> String) -> Self {
        if bad { Self { status, reason: Some(reason()), ..self } } else { self }
    }
}

impl Health {
    /// Makes every check now.
    pub async fn measure(desk: &Desk) -> Result<Self, ActionError> {
        let mut checks = vec![database(desk).await, system(desk).await?];
        checks.extend(nodes(desk).await?);
        checks.extend(queues(desk).await?);
        checks.push(services(desk).await?);
        checks.push(alerts(desk).await?);
        let circuits = desk.shared.breakers.report();
        for circuit in &circuits {
            let open = circuit.state != CircuitState::Closed;
            let name = format!("circuit of {}", circuit.dependency.as_str());
            let check = Check::new(&name, format!("{} failures in a row", circuit.failures), "closed");
            checks.push(check.bad_if(open, Status::Degraded, || "it has failed again and again".into()));
        }
        let status = checks.iter().map(|check| check.status).max().unwrap_or(Status::Ok);
        Ok(Self { status, checks, circuits })
    }

    /// One verdict from all of it.
    pub fn verdict(self) -> Verdict {
        let reason = |check: &Check| check.reason.as_ref().map(|reason| format!("{}: {reason}", check.name));
        Verdict {
            status: self.status,
            reasons: self.checks.iter().filter_map(reason).collect(),
            checks: self.checks.len(),
        }
    }

    pub(crate) fn sample() -> Value {
        let check = Check::new("database", "2 ms", "250 ms");
        json!(Self { status: Status::Ok, checks: vec![check], circuits: Vec::new() })
    }
}

impl Verdict {
    pub(crate) fn sample() -> Value {
        let reasons = vec![String::from("queue import: its first job has waited for 412 s")];
        json!(Self { status: Status::Degraded, reasons, checks: 14 })
    }
}

async fn database(desk: &Desk) -> Check {
    let began = desk.shared.clock.elapsed();
    let answer = desk.store().job_counts().await;
    let took = desk.shared.clock.elapsed().saturating_sub(began);
    let check = Check::new(
        "database",
        format!("{} ms", took.as_millis()),
        format!("{} ms", DATABASE_MAX.as_millis()),
    );
    let check = check.bad_if(took > DATABASE_MAX, Status::Degraded, || "it answers slowly".into());
    match answer {
        Ok(_) => check,
        Err(error) => check.bad_if(true, Status::Down, || error.to_string()),
    }
}

async fn system(desk: &Desk) -> Result<Check, ActionError> {
    let state = desk.store().system_state().await?;
    let (value, reason) = match (&state.emergency_stop, &state.maintenance) {
        (Some(stop), _) => ("emergency stop", stop.reason.clone()),
        (None, Some(maintenance)) => ("maintenance", maintenance.reason.clone()),
        (None, None) => ("at work", None),
    };
    let check = Check::new("system", value, "at work");
    Ok(check.bad_if(state.holds_claims(), Status::Degraded, || reason.unwrap_or_else(|| value.into())))
}

async fn nodes(desk: &Desk) -> Result<Vec<Check>, ActionError> {
    let nodes = desk.store().nodes().await?;
    let alive = nodes.iter().filter(|node| node.actual_state != model::NodeState::Stopped);
    let checks = alive.map(|node| {
        let silence = desk.now.since(node.heartbeat_at);
        let check = Check::new(
            &format!("node {}", node.name),
            format!("{} s since its last sign of life", silence.as_secs()),
            format!("{} s", SILENCE_MAX.as_secs()),
        );
        check.bad_if(silence > SILENCE_MAX, Status::Degraded, || "it gives no sign of life".into())
    });
    Ok(checks.collect())
}

async fn queues(desk: &Desk) -> Result<Vec<Check>, ActionError> {
    let settings = engine::JobStore::queue_settings(desk.store()).await?;
    let all_paused = desk.store().all_queues_paused().await?;
    let mut checks = Vec::new();
    for queue in crate::KNOWN_QUEUES {
        let held = all_paused || settings.get(queue).is_some_and(|set| set.paused);
        let due = desk.store().oldest_due(queue, desk.now).await?;
        let age = due.map_or(Duration::ZERO, |due| desk.now.since(due));
        let value = format!("its first job has waited for {} s", age.as_secs());
        let check = Check::new(&format!("queue {queue}"), &value, format!("{} s", QUEUE_AGE_MAX.as_secs()));
        checks.push(check.bad_if(!held && age > QUEUE_AGE_MAX, Status::Degraded, || value));
        let hour = desk.now.before(Duration::from_secs(3_600));
        let done = desk.store().done_since(queue, hour, desk.now).await?;
        let percent = (done.failed * 100).checked_div(done.failed + done.complete).unwrap_or(0);
        let value = format!("{percent} % given up in the last hour");
        let check = Check::new(&format!("errors of {queue}"), &value, format!("{ERROR_PERCENT_MAX} %"));
        checks.push(check.bad_if(percent > ERROR_PERCENT_MAX, Status::Degraded, || value));
    }
    Ok(checks)
}

async fn services(desk: &Desk) -> Result<Check, ActionError> {
    let services = desk.store().services().await?;
    let failing: Vec<&str> = services
        .iter()
        .filter(|row| row.reports.iter().any(|report| report.errors_in_row >= SERVICE_ERRORS_MAX))
        .map(|row| row.name.as_str())
        .collect();
    let check = Check::new("services", format!("{} failing", failing.len()), "0 failing");
    Ok(check.bad_if(!failing.is_empty(), Status::Degraded, || format!("{} keep failing", failing.join(", "))))
}

async fn alerts(desk: &Desk) -> Result<Check, ActionError> {
    let filter = store::AlertFilter { open: true, ..store::AlertFilter::default() };
    let open = desk.store().alerts(&filter, 100).await?;
    let check = Check::new("alerts", format!("{} open", open.len()), "0 open");
    let worst = open.iter().max_by_key(|alert| alert.severity);
    Ok(check.bad_if(worst.is_some(), Status::Degraded, || {
        worst.map_or_else(String::new, |alert| alert.message.clone())
    }))
}
