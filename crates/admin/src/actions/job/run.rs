//! `job.run`: a job that waits is started next, whatever its schedule and though its queue is paused.

use engine::JobState;
use serde_json::Value;

use super::{JobActedUpon, OneJob, not_in, sample_of};
use crate::action::{Action, Answer, Facts, View};
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct Run;

impl Action for Run {
    const FACTS: Facts = Facts::new(
        "job.run",
        View::JobsAndQueue,
        "Run job now",
        "Starts a pending job next: ignores its schedule, its back-off and that its queue is paused.",
    );
    type Params = OneJob;
    type Outcome = JobActedUpon;

    fn sentence(params: &OneJob) -> String {
        format!("runs job {} now", params.job_id)
    }

    fn sample() -> (Value, Value) {
        sample_of(JobState::Pending, Some(JobState::Pending))
    }

    async fn run(params: OneJob, desk: &Desk) -> Result<Answer<JobActedUpon>, ActionError> {
        let job = desk.job(params.job_id)?;
        if desk.store().force_jobs(&[job]).await?.is_empty() {
            return Err(not_in(desk, job, &[JobState::Pending]).await);
        }
        Ok(Answer::Done(JobActedUpon::new(job, JobState::Pending, Some(JobState::Pending))))
    }
}
