//! Actions on managers: what a whole stage is to do, on all nodes, and how it does.

pub mod configure;
pub mod force_kill;
pub mod performance_metrics;
pub mod reset_state;
pub mod restart;
pub mod restart_all;
pub mod start;
pub mod start_all;
pub mod stop;

use engine::QueueName;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{ManagerRow, Order};
use utoipa::ToSchema;

use crate::action::Answer;
use crate::actions::worker::{check_stage, stage};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::period::Period;

/// One stage.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneStage {
    /// Its name.
    #[schema(example = "import")]
    stage: String,
}

impl OneStage {
    fn check(&self) -> Vec<FieldError> {
        check_stage(&self.stage, "/stage")
    }

    fn queue(&self) -> Result<QueueName, ActionError> {
        stage(&self.stage)
    }
}

/// Stages, each with what it should be and what it is held to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Managers {
    /// By stage.
    managers: Vec<ManagerNow>,
}

/// A stage with what it is held to.
#[derive(Debug, Serialize, ToSchema)]
pub struct ManagerNow {
    /// Its name.
    stage: String,
    /// Whether it should work.
    desired_state: String,
    /// Most jobs that run at a time.
    concurrency: Option<u32>,
    /// Most jobs that are started in a second.
    rate_per_second: Option<u32>,
    /// How many attempts its jobs have.
    max_attempts: Option<u32>,
    /// Most jobs that a worker claims at a time.
    batch_size: Option<u32>,
    /// How long a job may run, in seconds.
    time_limit_s: Option<u64>,
    /// The least time between two requests to one host, in milliseconds.
    host_delay_ms: Option<i64>,
    /// The fewest slots that its workers shrink to.
    autoscale_min: Option<u32>,
    /// The most slots that its workers grow to.
    autoscale_max: Option<u32>,
}

impl Managers {
    async fn of(desk: &Desk, stages: &[QueueName]) -> Result<Self, ActionError> {
        let rows = desk.store().managers(crate::STAGES).await?;
        let managers = rows.iter().filter(|row| stages.contains(&row.stage)).map(now).collect();
        Ok(Self { managers })
    }

    async fn row(desk: &Desk, stage: &QueueName) -> Result<ManagerRow, ActionError> {
        let rows = desk.store().managers(std::slice::from_ref(stage)).await?;
        rows.into_iter()
            .find(|row| row.stage == *stage)
            .ok_or_else(|| ActionError::not_found("stage", stage.as_str()))
    }

    fn sample() -> Value {
        let manager = ManagerNow {
            stage: "import".into(),
            desired_state: "running".into(),
            concurrency: Some(8),
            rate_per_second: None,
            max_attempts: Some(5),
            batch_size: None,
            time_limit_s: None,
            host_delay_ms: Some(1_000),
            autoscale_min: None,
            autoscale_max: None,
        };
        json!(Self { managers: vec![manager] })
    }
}

fn now(row: &ManagerRow) -> ManagerNow {
    ManagerNow {
        stage: row.stage.to_string(),
        desired_state: row.desired_state.as_str().into(),
        concurrency: row.queue.concurrency,
        rate_per_second: row.queue.rate_per_second,
        max_attempts: row.queue.max_attempts,
        batch_size: row.queue.batch_size,
        time_limit_s: row.queue.time_limit.map(|limit| limit.as_secs()),
        host_delay_ms: row.policy.delay_ms,
        autoscale_min: row.policy.autoscale_min,
        autoscale_max: row.policy.autoscale_max,
    }
}

/// Tells the managers of stages what to do.
async fn order(desk: &Desk, stages: &[QueueName], order: Order) -> Result<Answer<Managers>, ActionError> {
    desk.store().order_managers(stages, order, desk.by(), desk.now).await?;
    Ok(Answer::Done(Managers::of(desk, stages).await?))
}

/// What a stage did in a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct Performance {
    /// The stage.
    stage: String,
    /// The period.
    #[schema(value_type = String, example = "24h")]
    period: Period,
    /// Jobs that were done.
    complete: u64,
    /// Jobs that were given up.
    failed: u64,
    /// Attempts that failed and were made again.
    retried: u64,
    /// Jobs done and given up a minute.
    throughput_per_minute: f64,
    /// Jobs given up, of all that ended.
    error_rate: f64,
    /// Mean run time of a job, in milliseconds.
    mean_ms: Option<f64>,
    /// Half of the jobs of a sample ran no longer than this, in milliseconds.
    p50_ms: Option<u64>,
    /// Nineteen of twenty.
    p95_ms: Option<u64>,
    /// Ninety-nine of a hundred.
    p99_ms: Option<u64>,
    /// How many of the latest jobs the percentiles are of.
    sampled: usize,
    /// Jobs that wait.
    pending: u64,
    /// Jobs that run.
    running: u64,
    /// How long the job that is due longest has waited, in milliseconds.
    queue_age_ms: Option<u64>,
    /// Slots that run a job, of all that the stage's workers have.
    utilisation: Option<f64>,
}

impl Performance {
    async fn of(desk: &Desk, stage: &QueueName, period: Period) -> Result<Self, ActionError> {
        let since = desk.now.before(period.duration());
        let minutes = desk.store().done_since(stage, since, desk.now).await?;
        let times = desk.store().run_times(stage, since).await?;
        let counts = desk.store().job_counts().await?.remove(stage).unwrap_or_default();
        let due = desk.store().oldest_due(stage, desk.now).await?;
        let reports = desk.store().workers().await?.into_iter().filter(|row| row.queues.contains(stage));
        let (used, slots) = reports
            .flat_map(|row| row.reports)
            .fold((0, 0), |(used, slots), report| (used + report.slots_used, slots + report.concurrency));
        let ended = minutes.complete + minutes.failed;
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let at = |percent: usize| times.get(times.len() * percent / 100).copied();
        Ok(Self {
            stage: stage.to_string(),
            period,
            complete: minutes.complete,
            failed: minutes.failed,
            retried: minutes.retried,
            throughput_per_minute: ended as f64 / (period.duration().as_secs_f64() / 60.0),
            error_rate: share(minutes.failed, ended),
            mean_ms: (minutes.complete > 0).then(|| share(minutes.run_ms, minutes.complete)),
            p50_ms: at(50),
            p95_ms: at(95),
            p99_ms: at(99),
            sampled: times.len(),
            pending: counts.pending,
            running: counts.running,
            queue_age_ms: due.map(|due| u64::try_from(desk.now.since(due).as_millis()).unwrap_or(u64::MAX)),
            utilisation: (slots > 0).then(|| used as f64 / slots as f64),
        })
    }

    fn sample() -> Value {
        json!(Self {
            stage: "import".into(),
            period: Period::hours(24),
            complete: 1_200,
            failed: 12,
            retried: 30,
            throughput_per_minute: 0.84,
            error_rate: 0.01,
            mean_ms: Some(840.0),
            p50_ms: Some(620),
            p95_ms: Some(2_900),
            p99_ms: Some(5_400),
            sampled: 1_000,
            pending: 40,
            running: 4,
            queue_age_ms: Some(5_200),
            utilisation: Some(0.5),
        })
    }
}
