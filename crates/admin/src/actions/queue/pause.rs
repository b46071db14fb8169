//! `queue.pause`: no node claims from a queue any more; what runs goes on.

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
pub struct Pause;

/// Which queue, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name, or "all".
    queue: String,
    /// Why; shown wherever the queue is.
    #[serde(default)]
    #[schema(max_length = 500)]
    reason: Option<String>,
}

impl Action for Pause {
    const FACTS: Facts = Facts::new(
        "queue.pause",
        View::JobsAndQueue,
        "Pause queue",
        "Stops claiming from a queue, or from all, on every node; running jobs go on.",
    );
    type Params = Params;
    type Outcome = QueueState;

    fn check(params: &Params) -> Vec<FieldError> {
        check_name(&params.queue)
    }

    fn sentence(params: &Params) -> String {
        format!("pauses queue {}", params.queue)
    }

    fn sample() -> (Value, Value) {
        let reason = Some(String::from("the provider is down"));
        let paused = QueueSettings { paused: true, reason: reason.clone(), ..QueueSettings::default() };
        (json!({"queue": "import", "reason": reason}), sample_state(paused))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<QueueState>, ActionError> {
        let queue = queue(desk, &params.queue).await?;
        desk.store().pause_queue(queue.as_ref(), params.reason.as_deref(), desk.now).await?;
        Ok(Answer::Done(state(desk, queue.as_ref()).await?))
    }
}
