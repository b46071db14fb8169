//! `queue.drain`: a queue takes nothing in, runs what it has, and is paused when it is empty.

use engine::QueueSettings;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{QueueState, check_name, one_queue, sample_state, state};
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};

/// See the file's own words.
#[derive(Debug)]
pub struct Drain;

/// Which queue, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name.
    queue: String,
    /// Why; shown wherever the queue is.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl Action for Drain {
    const FACTS: Facts = Facts::new(
        "queue.drain",
        View::JobsAndQueue,
        "Drain queue",
        "Takes no new jobs into a queue and runs those in it; when it is empty it stays paused until it is resumed.",
    )
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = QueueState;

    fn check(params: &Params) -> Vec<FieldError> {
        check_name(&params.queue)
    }

    fn sentence(params: &Params) -> String {
        format!("drains queue {}", params.queue)
    }

    fn sample() -> (Value, Value) {
        let draining = QueueSettings { draining: true, ..QueueSettings::default() };
        (json!({"queue": "import"}), sample_state(draining))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<QueueState>, ActionError> {
        let queue = one_queue(desk, &params.queue).await?;
        desk.store().drain_queue(&queue, params.reason.as_deref(), desk.now).await?;
        Ok(Answer::Done(state(desk, Some(&queue)).await?))
    }
}
