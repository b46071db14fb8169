//! Actions on one job or many.

pub mod bulk_cancel;
pub mod bulk_delete;
pub mod bulk_retry;
pub mod bulk_run;
pub mod cancel;
pub mod change_priority;
pub mod delete;
pub mod export;
pub mod retry;
pub mod run;

use engine::{JobId, JobState};
use model::{PublicId, RecordKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::desk::Desk;
use crate::error::ActionError;

/// One job.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneJob {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
}

/// A job that was acted upon.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobActedUpon {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
    /// How it was.
    was: Option<String>,
    /// How it is now; none if it is gone.
    state: Option<String>,
}

impl JobActedUpon {
    fn new(job: JobId, was: JobState, state: Option<JobState>) -> Self {
        let word = |state: JobState| state.as_str().to_owned();
        Self { job_id: RecordKind::Job.id(job.0), was: Some(word(was)), state: state.map(word) }
    }
}

/// A payload that names one job, and what comes of it.
fn sample_of(was: JobState, state: Option<JobState>) -> (Value, Value) {
    let id = RecordKind::Job.id(42);
    (json!({"job_id": id}), json!(JobActedUpon::new(JobId(42), was, state)))
}

/// How a job is now.
async fn state_of(desk: &Desk, job: JobId) -> Result<JobState, ActionError> {
    match desk.store().job(job).await {
        Ok((view, _)) => Ok(view.state),
        Err(store::StoreError::NotFound { .. }) => {
            Err(ActionError::not_found("job", RecordKind::Job.id(job.0)))
        }
        Err(error) => Err(error.into()),
    }
}

/// That a job is not in one of the states that are needed; or that it does not exist.
async fn not_in(desk: &Desk, job: JobId, needed: &[JobState]) -> ActionError {
    let found = match state_of(desk, job).await {
        Ok(found) => found.as_str(),
        Err(error) => return error,
    };
    let needed: Vec<&str> = needed.iter().map(|state| state.as_str()).collect();
    ActionError::conflict(format!("the job is {found}; it must be {}", needed.join(" or ")), found, &needed)
}
