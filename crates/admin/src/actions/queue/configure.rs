//! `queue.configure`: a queue's limits and its back-off, on all nodes at once.

use std::time::Duration;

use engine::{JobStore, QueueSettings, RetryPolicy};
use model::Role;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{QueueState, check_name, one_queue, sample_state, state};
use crate::action::{Action, Answer, Facts, Risk, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};

/// See the file's own words.
#[derive(Debug)]
pub struct Configure;

/// Which queue, and what is set on it. What is not named stays; `null` takes a limit away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name.
    queue: String,
    /// Most jobs of it that run at a time, on all nodes together.
    #[serde(default, with = "crate::given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    concurrency: Option<Option<u32>>,
    /// Most jobs of it that are started in a second, on all nodes together.
    #[serde(default, with = "crate::given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100000)]
    rate_per_second: Option<Option<u32>>,
    /// How long failed jobs wait.
    #[serde(default, with = "crate::given")]
    #[schema(value_type = Option<Backoff>)]
    backoff: Option<Option<Backoff>>,
}

/// How long failed jobs wait before they are tried again; it doubles each time, with some chance.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Backoff {
    /// At first, in milliseconds.
    #[schema(minimum = 1, maximum = 86400000)]
    base_ms: u64,
    /// At most, in milliseconds.
    #[schema(minimum = 1, maximum = 604800000)]
    cap_ms: u64,
}

impl Action for Configure {
    const FACTS: Facts = Facts::new(
        "queue.configure",
        View::JobsAndQueue,
        "Configure queue",
        "Changes how many jobs of a queue run at a time and start in a second, and how failed ones wait, live on all nodes.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = QueueState;

    fn check(params: &Params) -> Vec<FieldError> {
        let mut wrong = check_name(&params.queue);
        if let Some(Some(backoff)) = &params.backoff
            && backoff.cap_ms < backoff.base_ms
        {
            wrong.push(FieldError::new("/backoff/cap_ms", "must be at least base_ms"));
        }
        if params.concurrency.is_none() && params.rate_per_second.is_none() && params.backoff.is_none() {
            wrong.push(FieldError::new("", "names nothing to be set"));
        }
        wrong
    }

    fn sentence(params: &Params) -> String {
        format!("configures queue {}", params.queue)
    }

    fn sample() -> (Value, Value) {
        let retry = RetryPolicy { base: Duration::from_secs(5), cap: Duration::from_secs(600) };
        let settings = QueueSettings { concurrency: Some(8), retry: Some(retry), ..QueueSettings::default() };
        let backoff = json!({"base_ms": 5_000, "cap_ms": 600_000});
        (json!({"queue": "import", "concurrency": 8, "backoff": backoff}), sample_state(settings))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<QueueState>, ActionError> {
        let queue = one_queue(desk, &params.queue).await?;
        let mut settings = desk.store().queue_settings().await?.remove(&queue).unwrap_or_default();
        if let Some(concurrency) = params.concurrency {
            settings.concurrency = concurrency;
        }
        if let Some(rate) = params.rate_per_second {
            settings.rate_per_second = rate;
        }
        if let Some(backoff) = params.backoff {
            settings.retry = backoff.map(|backoff| RetryPolicy {
                base: Duration::from_millis(backoff.base_ms),
                cap: Duration::from_millis(backoff.cap_ms),
            });
        }
        desk.store().configure_queue(&queue, &settings, desk.now).await?;
        Ok(Answer::Done(state(desk, Some(&queue)).await?))
    }
}
