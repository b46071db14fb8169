//! Actions on workers: wishes that whichever node has the worker makes true.

pub mod configure;
pub mod create_generic;
pub mod health_check;
pub mod kill;
pub mod restart;
pub mod restart_all;
pub mod scale_down;
pub mod scale_up;
pub mod spawn_new;
pub mod start;
pub mod stop;
pub mod stop_all;

use engine::QueueName;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{NewWorker, NodeRow, Order, WorkerReport, WorkerRow, WorkerTarget};
use utoipa::ToSchema;

use crate::action::Answer;
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::selector::written;

/// Most names that are tried for a new worker of a stage.
const NAMES_MAX: usize = 1_000;

/// One worker.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneWorker {
    /// Its name.
    #[schema(min_length = 1, max_length = 64)]
    worker: String,
}

/// All workers, or those of a stage.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaybeStage {
    /// The stage; none: all.
    #[serde(default)]
    stage: Option<String>,
}

impl MaybeStage {
    fn check(&self) -> Vec<FieldError> {
        self.stage.as_ref().map_or_else(Vec::new, |name| check_stage(name, "/stage"))
    }

    fn target(&self) -> Result<WorkerTarget, ActionError> {
        Ok(match &self.stage {
            Some(name) => WorkerTarget::Stage(stage(name)?),
            None => WorkerTarget::All,
        })
    }

    fn named(&self) -> String {
        self.stage
            .as_ref()
            .map_or_else(|| "all workers".into(), |name| format!("all workers of stage {name}"))
    }
}

/// One worker or those of a stage, and by how many slots.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleParams {
    /// The worker's name; this or `stage`.
    #[serde(default)]
    worker: Option<String>,
    /// The stage; this or `worker`.
    #[serde(default)]
    stage: Option<String>,
    /// How many slots.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 4096)]
    by: i64,
}

const fn one() -> i64 {
    1
}

impl ScaleParams {
    fn check(&self) -> Vec<FieldError> {
        match (&self.worker, &self.stage) {
            (Some(_), None) => Vec::new(),
            (None, Some(name)) => check_stage(name, "/stage"),
            _ => vec![FieldError::new("", "takes either a worker or a stage")],
        }
    }

    fn target(&self) -> Result<WorkerTarget, ActionError> {
        Ok(match (&self.worker, &self.stage) {
            (Some(name), _) => WorkerTarget::Named(name.clone()),
            (None, Some(name)) => WorkerTarget::Stage(stage(name)?),
            (None, None) => WorkerTarget::All,
        })
    }

    fn named(&self) -> String {
        match (&self.worker, &self.stage) {
            (Some(name), _) => format!("worker {name}"),
            (None, name) => format!("the workers of stage {}", name.as_deref().unwrap_or("?")),
        }
    }
}

/// How many workers were told.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkersTold {
    /// Workers that are to do so; their nodes make it true within seconds.
    told: u64,
    /// What they should be now.
    desired_state: String,
}

impl WorkersTold {
    fn sample(told: u64) -> Value {
        json!(Self { told, desired_state: "running".into() })
    }
}

/// Workers, each with how it should be and how it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Workers {
    /// By name.
    workers: Vec<WorkerNow>,
}

/// A worker as it should be, and as it is on its nodes.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkerNow {
    /// Its name.
    name: String,
    /// The node that it is for; none: any.
    node: Option<String>,
    /// Its stage, if it is that of a stage.
    stage: Option<String>,
    /// Whose jobs it runs.
    queues: Vec<String>,
    /// The slots that it should have.
    concurrency: u32,
    /// What it should be.
    desired_state: String,
    /// As whom it fetches; none: as usual.
    agent: Option<String>,
    /// How it fares.
    on: Vec<WorkerOnNode>,
}

/// A worker on one node.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkerOnNode {
    /// The node.
    node: String,
    /// What it is there.
    actual_state: String,
    /// The slots that it has.
    concurrency: i64,
    /// The jobs that it runs.
    slots_used: i64,
    /// The jobs that it holds and has not begun.
    waiting: i64,
    /// The runs that have ended since it began.
    finished: i64,
    /// Those of them that failed.
    failed: i64,
    /// When it told so.
    #[schema(format = "date-time")]
    updated_at: String,
    /// How long ago that was, in milliseconds.
    age_ms: u64,
}

impl Workers {
    /// The worker of that name, or all of them.
    async fn named(desk: &Desk, name: Option<&str>) -> Result<Self, ActionError> {
        let nodes = desk.store().nodes().await?;
        let rows = desk.store().workers().await?;
        let wanted = rows.iter().filter(|row| name.is_none_or(|name| row.name == name));
        let workers: Vec<WorkerNow> = wanted.map(|row| worker(desk, row, &nodes)).collect();
        match name {
            Some(name) if workers.is_empty() => Err(ActionError::not_found("worker", name)),
            _ => Ok(Self { workers }),
        }
    }

    fn sample() -> Value {
        let on = WorkerOnNode {
            node: "node-1".into(),
            actual_state: "running".into(),
            concurrency: 4,
            slots_used: 3,
            waiting: 1,
            finished: 120,
            failed: 2,
            updated_at: "2026-01-31T08:00:00Z".into(),
            age_ms: 900,
        };
        let worker = WorkerNow {
            name: "scrape".into(),
            node: Some("node-1".into()),
            stage: Some("scrape".into()),
            queues: vec!["scrape".into()],
            concurrency: 4,
            desired_state: "running".into(),
            agent: None,
            on: vec![on],
        };
        json!(Self { workers: vec![worker] })
    }
}

fn worker(desk: &Desk, row: &WorkerRow, nodes: &[NodeRow]) -> WorkerNow {
    let on = |report: &WorkerReport| WorkerOnNode {
        node: node_name(nodes, report.incarnation),
        actual_state: report.actual_state.as_str().into(),
        concurrency: report.concurrency,
        slots_used: report.slots_used,
        waiting: report.waiting,
        finished: report.finished,
        failed: report.failed,
        updated_at: written(report.updated_at),
        age_ms: u64::try_from(desk.now.since(report.updated_at).as_millis()).unwrap_or(u64::MAX),
    };
    WorkerNow {
        name: row.name.clone(),
        node: row.node.clone(),
        stage: row.stage.as_ref().map(ToString::to_string),
        queues: row.queues.iter().map(ToString::to_string).collect(),
        concurrency: row.concurrency,
        desired_state: row.desired_state.as_str().into(),
        agent: row.agent.clone(),
        on: row.reports.iter().map(on).collect(),
    }
}

/// The name of the node with that life.
pub(crate) fn node_name(nodes: &[NodeRow], incarnation: engine::Incarnation) -> String {
    let node = nodes.iter().find(|node| node.incarnation == incarnation);
    node.map_or_else(|| incarnation.0.to_string(), |node| node.name.clone())
}

/// Tells workers what to do; with `name` that one must exist.
async fn told(
    desk: &Desk,
    target: &WorkerTarget,
    order: Order,
    name: Option<&str>,
) -> Result<Answer<WorkersTold>, ActionError> {
    let told = desk.store().order_workers(target, order, desk.now).await?;
    if let Some(name) = name.filter(|_| told == 0) {
        return Err(ActionError::not_found("worker", name));
    }
    let desired_state = match order {
        Order::Start | Order::Restart => "running",
        Order::Stop | Order::Kill => "stopped",
    };
    Ok(Answer::Done(WorkersTold { told, desired_state: desired_state.into() }))
}

async fn scale(desk: &Desk, params: &ScaleParams, by: i64) -> Result<Answer<Workers>, ActionError> {
    let changed = desk.store().scale_workers(&params.target()?, by, desk.now).await?;
    if changed == 0 {
        return Err(match (&params.worker, &params.stage) {
            (Some(name), _) => ActionError::not_found("worker", name),
            (None, name) => ActionError::not_found("a worker of stage", name.as_deref().unwrap_or("")),
        });
    }
    let workers = Workers::named(desk, params.worker.as_deref()).await?;
    let of_stage = |worker: &WorkerNow| params.stage.is_none() || worker.stage == params.stage;
    Ok(Answer::Done(Workers { workers: workers.workers.into_iter().filter(of_stage).collect() }))
}

/// Makes a worker.
async fn make(desk: &Desk, new: &NewWorker) -> Result<Answer<Workers>, ActionError> {
    if let Some(node) = &new.node
        && !desk.store().nodes().await?.iter().any(|known| known.name == *node)
    {
        return Err(ActionError::not_found("node", node));
    }
    desk.store().create_worker(new, desk.by(), desk.now).await?;
    Ok(Answer::Done(Workers::named(desk, Some(&new.name)).await?))
}

/// A name for a new worker of a stage that no worker has.
async fn free_name(desk: &Desk, stage: &str) -> Result<String, ActionError> {
    let taken: Vec<String> = desk.store().workers().await?.into_iter().map(|worker| worker.name).collect();
    let mut names = (2..NAMES_MAX).map(|number| format!("{stage}-{number}"));
    let free = names.find(|name| !taken.contains(name));
    free.ok_or_else(|| ActionError::conflict("there are too many workers", "full", &["fewer workers"]))
}

/// The stage of that name.
pub(crate) fn stage(name: &str) -> Result<QueueName, ActionError> {
    let known = crate::KNOWN_QUEUES.iter().find(|stage| stage.as_str() == name);
    known.cloned().ok_or_else(|| ActionError::not_found("stage", name))
}

/// What is wrong with the name of a stage.
pub(crate) fn check_stage(name: &str, at: &str) -> Vec<FieldError> {
    let known: Vec<&str> = crate::KNOWN_QUEUES.iter().map(QueueName::as_str).collect();
    if known.contains(&name) {
        return Vec::new();
    }
    vec![FieldError::new(at, format!("{name:?} is no stage; there are {}", known.join(", ")))]
}

/// What is wrong with a worker's name.
fn check_worker_name(name: &str, at: &str) -> Vec<FieldError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        return Vec::new();
    }
    vec![FieldError::new(at, "may have letters, digits, - _ and . only")]
}
