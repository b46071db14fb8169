//! `job.retry`: a failed or cancelled job waits again.

use engine::JobState;
use serde_json::Value;

use super::{JobActedUpon, OneJob, not_in, sample_of, state_of};
use crate::action::{Action, Answer, Facts, View};
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct Retry;

impl Action for Retry {
    const FACTS: Facts = Facts::new(
        "job.retry",
        View::JobsAndQueue,
        "Retry job",
        "Puts a failed or cancelled job back to pending with all its attempts before it; its history stays.",
    );
    type Params = OneJob;
    type Outcome = JobActedUpon;

    fn sentence(params: &OneJob) -> String {
        format!("retries job {}", params.job_id)
    }

    fn sample() -> (Value, Value) {
        sample_of(JobState::Failed, Some(JobState::Pending))
    }

    async fn run(params: OneJob, desk: &Desk) -> Result<Answer<JobActedUpon>, ActionError> {
        let job = desk.job(params.job_id)?;
        let was = state_of(desk, job).await?;
        let retried = desk.store().retry_jobs(&[job], desk.now).await?;
        if !retried.retried.is_empty() {
            return Ok(Answer::Done(JobActedUpon::new(job, was, Some(JobState::Pending))));
        }
        if !retried.duplicate.is_empty() {
            let detail = "another job for the same record waits or runs already";
            return Err(ActionError::conflict(detail, "duplicate", &["failed", "cancelled"]));
        }
        Err(not_in(desk, job, &[JobState::Failed, JobState::Cancelled]).await)
    }
}
