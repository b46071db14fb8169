//! How it goes: for load balancers, who ask without a name and get words and depths; and in detail, with the measured
//! values and their thresholds, for whoever has signed in.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use store::{JobCounts, StuckLimits};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::Viewer;
use crate::extract::Json;
use crate::problem::Problem;
use crate::words::Time;

/// Above this share of jobs given up in the last hour something is wrong.
const ERROR_RATE_MAX: f64 = 0.25;
/// No job should wait or run for too long.
const STUCK_MAX: u64 = 0;
/// A node that has been silent for this long is taken for gone.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// A database that takes longer than this to answer is slow.
const DATABASE_MS_MAX: f64 = 250.0;
/// Errors of a service in a row from which on something is wrong with it.
const ERRORS_IN_ROW_MAX: i64 = 3;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_health))
        .routes(routes!(get_live))
        .routes(routes!(get_ready))
        .routes(routes!(get_health_in_detail))
}

/// How it goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `healthy`, `degraded` or `unhealthy`.
    #[schema(example = "healthy")]
    status: &'static str,
    /// Whether each scheduler runs somewhere.
    #[schema(value_type = Object, example = json!({"sitemap_import": true}))]
    schedulers: BTreeMap<String, bool>,
    /// What is needed from outside, each `ok` or what is wrong.
    #[schema(value_type = Object, example = json!({"database": "ok"}))]
    external_services: BTreeMap<&'static str, &'static str>,
    /// How many records wait to be processed.
    queue_depths: QueueDepths,
}

/// How many records wait to be processed.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct QueueDepths {
    /// Domains to be looked through.
    domains_queued: u64,
    /// Sitemap files to be imported.
    sitemaps_queued: u64,
    /// Pages to be scraped.
    pages_queued: u64,
}

/// Tells how it goes.
#[utoipa::path(get, path = "/health", tag = "health", security(()),
    responses((status = 200, description = "It works.", body = Health),
        (status = 503, description = "The database is away.", body = Health)))]
async fn get_health(State(app): State<App>) -> Response {
    match health(&app).await {
        Ok(health) => Json(health).into_response(),
        Err(error) => {
            tracing::warn!(%error, "unhealthy: the database is away");
            let health = Health {
                status: "unhealthy",
                schedulers: BTreeMap::new(),
                external_services: BTreeMap::from([("database", "unavailable")]),
                queue_depths: QueueDepths::default(),
            };
            (StatusCode::SERVICE_UNAVAILABLE, Json(health)).into_response()
        }
    }
}

async fn health(app: &App) -> Result<Health, store::StoreError> {
    let store = app.store();
    let mut schedulers = BTreeMap::new();
    let mut degraded = false;
    for service in store.services().await? {
        let runs = service.reports.iter().any(|report| report.actual_state == model::ActualState::Running);
        degraded |= !runs && service.wish.desired_state == model::DesiredState::Running;
        schedulers.insert(service.name, runs);
    }
    let counts = store.job_counts().await?;
    let waiting = |queue: &str| {
        let of = |(name, counts): (&engine::QueueName, &JobCounts)| {
            (name.as_str() == queue).then_some(counts.pending)
        };
        counts.iter().find_map(of).unwrap_or(0)
    };
    let system = store.system_state().await?;
    degraded |= system.holds_claims();
    Ok(Health {
        status: if degraded { "degraded" } else { "healthy" },
        schedulers,
        external_services: BTreeMap::from([("database", "ok")]),
        queue_depths: QueueDepths {
            domains_queued: waiting("discovery"),
            sitemaps_queued: waiting("import"),
            pages_queued: waiting("scrape"),
        },
    })
}

/// A word about the process.
#[derive(Debug, Serialize, ToSchema)]
pub struct Word {
    /// `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Tells that the process lives.
#[utoipa::path(get, path = "/health/live", tag = "health", security(()),
    responses((status = 200, description = "It lives.", body = Word)))]
async fn get_live() -> Json<Word> {
    Json(Word { status: "ok" })
}

/// Tells whether the process can serve: its database answers.
#[utoipa::path(get, path = "/health/ready", tag = "health", security(()),
    responses((status = 200, description = "It can serve.", body = Word)))]
async fn get_ready(State(app): State<App>) -> Result<Json<Word>, Problem> {
    app.store().system_state().await?;
    Ok(Json(Word { status: "ok" }))
}

/// How it goes, in detail.
#[derive(Debug, Serialize, ToSchema)]
pub struct DetailedHealth {
    /// The worst of the checks: `ok`, `warning` or `critical`.
    #[schema(example = "ok")]
    status: &'static str,
    /// When it was looked at.
    at: Time,
    /// Every check.
    checks: Vec<Check>,
}

/// One check.
#[derive(Debug, Serialize, ToSchema)]
pub struct Check {
    /// What was looked at.
    #[schema(example = "database")]
    name: String,
    /// `ok`, `warning` or `critical`.
    #[schema(example = "ok")]
    status: &'static str,
    /// What was measured.
    #[schema(value_type = Object)]
    value: Value,
    /// From where on it is not ok any more.
    #[schema(value_type = Option<f64>)]
    threshold: Value,
    /// In what it is measured.
    #[schema(example = "ms")]
    unit: &'static str,
    /// What it means.
    detail: String,
}

impl Check {
    fn new(name: impl Into<String>, ok: bool, value: Value, threshold: Value, unit: &'static str) -> Self {
        let status = if ok { "ok" } else { "warning" };
        Self { name: name.into(), status, value, threshold, unit, detail: String::new() }
    }

    fn saying(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    fn critical(self) -> Self {
        Self { status: if self.status == "ok" { "ok" } else { "critical" }, ..self }
    }
}

/// Tells how it goes, with measured values and thresholds.
#[utoipa::path(get, path = "/api/admin/health/detailed", tag = "observation",
    responses((status = 200, description = "Every check.", body = DetailedHealth)))]
async fn get_health_in_detail(State(app): State<App>, _: Viewer) -> Result<Json<DetailedHealth>, Problem> {
    let mut checks = vec![database(&app).await?];
    checks.extend(queue_checks(&app).await?);
    checks.extend(node_checks(&app).await?);
    checks.extend(memory());
    let worst = |word| checks.iter().any(|check: &Check| check.status == word);
    let status = if worst("critical") {
        "critical"
    } else if worst("warning") {
        "warning"
    } else {
        "ok"
    };
    Ok(Json(DetailedHealth { status, at: app.store().now().into(), checks }))
}

async fn database(app: &App) -> Result<Check, Problem> {
    let began = app.clock().elapsed();
    app.store().system_state().await?;
    let took = app.clock().elapsed().saturating_sub(began).as_secs_f64() * 1_000.0;
    let took = (took * 100.0).round() / 100.0;
    let check = Check::new("database", took <= DATABASE_MS_MAX, json!(took), json!(DATABASE_MS_MAX), "ms");
    Ok(check.saying(format!("{:?} answered", app.store().dialect())))
}

async fn queue_checks(app: &App) -> Result<Vec<Check>, Problem> {
    let store = app.store();
    let now = store.now();
    let stuck = store.stuck_jobs(StuckLimits::default(), now).await?;
    let stuck: u64 =
        stuck.iter().map(|queue| queue.pending + (queue.running.len() + queue.expired.len()) as u64).sum();
    let (mut ended, mut failed, mut waiting) = (0_u64, 0_u64, 0_u64);
    for (queue, counts) in store.job_counts().await? {
        waiting += counts.pending;
        for (_, minute) in store.job_minutes(&queue, now.before(Duration::from_secs(60 * 60))).await? {
            ended += minute.complete + minute.failed;
            failed += minute.failed;
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of an hour are far below 2^52")]
    let rate = if ended == 0 { 0.0 } else { failed as f64 / ended as f64 };
    let stuck_check = Check::new("stuck_jobs", stuck == STUCK_MAX, json!(stuck), json!(STUCK_MAX), "jobs");
    Ok(vec![
        Check::new("job_queue", true, json!(waiting), Value::Null, "jobs").saying("jobs that wait"),
        stuck_check.saying("due for 5 minutes or running for 30"),
        Check::new("error_rate", rate <= ERROR_RATE_MAX, json!(rate), json!(ERROR_RATE_MAX), "share")
            .saying("jobs given up, of all that ended in the last hour"),
    ])
}

async fn node_checks(app: &App) -> Result<Vec<Check>, Problem> {
    let store = app.store();
    let now = store.now();
    let mut checks = Vec::new();
    for node in store.nodes().await? {
        let silent = now.since(node.heartbeat_at).as_secs_f64();
        let stopped = node.actual_state == model::NodeState::Stopped;
        let ok = stopped || silent <= SILENCE_MAX.as_secs_f64();
        let name = format!("node {}", node.name);
        let check = Check::new(name, ok, json!(silent), json!(SILENCE_MAX.as_secs_f64()), "s");
        checks.push(check.critical().saying(format!("{}, silent for so long", node.actual_state)));
    }
    for service in store.services().await? {
        let errors = service.reports.iter().map(|report| report.errors_in_row).max().unwrap_or(0);
        let error = service.reports.iter().find_map(|report| report.last_error.clone());
        let name = format!("scheduler {}", service.name);
        let ok = errors < ERRORS_IN_ROW_MAX;
        let check = Check::new(name, ok, json!(errors), json!(ERRORS_IN_ROW_MAX), "errors in a row");
        checks.push(check.saying(error.unwrap_or_default()));
    }
    for worker in store.workers().await? {
        let used: i64 = worker.reports.iter().map(|report| report.slots_used).sum();
        let wanted = worker.desired_state == model::DesiredState::Running;
        let ok = !wanted || !worker.reports.is_empty();
        let name = format!("worker {}", worker.name);
        let check = Check::new(name, ok, json!(used), json!(worker.concurrency), "slots");
        checks.push(check.saying(if ok { "" } else { "no node runs it" }));
    }
    Ok(checks)
}

/// The memory of this process, where the system tells it.
fn memory() -> Option<Check> {
    let bytes = crate::api::metrics::resident_bytes()?;
    Some(Check::new("memory", true, json!(bytes), Value::Null, "bytes").saying("resident, of this process"))
}
