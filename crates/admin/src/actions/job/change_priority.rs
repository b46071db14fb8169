//! `job.priority`: a job that waits becomes more or less urgent.

use engine::{JobState, Priority};
use model::{PublicId, RecordKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::not_in;
use crate::action::{Action, Answer, Facts, View};
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct ChangePriority;

/// Which job, and how urgent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
    /// 0 (most urgent) to 9.
    #[schema(minimum = 0, maximum = 9)]
    priority: i64,
}

/// What was set.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The job's id.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
    /// Its priority now.
    priority: i64,
}

impl Action for ChangePriority {
    const FACTS: Facts = Facts::new(
        "job.priority",
        View::JobsAndQueue,
        "Change priority",
        "Changes how urgent a pending job is: 0 comes first, 9 last.",
    );
    type Params = Params;
    type Outcome = Outcome;

    fn sentence(params: &Params) -> String {
        format!("sets the priority of job {} to {}", params.job_id, params.priority)
    }

    fn sample() -> (Value, Value) {
        let id = RecordKind::Job.id(42);
        (json!({"job_id": id, "priority": 1}), json!({"job_id": id, "priority": 1}))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Outcome>, ActionError> {
        let job = desk.job(params.job_id)?;
        let priority = Priority::new(params.priority)
            .map_err(|error| ActionError::invalid("/priority", error.to_string()))?;
        if desk.store().set_job_priority(&[job], priority).await? == 0 {
            return Err(not_in(desk, job, &[JobState::Pending]).await);
        }
        Ok(Answer::Done(Outcome { job_id: params.job_id, priority: priority.level() }))
    }
}
