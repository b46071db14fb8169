//! Jobs: listed, shown with their attempts, and explained: why one is not running now.

use admin::{ActionRequest, FieldError};
use axum::extract::{Request, State};
use axum::response::Response;
use engine::{JobId, JobState, JobStore, QueueName};
use http::HeaderMap;
use model::{PublicId, RecordKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{AttemptView, JobCursor, JobFilter, JobView};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions;
use crate::app::App;
use crate::auth::{Caller, Viewer};
use crate::extract::{Body, Id, Json, Query, read_json};
use crate::limits::JSON_BYTES_MAX;
use crate::list::{ListOf, SIZE};
use crate::problem::Problem;
use crate::words::{Time, Words, kept_json};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_jobs))
        .routes(routes!(get_job, cancel_job_by_delete))
        .routes(routes!(explain_job))
        .routes(routes!(retry_job))
        .routes(routes!(cancel_job))
        .routes(routes!(run_job))
        .routes(routes!(bulk_jobs))
}

/// A job.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobShown {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: PublicId,
    /// Its queue.
    #[schema(example = "import")]
    pub queue: String,
    /// `pending`, `running`, `complete`, `failed` or `cancelled`.
    #[schema(example = "failed")]
    pub status: &'static str,
    /// 0 (most urgent) to 9.
    pub priority: i64,
    /// Not before this time.
    pub run_at: Time,
    /// The kind of record that it is for: `domain`, `sitemap_file` or `page`.
    pub subject_kind: Option<String>,
    /// The record that it is for.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub subject_id: Option<PublicId>,
    /// The domain that it belongs to.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub domain_id: Option<PublicId>,
    /// What its stage was told.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// Attempts begun that count.
    pub attempts: u32,
    /// Attempts that it has.
    pub max_attempts: u32,
    /// When its next attempt is due, if one failed.
    pub next_retry_at: Option<Time>,
    /// How often a process died with it.
    pub crashes: u32,
    /// 0 to 100.
    pub progress_percent: Option<u8>,
    /// In words.
    pub progress_message: Option<String>,
    /// The stable code of what went wrong last.
    pub error_code: Option<String>,
    /// What went wrong last.
    pub error: Option<String>,
    /// What it did.
    #[schema(value_type = Option<Object>)]
    pub result: Option<Value>,
    /// Who asked for it.
    pub created_by: Option<String>,
    /// When it was queued.
    pub created_at: Time,
    /// When its last run began.
    pub started_at: Option<Time>,
    /// When it ended.
    pub finished_at: Option<Time>,
}

impl From<JobView> for JobShown {
    fn from(job: JobView) -> Self {
        let subject = job.subject.as_ref();
        let kind = subject.and_then(|subject| match subject.kind.as_str() {
            "domain" => Some(RecordKind::Domain),
            "sitemap_file" => Some(RecordKind::SitemapFile),
            "page" => Some(RecordKind::Page),
            _ => None,
        });
        let retried = job.state == JobState::Pending && job.attempt > 0;
        let (percent, message) = job.progress.unzip();
        let (code, error) = job.error.map(|error| (error.code.into_owned(), error.message)).unzip();
        Self {
            id: RecordKind::Job.id(job.id.0),
            queue: job.queue.to_string(),
            status: job.state.as_str(),
            priority: job.priority.level(),
            run_at: job.run_at.into(),
            subject_kind: subject.map(|subject| subject.kind.as_str().to_owned()),
            subject_id: kind.zip(subject).map(|(kind, subject)| kind.id(subject.id)),
            domain_id: (job.domain_id != 0).then(|| RecordKind::Domain.id(job.domain_id)),
            payload: kept_json(&job.payload),
            attempts: job.attempt,
            max_attempts: job.max_attempts,
            next_retry_at: retried.then(|| job.run_at.into()),
            crashes: job.crashes,
            progress_percent: percent,
            progress_message: message,
            error_code: code,
            error,
            result: job.result.as_deref().map(kept_json),
            created_by: job.created_by,
            created_at: job.created_at.into(),
            started_at: job.started_at.map(Time),
            finished_at: job.finished_at.map(Time),
        }
    }
}

/// Which jobs are listed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobQuery {
    /// One or more of `pending`, `running`, `complete`, `failed`, `cancelled`, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "failed")]
    status: Words<Status>,
    /// One or more queues, separated by commas.
    #[serde(default)]
    #[param(value_type = Option<String>, example = "import")]
    queue: Words<Queue>,
    /// Where to go on: `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many items, 1 to 500; 50 unless said.
    #[param(minimum = 1, maximum = 500)]
    size: Option<usize>,
}

/// A job's state as a word of a query.
#[derive(Clone, Copy, Debug)]
struct Status(JobState);

impl std::str::FromStr for Status {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let states = "a job's status is one of: pending, running, complete, failed, cancelled";
        JobState::from_word(word).map(Self).ok_or(states)
    }
}

/// A queue's name as a word of a query.
#[derive(Clone, Debug)]
struct Queue(QueueName);

impl std::str::FromStr for Queue {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        QueueName::parse(word).map(Self).map_err(|error| error.to_string())
    }
}

/// Lists jobs, latest first.
#[utoipa::path(get, path = "/api/admin/jobs", tag = "jobs", params(JobQuery),
    responses((status = 200, description = "A part of the list.", body = ListOf<JobShown>)))]
async fn list_jobs(
    State(app): State<App>,
    _: Viewer,
    Query(query): Query<JobQuery>,
) -> Result<Json<ListOf<JobShown>>, Problem> {
    let size = query.size.unwrap_or(SIZE);
    if size == 0 || size > store::MOST_LISTED {
        return Err(Problem::parameter("size", format!("must be 1 to {}", store::MOST_LISTED)));
    }
    let after = match &query.cursor {
        Some(text) => Some(JobCursor(JobId(
            i64::from_str_radix(text, 16)
                .map_err(|_| Problem::parameter("cursor", "is none that this list gave; begin anew"))?,
        ))),
        None => None,
    };
    let filter = JobFilter {
        states: query.status.0.iter().map(|state| state.0).collect(),
        queues: query.queue.0.iter().map(|queue| queue.0.clone()).collect(),
        ..JobFilter::default()
    };
    let (jobs, next) = app.store().jobs(&filter, after, size).await?;
    let mut total = 0;
    for (queue, counts) in app.store().job_counts().await? {
        let wanted = |state: &JobState| filter.states.is_empty() || filter.states.contains(state);
        if filter.queues.is_empty() || filter.queues.contains(&queue) {
            total += JobState::ALL
                .iter()
                .filter(|state| wanted(state))
                .map(|state| counts.of(*state))
                .sum::<u64>();
        }
    }
    Ok(Json(ListOf {
        items: jobs.into_iter().map(JobShown::from).collect(),
        next_cursor: next.map(|cursor| format!("{:x}", cursor.0.0)),
        page: after.is_none().then_some(1),
        size,
        total,
        total_is_estimate: false,
    }))
}

/// A job by its id, with the runs of it that did not succeed.
pub async fn find(app: &App, id: Id) -> Result<(JobView, Vec<AttemptView>), Problem> {
    let number = id.number(RecordKind::Job, "the job")?;
    app.store().job(JobId(number)).await.map_err(|error| match error {
        store::StoreError::NotFound { .. } => Problem::not_found("the job", id.0),
        error => error.into(),
    })
}

/// A job with its history.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobDetail {
    /// The job.
    job: JobShown,
    /// The runs of it that did not succeed, oldest first.
    attempts: Vec<Attempt>,
}

/// A run of a job that did not succeed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attempt {
    /// Which attempt, from 1.
    attempt: u32,
    /// Whether the process died; else its stage failed.
    crashed: bool,
    /// When it began.
    started_at: Option<Time>,
    /// When it ended.
    finished_at: Time,
    /// The stable code of what went wrong.
    error_code: String,
    /// What went wrong.
    error: String,
}

/// Shows a job with its history.
#[utoipa::path(get, path = "/api/admin/jobs/{id}", tag = "jobs",
    params(("id" = String, Path, format = "uuid", description = "The job's id.")),
    responses((status = 200, description = "The job.", body = JobDetail)))]
async fn get_job(State(app): State<App>, _: Viewer, id: Id) -> Result<Json<JobDetail>, Problem> {
    let (job, attempts) = find(&app, id).await?;
    let shown = |attempt: AttemptView| Attempt {
        attempt: attempt.attempt,
        crashed: attempt.crashed,
        started_at: attempt.started_at.map(Time),
        finished_at: attempt.finished_at.into(),
        error_code: attempt.error.code.into_owned(),
        error: attempt.error.message,
    };
    Ok(Json(JobDetail { job: job.into(), attempts: attempts.into_iter().map(shown).collect() }))
}

/// Why a job is not running now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explanation {
    /// The job.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
    /// Where it stands.
    #[schema(example = "pending")]
    status: &'static str,
    /// Whether nothing keeps it from being claimed next.
    ready: bool,
    /// What keeps it from running, most telling first.
    reasons: Vec<Reason>,
}

/// One thing that keeps a job from running.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reason {
    /// A stable word: `finished`, `running`, `emergency_stop`, `maintenance`, `all_queues_paused`, `queue_paused`,
    /// `back_off`, `scheduled`, `no_worker`, `concurrency_limit`, `rate_limit`, `host_busy` or `behind_others`.
    #[schema(example = "queue_paused")]
    code: &'static str,
    /// The same in a sentence.
    detail: String,
}

/// Tells why a job is not running now.
#[utoipa::path(get, path = "/api/admin/jobs/{id}/explain", tag = "jobs",
    params(("id" = String, Path, format = "uuid", description = "The job's id.")),
    responses((status = 200, description = "What keeps it from running.", body = Explanation)))]
async fn explain_job(State(app): State<App>, _: Viewer, id: Id) -> Result<Json<Explanation>, Problem> {
    let (job, _) = find(&app, id).await?;
    let reasons = reasons(&app, &job).await?;
    Ok(Json(Explanation { job_id: id.0, status: job.state.as_str(), ready: reasons.is_empty(), reasons }))
}

async fn reasons(app: &App, job: &JobView) -> Result<Vec<Reason>, Problem> {
    let store = app.store();
    let now = store.now();
    let mut reasons = Vec::new();
    let mut add = |code, detail: String| reasons.push(Reason { code, detail });
    match job.state {
        JobState::Pending => {}
        JobState::Running => {
            add("running", "it runs now".to_owned());
            return Ok(reasons);
        }
        state => {
            add("finished", format!("it is {}; retry it to have it run again", state.as_str()));
            return Ok(reasons);
        }
    }
    let system = store.system_state().await?;
    if let Some(flag) = system.emergency_stop {
        add("emergency_stop", format!("the system is stopped: {}", flag.reason.unwrap_or_default()));
    }
    if let Some(flag) = system.maintenance {
        add("maintenance", format!("the system is maintained: {}", flag.reason.unwrap_or_default()));
    }
    if store.all_queues_paused().await? {
        add("all_queues_paused", "all queues are paused".to_owned());
    }
    let settings = store.queue_settings().await?.remove(&job.queue).unwrap_or_default();
    if settings.paused {
        let why = settings.reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        add("queue_paused", format!("the queue {} is paused{why}", job.queue));
    }
    if job.run_at > now {
        let (code, why) = match &job.error {
            Some(error) => ("back_off", format!("an attempt failed ({}) and is tried again", error.message)),
            None => ("scheduled", "it is put off".to_owned()),
        };
        add(code, format!("{why} at {}", Time(job.run_at)));
    }
    let workers = store.workers().await?;
    let served = workers.iter().any(|worker| {
        let serves = worker.queues.is_empty() || worker.queues.contains(&job.queue);
        serves && worker.desired_state == model::DesiredState::Running && !worker.reports.is_empty()
    });
    if !served {
        add("no_worker", format!("no running worker takes jobs of the queue {}", job.queue));
    }
    let running = store.job_counts().await?.get(&job.queue).map_or(0, |counts| counts.running);
    if let Some(limit) = settings.concurrency.filter(|limit| running >= u64::from(*limit)) {
        add("concurrency_limit", format!("{running} jobs of its queue run, {limit} are allowed"));
    }
    if let Some(rate) = settings.rate_per_second {
        add("rate_limit", format!("its queue starts at most {rate} jobs a second"));
    }
    let ahead = store.ahead_of(job.id, now).await?;
    if ahead.same_host > 0 {
        add(
            "host_busy",
            format!("{} jobs of the same host run: one host is asked politely", ahead.same_host),
        );
    }
    if ahead.waiting > 0 {
        add("behind_others", format!("{} due jobs of its queue come before it", ahead.waiting));
    }
    Ok(reasons)
}

/// Writes the doors to actions on one job.
macro_rules! doors {
    ($($name:ident, $method:ident, $path:literal, $kind:literal, $doc:literal;)*) => {$(
        #[doc = $doc]
        #[utoipa::path($method, path = $path, tag = "jobs",
            params(("id" = String, Path, format = "uuid", description = "The job's id.")),
            responses((status = 200, description = "What came of it.", body = admin::ActionAnswer),
                (status = 409, description = "The job is in no state for it.", body = crate::problem::ProblemBody)))]
        async fn $name(
            State(app): State<App>,
            caller: Viewer,
            id: Id,
            headers: HeaderMap,
            request: Request,
        ) -> Result<Response, Problem> {
            on_job(&app, &caller, $kind, id, &headers, request).await
        }
    )*};
}

doors! {
    retry_job, post, "/api/admin/jobs/{id}/retry", "job.retry", "Puts a failed or cancelled job back to pending.";
    cancel_job, post, "/api/admin/jobs/{id}/cancel", "job.cancel", "Cancels a job; the body may give a `reason`.";
    run_job, post, "/api/admin/jobs/{id}/run", "job.run", "Runs a pending job now.";
    cancel_job_by_delete, delete, "/api/admin/jobs/{id}", "job.cancel", "Cancels a job.";
}

/// What may go with an action on one job.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Extra {
    reason: Option<String>,
}

async fn on_job(
    app: &App,
    caller: &Caller,
    kind: &str,
    id: Id,
    headers: &HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let body = crate::extract::bytes(request, JSON_BYTES_MAX).await?;
    let extra: Extra = if body.is_empty() { Extra::default() } else { read_json(&body)? };
    let mut payload = json!({ "job_id": id.0 });
    if let (Some(reason), Value::Object(payload)) = (extra.reason, &mut payload) {
        payload.insert("reason".to_owned(), reason.into());
    }
    let key = actions::key(headers)?;
    let request = ActionRequest { kind: kind.to_owned(), payload, confirm: None, idempotency_key: key };
    Ok(actions::shown(actions::dispatch(app, caller, request).await?))
}

/// An action on many jobs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"action": "retry", "selector": {"filter": {"status": ["failed"]}}, "dry_run": true}))]
pub struct BulkJobs {
    /// `retry`, `cancel`, `run` or `delete`.
    #[schema(example = "retry")]
    action: String,
    /// Which jobs: `{"ids": [...]}` or `{"filter": {...}}`.
    #[schema(value_type = Object)]
    selector: Value,
    /// Why.
    reason: Option<String>,
    /// Only counts, changes nothing.
    #[serde(default)]
    dry_run: bool,
    /// For `delete`: `job.bulk_delete`.
    confirm: Option<String>,
}

/// Does an action with many jobs.
#[utoipa::path(post, path = "/api/admin/jobs/bulk", tag = "jobs", request_body = BulkJobs,
    responses((status = 200, description = "What came of it.", body = admin::ActionAnswer),
        (status = 428, description = "It wants to be confirmed.", body = crate::problem::ProblemBody)))]
async fn bulk_jobs(
    State(app): State<App>,
    caller: Viewer,
    headers: HeaderMap,
    Body(bulk): Body<BulkJobs>,
) -> Result<Response, Problem> {
    let kind = match bulk.action.as_str() {
        "retry" => "job.bulk_retry",
        "cancel" => "job.bulk_cancel",
        "run" => "job.bulk_run",
        "delete" => "job.bulk_delete",
        _ => {
            let error = FieldError::new("/action", "must be one of: retry, cancel, run, delete");
            return Err(Problem::invalid(vec![error]));
        }
    };
    let mut payload = json!({ "selector": bulk.selector, "dry_run": bulk.dry_run });
    if let (Some(reason), Value::Object(payload)) = (bulk.reason, &mut payload) {
        payload.insert("reason".to_owned(), reason.into());
    }
    let key = actions::key(&headers)?;
    let request =
        ActionRequest { kind: kind.to_owned(), payload, confirm: bulk.confirm, idempotency_key: key };
    Ok(actions::shown(actions::dispatch(&app, &caller, request).await?))
}
