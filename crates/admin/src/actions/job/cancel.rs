//! `job.cancel`: a job that waits or runs is stopped for good.

use engine::JobState;
use model::PublicId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{JobActedUpon, not_in, sample_of};
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::ActionError;

/// What stands as the reason where nobody gave one.
pub(super) const NO_REASON: &str = "cancelled by an operator";

/// See the file's own words.
#[derive(Debug)]
pub struct Cancel;

/// Which job, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    job_id: PublicId,
    /// Why; kept as the job's error.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl Action for Cancel {
    const FACTS: Facts = Facts::new(
        "job.cancel",
        View::JobsAndQueue,
        "Cancel job",
        "Stops a job: at once if it waits; if it runs its lease is void, its worker is told, and nothing more of it is taken.",
    )
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = JobActedUpon;

    fn sentence(params: &Params) -> String {
        format!("cancels job {}", params.job_id)
    }

    fn sample() -> (Value, Value) {
        sample_of(JobState::Running, Some(JobState::Cancelled))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<JobActedUpon>, ActionError> {
        let job = desk.job(params.job_id)?;
        let reason = params.reason.as_deref().unwrap_or(NO_REASON);
        let cancelled = desk.store().cancel_jobs(&[job], reason, desk.now).await?;
        let was = match (cancelled.pending.first(), cancelled.running.first()) {
            (Some(_), _) => JobState::Pending,
            (None, Some(_)) => JobState::Running,
            (None, None) => return Err(not_in(desk, job, &[JobState::Pending, JobState::Running]).await),
        };
        Ok(Answer::Done(JobActedUpon::new(job, was, Some(JobState::Cancelled))))
    }
}
