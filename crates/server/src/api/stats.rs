//! What the system does: queue depths, throughput, failures, stuck jobs, times, recent activity. All read off counters.

use std::time::Duration;

use axum::extract::State;
use engine::QueueName;
use model::{PublicId, RecordKind};
use serde::Serialize;
use store::{JobCounts, Minute, StuckLimits};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::Viewer;
use crate::extract::Json;
use crate::problem::Problem;
use crate::words::Time;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How many recent changes of jobs are shown.
const RECENT: usize = 20;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_stats))
}

/// What the system does.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stats {
    /// When it was looked at.
    at: Time,
    /// All queues together.
    jobs: Depths,
    /// Queue by queue.
    queues: Vec<QueueStats>,
    /// What was done in the last hour.
    last_hour: Done,
    /// What was done in the last day.
    last_day: Done,
    /// Jobs that wait or run for too long.
    stuck: u64,
    /// How long the latest complete jobs ran, at most a thousand.
    run_time: RunTime,
    /// The latest changes of jobs, latest first.
    recent_activity: Vec<Activity>,
}

/// How many jobs are in each state.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Depths {
    /// Waiting.
    pub pending: u64,
    /// Running.
    pub running: u64,
    /// Complete, still in history.
    pub complete: u64,
    /// Failed, still in history.
    pub failed: u64,
    /// Cancelled, still in history.
    pub cancelled: u64,
}

impl Depths {
    fn add(&mut self, counts: &JobCounts) {
        self.pending += counts.pending;
        self.running += counts.running;
        self.complete += counts.complete;
        self.failed += counts.failed;
        self.cancelled += counts.cancelled;
    }
}

/// What was done in some time.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Done {
    /// Jobs completed.
    complete: u64,
    /// Jobs given up.
    failed: u64,
    /// Attempts that failed and are tried again.
    retried: u64,
    /// Jobs given up, of all that ended: 0 to 1.
    error_rate: f64,
    /// Jobs that ended, a minute.
    per_minute: f64,
    /// How long they ran on average.
    average_ms: f64,
}

/// A queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueStats {
    /// Its name.
    #[schema(example = "import")]
    queue: String,
    /// How many jobs are in each state.
    #[serde(flatten)]
    depths: Depths,
    /// What was done in the last hour.
    last_hour: Done,
}

/// How long jobs ran.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunTime {
    /// How many were looked at.
    jobs: usize,
    /// On average.
    average_ms: u64,
    /// Half of them were quicker.
    p50_ms: u64,
    /// 95 of 100 were quicker.
    p95_ms: u64,
    /// 99 of 100 were quicker.
    p99_ms: u64,
}

/// A change of a job.
#[derive(Debug, Serialize, ToSchema)]
pub struct Activity {
    /// Which.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
    /// Its queue.
    queue: String,
    /// What it is now.
    status: &'static str,
    /// Since when.
    at: Time,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    complete: u64,
    failed: u64,
    retried: u64,
    run_ms: u64,
}

impl Sum {
    fn add(&mut self, minute: &Minute) {
        self.complete += minute.complete;
        self.failed += minute.failed;
        self.retried += minute.retried;
        self.run_ms += minute.run_ms;
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a day are far below 2^52")]
    fn done(self, time: Duration) -> Done {
        let ended = self.complete + self.failed;
        let share = |part: u64, of: u64| if of == 0 { 0.0 } else { part as f64 / of as f64 };
        Done {
            complete: self.complete,
            failed: self.failed,
            retried: self.retried,
            error_rate: share(self.failed, ended),
            per_minute: ended as f64 / (time.as_secs_f64() / 60.0),
            average_ms: share(self.run_ms, ended + self.retried),
        }
    }
}

/// Tells what the system does.
#[utoipa::path(get, path = "/api/admin/stats", tag = "observation",
    responses((status = 200, description = "What the system does.", body = Stats)))]
async fn get_stats(State(app): State<App>, _: Viewer) -> Result<Json<Stats>, Problem> {
    let store = app.store();
    let now = store.now();
    let (mut jobs, mut queues) = (Depths::default(), Vec::new());
    let (mut hour, mut day) = (Sum::default(), Sum::default());
    for (queue, counts) in store.job_counts().await? {
        jobs.add(&counts);
        let (of_hour, of_day) = sums(&app, &queue).await?;
        for (sum, part) in [(&mut hour, of_hour), (&mut day, of_day)] {
            sum.complete += part.complete;
            sum.failed += part.failed;
            sum.retried += part.retried;
            sum.run_ms += part.run_ms;
        }
        let mut depths = Depths::default();
        depths.add(&counts);
        queues.push(QueueStats { queue: queue.to_string(), depths, last_hour: of_hour.done(HOUR) });
    }
    let stuck = store.stuck_jobs(StuckLimits::default(), now).await?;
    let stuck =
        stuck.iter().map(|queue| queue.pending + (queue.running.len() + queue.expired.len()) as u64).sum();
    let times = store.latest_run_times().await?;
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let mut recent = store.job_changes(now.before(DAY), RECENT).await?;
    recent.reverse();
    recent.truncate(RECENT);
    let activity = |job: store::JobChanged| Activity {
        job_id: RecordKind::Job.id(job.id.0),
        queue: job.queue.to_string(),
        status: job.state.as_str(),
        at: job.at.into(),
    };
    Ok(Json(Stats {
        at: now.into(),
        jobs,
        queues,
        last_hour: hour.done(HOUR),
        last_day: day.done(DAY),
        stuck,
        run_time: RunTime {
            jobs: times.jobs,
            average_ms: ms(times.average),
            p50_ms: ms(times.p50),
            p95_ms: ms(times.p95),
            p99_ms: ms(times.p99),
        },
        recent_activity: recent.into_iter().map(activity).collect(),
    }))
}

/// What a queue did in the last hour and in the last day.
async fn sums(app: &App, queue: &QueueName) -> Result<(Sum, Sum), Problem> {
    let now = app.store().now();
    let (mut hour, mut day) = (Sum::default(), Sum::default());
    for (minute, done) in app.store().job_minutes(queue, now.before(DAY)).await? {
        day.add(&done);
        if minute >= now.before(HOUR) {
            hour.add(&done);
        }
    }
    Ok((hour, day))
}
