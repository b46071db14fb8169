//! Actions on queues.

pub mod clear;
pub mod configure;
pub mod drain;
pub mod pause;
pub mod purge;
pub mod resume;

use engine::{JobStore, QueueName, QueueSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::JobCounts;
use utoipa::ToSchema;

use crate::action::Answer;
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::operations::{BulkOutcome, Change, Chosen, operate};
use crate::period::Period;
use crate::selector::{JobsFilter, Selector, State, written};

/// What stands for all queues together.
pub(crate) const ALL: &str = "all";

/// How a queue stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueState {
    /// Its name, or "all".
    queue: String,
    /// Nothing is claimed from it.
    paused: bool,
    /// It takes nothing in, and is paused when it is empty.
    draining: bool,
    /// Why.
    reason: Option<String>,
    /// Most jobs of it that run at a time, on all nodes together.
    concurrency: Option<u32>,
    /// Most jobs of it that are started in a second, on all nodes together.
    rate_per_second: Option<u32>,
    /// How long a failed job waits at first, in milliseconds; it doubles each time.
    retry_base_ms: Option<u64>,
    /// How long a failed job waits at most, in milliseconds.
    retry_cap_ms: Option<u64>,
    /// Jobs that wait.
    pending: u64,
    /// Jobs that run.
    running: u64,
}

/// What is wrong with the name of a queue, "all" among them.
fn check_name(name: &str) -> Vec<FieldError> {
    let error = QueueName::parse(name).err();
    error.map(|error| FieldError::new("/queue", error.to_string())).into_iter().collect()
}

/// The queue of that name; none for all of them. A name that nothing knows is refused: a slip of the pen would pause
/// a queue that does not exist.
async fn queue(desk: &Desk, name: &str) -> Result<Option<QueueName>, ActionError> {
    if name == ALL {
        return Ok(None);
    }
    one_queue(desk, name).await.map(Some)
}

/// The queue of that name, which must be one of the stages' or hold or have held jobs.
pub(crate) async fn one_queue(desk: &Desk, name: &str) -> Result<QueueName, ActionError> {
    let queue = QueueName::parse(name).map_err(|error| ActionError::invalid("/queue", error.to_string()))?;
    let known = crate::KNOWN_QUEUES.contains(&queue)
        || desk.store().job_counts().await?.contains_key(&queue)
        || desk.store().queue_settings().await?.contains_key(&queue);
    if known { Ok(queue) } else { Err(ActionError::not_found("queue", name)) }
}

/// How a queue, or all together, stands now.
async fn state(desk: &Desk, queue: Option<&QueueName>) -> Result<QueueState, ActionError> {
    let counts = desk.store().job_counts().await?;
    let Some(queue) = queue else {
        let paused = desk.store().all_queues_paused().await?;
        let total = counts.values().fold(JobCounts::default(), |sum, of| JobCounts {
            pending: sum.pending + of.pending,
            running: sum.running + of.running,
            ..sum
        });
        return Ok(report(ALL, QueueSettings { paused, ..QueueSettings::default() }, &total));
    };
    let settings = desk.store().queue_settings().await?.remove(queue).unwrap_or_default();
    Ok(report(queue.as_str(), settings, &counts.get(queue).cloned().unwrap_or_default()))
}

fn report(queue: &str, settings: QueueSettings, counts: &JobCounts) -> QueueState {
    let millis = |wait: std::time::Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    QueueState {
        queue: queue.into(),
        paused: settings.paused,
        draining: settings.draining,
        reason: settings.reason,
        concurrency: settings.concurrency,
        rate_per_second: settings.rate_per_second,
        retry_base_ms: settings.retry.map(|retry| millis(retry.base)),
        retry_cap_ms: settings.retry.map(|retry| millis(retry.cap)),
        pending: counts.pending,
        running: counts.running,
    }
}

/// A result as clients get it.
fn sample_state(settings: QueueSettings) -> Value {
    json!(report("import", settings, &JobCounts { pending: 120, running: 4, ..JobCounts::default() }))
}

/// Which failed and cancelled jobs are to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PurgeParams {
    /// The queue's name.
    queue: String,
    /// Only those that ended longer ago than this, such as `12h` or `30d`.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "30d")]
    older_than: Option<Period>,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

impl PurgeParams {
    pub(crate) fn check(&self) -> Vec<FieldError> {
        check_name(&self.queue)
    }

    pub(crate) fn sentence(&self) -> String {
        format!("deletes the failed and cancelled jobs of queue {}", self.queue)
    }

    pub(crate) fn sample() -> (Value, Value) {
        (json!({"queue": "import", "older_than": "30d"}), BulkOutcome::sample(120))
    }
}

/// Deletes the failed and cancelled jobs of a queue.
pub(crate) async fn purge(
    desk: &Desk,
    action: &str,
    params: PurgeParams,
) -> Result<Answer<BulkOutcome>, ActionError> {
    let queue = one_queue(desk, &params.queue).await?;
    let filter = JobsFilter {
        states: vec![State::Failed, State::Cancelled],
        queues: vec![queue.as_str().to_owned()],
        finished_before: params.older_than.map(|period| written(desk.now.before(period.duration()))),
        ..JobsFilter::default()
    };
    let chosen = Chosen::Jobs(Selector { filter: Some(filter), ..Selector::default() });
    operate(desk, action, Change::DeleteJobs, chosen, params.dry_run).await
}
