//! Maintenance jobs: what actions begin and don't wait for, each with progress and an end like any other job.

mod operation;

use std::sync::Arc;

use engine::{Done, Failure, Job, JobContext, NewJob, QueueName, Stage};
use serde::{Deserialize, Serialize};
use store::Effect;

use crate::desk::Surroundings;
use crate::error::ActionError;
use crate::operations::maintenance_job;

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
        let work = Work { shared: &self.shared, cx };
        let result = match task {
            Task::Operation { operation } => work.operate(operation).await,
            Task::Undo { operation } => work.undo(operation).await,
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
    pub(crate) cx: &'a JobContext<Effect>,
}

/// What a task tells at its end.
pub(crate) type Told = Result<serde_json::Value, ActionError>;
