//! `job.delete`: a finished job goes, with its history.

use engine::JobState;
use model::Role;
use serde_json::Value;

use super::{JobActedUpon, OneJob, not_in, sample_of, state_of};
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct Delete;

impl Action for Delete {
    const FACTS: Facts = Facts::new(
        "job.delete",
        View::JobsAndQueue,
        "Delete job",
        "Removes a finished job and its history; the record that it was for stays.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = OneJob;
    type Outcome = JobActedUpon;

    fn sentence(params: &OneJob) -> String {
        format!("deletes job {}", params.job_id)
    }

    fn sample() -> (Value, Value) {
        sample_of(JobState::Complete, None)
    }

    async fn run(params: OneJob, desk: &Desk) -> Result<Answer<JobActedUpon>, ActionError> {
        let job = desk.job(params.job_id)?;
        let was = state_of(desk, job).await?;
        if desk.store().delete_jobs(&[job], desk.now).await?.deleted.is_empty() {
            let finished = [JobState::Complete, JobState::Failed, JobState::Cancelled];
            return Err(not_in(desk, job, &finished).await);
        }
        Ok(Answer::Done(JobActedUpon::new(job, was, None)))
    }
}
