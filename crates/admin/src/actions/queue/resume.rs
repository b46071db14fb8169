//! `queue.resume`: claiming from a queue goes on.

use engine::QueueSettings;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{QueueState, check_name, queue, sample_state, state};
use crate::action::{Action, Answer, Facts, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};

/// See the file's own words.
#[derive(Debug)]
pub struct Resume;

/// Which queue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name, or "all": takes back that all were paused together.
    queue: String,
}

impl Action for Resume {
    const FACTS: Facts = Facts::new(
        "queue.resume",
        View::JobsAndQueue,
        "Resume queue",
        "Goes on claiming from a queue that was paused or drained, and takes jobs in again.",
    );
    type Params = Params;
    type Outcome = QueueState;

    fn check(params: &Params) -> Vec<FieldError> {
        check_name(&params.queue)
    }

    fn sentence(params: &Params) -> String {
        format!("resumes queue {}", params.queue)
    }

    fn sample() -> (Value, Value) {
        (json!({"queue": "import"}), sample_state(QueueSettings::default()))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<QueueState>, ActionError> {
        let queue = queue(desk, &params.queue).await?;
        desk.store().resume_queue(queue.as_ref(), desk.now).await?;
        Ok(Answer::Done(state(desk, queue.as_ref()).await?))
    }
}
