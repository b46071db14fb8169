//! Maintenance jobs: what actions begin and don't wait for, each with progress and an end like any other job.

pub(crate) mod cleanup;
mod database;
mod export;
mod operation;

use std::sync::Arc;

use clock::Timestamp;
use engine::{Done, Enqueued, Failure, Job, JobContext, JobStore, NewJob, QueueName, Stage};
use model::{PublicId, RecordKind};
use serde::{Deserialize, Serialize};
use store::Effect;
use utoipa::ToSchema;

use crate::action::Answer;
use crate::artifact::Format;
use crate::desk::{Desk, Surroundings};
use crate::error::ActionError;
use crate::maintenance::cleanup::OldData;
use crate::operations::maintenance_job;
use crate::selector::JobsFilter;

/// What a maintenance job does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Goes on with a bulk operation.
    Operation {
        /// Its number.
        operation: i64,
    },
    /// Goes on with the undoing of one.
    Undo {
        /// The number of the undoing.
        operation: i64,
    },
    /// Copies the database.
    Backup {
        /// A word for its name.
        label: Option<String>,
    },
    /// Reclaims space.
    Vacuum {
        /// Of this table; none: of all.
        table: Option<String>,
    },
    /// Builds indexes anew.
    OptimizeIndexes {
        /// Of this table; none: of all.
        table: Option<String>,
    },
    /// Deletes what is old.
    Cleanup {
        /// Older than this, in milliseconds since 1970.
        before_ms: i64,
        /// Of what.
        kinds: Vec<OldData>,
    },
    /// Writes tables to files to download.
    ExportTables {
        /// Their names.
        tables: Vec<String>,
        /// How.
        format: Format,
    },
    /// Writes jobs to a file to download.
    ExportJobs {
        /// Which.
        filter: Box<JobsFilter>,
        /// How.
        format: Format,
    },
}

impl Task {
    /// The job that does it.
    pub fn job(&self, by: &str) -> NewJob {
        let payload = serde_json::to_string(self).unwrap_or_default();
        maintenance_job(payload, by)
    }
}

/// The stage of the queue `maintenance`.
#[derive(Debug)]
pub struct Maintenance {
    shared: Arc<Surroundings>,
}

impl Maintenance {
    /// Works in these surroundings.
    pub const fn new(shared: Arc<Surroundings>) -> Self {
        Self { shared }
    }
}

impl Stage<Effect> for Maintenance {
    fn queue(&self) -> QueueName {
        crate::MAINTENANCE
    }

    async fn run(&self, job: &Job, cx: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        let task: Task = serde_json::from_str(&job.payload)
            .map_err(|error| Failure::fatal("unknown_task", format!("{}: {error}", job.payload)))?;
        let by = self.shared.store.job(job.id).await.ok().and_then(|(view, _)| view.created_by);
        let work = Work { shared: &self.shared, job, cx, by: by.unwrap_or_default() };
        let result = match task {
            Task::Operation { operation } => work.operate(operation).await,
            Task::Undo { operation } => work.undo(operation).await,
            Task::Backup { label } => work.back_up(label.as_deref()).await,
            Task::Vacuum { table } => work.vacuum(table.as_deref()).await,
            Task::OptimizeIndexes { table } => work.optimize(table.as_deref()).await,
            Task::Cleanup { before_ms, kinds } => work.clean_up(Timestamp(before_ms), &kinds).await,
            Task::ExportTables { tables, format } => work.export_tables(&tables, format).await,
            Task::ExportJobs { filter, format } => work.export_jobs(&filter, format).await,
        };
        match result {
            Ok(result) => Ok(Done::nothing().result(result.to_string())),
            Err(error) if error.is_outage() => Err(Failure::retry(error.code(), error.to_string())),
            Err(error) => Err(Failure::fatal(error.code(), error.to_string())),
        }
    }
}

/// A maintenance job at work.
pub(crate) struct Work<'a> {
    pub(crate) shared: &'a Arc<Surroundings>,
    pub(crate) job: &'a Job,
    pub(crate) cx: &'a JobContext<Effect>,
    /// Who asked for it.
    by: String,
}

impl Work<'_> {
    fn by(&self) -> &str {
        &self.by
    }
}

/// A maintenance job that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct Begun {
    /// Its id: its progress and its result are those of any job.
    #[schema(value_type = String, format = "uuid")]
    pub job_id: PublicId,
}

impl Begun {
    pub(crate) fn sample() -> serde_json::Value {
        serde_json::json!(Self { job_id: RecordKind::Job.id(42) })
    }
}

/// Queues a task.
pub(crate) async fn begin(desk: &Desk, task: &Task) -> Result<Answer<Begun>, ActionError> {
    let enqueued = desk.store().enqueue(vec![task.job(desk.by())], desk.now).await?;
    match enqueued.first() {
        Some(Enqueued::Added(job) | Enqueued::Duplicate(job)) => {
            Ok(Answer::Accepted(Begun { job_id: RecordKind::Job.id(job.0) }))
        }
        Some(Enqueued::Draining) | None => {
            let detail = "the queue maintenance is being drained: resume it first";
            Err(ActionError::conflict(detail, "draining", &["open"]))
        }
    }
}

/// What a task tells at its end.
pub(crate) type Told = Result<serde_json::Value, ActionError>;
