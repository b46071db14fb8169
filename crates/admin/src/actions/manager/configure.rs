//! `manager.configure`: what a stage is held to is changed.

use std::time::Duration;

use engine::QueueSettings;
use engine::RetryPolicy;
use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use store::ManagerPolicy;
use utoipa::ToSchema;

use super::Managers;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::actions::worker::check_stage;
use crate::actions::worker::stage;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::error::FieldError;

/// See the file's own words.
#[derive(Debug)]
pub struct Configure;

/// Which stage, and what it is held to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name.
    #[schema(example = "import")]
    stage: String,
    /// What is changed; what is not named stays, `null` takes a limit away.
    policy: Policy,
}

/// What a stage is held to.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Most jobs that run at a time, on all nodes together.
    #[serde(with = "crate::given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10000)]
    concurrency: Option<Option<u32>>,
    /// Most jobs that are started in a second, on all nodes together.
    #[serde(with = "crate::given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100000)]
    rate_per_second: Option<Option<u32>>,
    /// How many attempts its jobs have.
    #[serde(with = "crate::given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 100)]
    max_attempts: Option<Option<u32>>,
    /// How long failed jobs wait at first, in milliseconds; with `retry_cap_ms`.
    #[schema(minimum = 1, maximum = 86400000)]
    retry_base_ms: Option<u64>,
    /// How long failed jobs wait at most, in milliseconds; with `retry_base_ms`.
    #[schema(minimum = 1, maximum = 604800000)]
    retry_cap_ms: Option<u64>,
    /// Most jobs that a worker claims at a time.
    #[serde(with = "crate::given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    batch_size: Option<Option<u32>>,
    /// How long a job may run, in seconds.
    #[serde(with = "crate::given")]
    #[schema(value_type = Option<u64>, minimum = 1, maximum = 86400)]
    time_limit_s: Option<Option<u64>>,
    /// The least time between two requests to one host, in milliseconds.
    #[serde(with = "crate::given")]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 3600000)]
    host_delay_ms: Option<Option<i64>>,
    /// The fewest slots that its workers shrink to.
    #[serde(with = "crate::given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 4096)]
    autoscale_min: Option<Option<u32>>,
    /// The most slots that its workers grow to.
    #[serde(with = "crate::given")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 4096)]
    autoscale_max: Option<Option<u32>>,
}

impl Action for Configure {
    const FACTS: Facts = Facts::new(
        "manager.configure",
        View::Managers,
        "Configure stage",
        "Changes what a stage is held to: slots, rate, attempts, back-off, batches, times, autoscaling.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = Managers;

    fn check(params: &Params) -> Vec<FieldError> {
        let mut wrong = check_stage(&params.stage, "/stage");
        if params.policy.retry_base_ms.is_some() != params.policy.retry_cap_ms.is_some() {
            wrong.push(FieldError::new("/policy", "needs retry_base_ms and retry_cap_ms together"));
        }
        if params.policy.retry_base_ms > params.policy.retry_cap_ms {
            wrong.push(FieldError::new("/policy/retry_cap_ms", "must be at least retry_base_ms"));
        }
        wrong
    }

    fn sentence(params: &Params) -> String {
        format!("configures stage {}", params.stage)
    }

    fn sample() -> (Value, Value) {
        (json!({"stage": "import", "policy": {"concurrency": 8, "max_attempts": 5}}), Managers::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Managers>, ActionError> {
        let stage = stage(&params.stage)?;
        let now = Managers::row(desk, &stage).await?;
        let (queue, policy) = params.policy.over(now.queue, now.policy);
        if policy.autoscale_min > policy.autoscale_max && policy.autoscale_max.is_some() {
            return Err(ActionError::invalid("/policy/autoscale_max", "must be at least autoscale_min"));
        }
        desk.store().configure_queue(&stage, &queue, desk.now).await?;
        desk.store().configure_manager(&stage, policy, desk.by(), desk.now).await?;
        Ok(Answer::Done(Managers::of(desk, &[stage]).await?))
    }
}

impl Policy {
    /// What is set, with what this names in its place.
    fn over(self, mut queue: QueueSettings, mut policy: ManagerPolicy) -> (QueueSettings, ManagerPolicy) {
        queue.concurrency = self.concurrency.unwrap_or(queue.concurrency);
        queue.rate_per_second = self.rate_per_second.unwrap_or(queue.rate_per_second);
        queue.max_attempts = self.max_attempts.unwrap_or(queue.max_attempts);
        queue.batch_size = self.batch_size.unwrap_or(queue.batch_size);
        if let Some(limit) = self.time_limit_s {
            queue.time_limit = limit.map(Duration::from_secs);
        }
        if let Some((base, cap)) = self.retry_base_ms.zip(self.retry_cap_ms) {
            queue.retry =
                Some(RetryPolicy { base: Duration::from_millis(base), cap: Duration::from_millis(cap) });
        }
        policy.delay_ms = self.host_delay_ms.unwrap_or(policy.delay_ms);
        policy.autoscale_min = self.autoscale_min.unwrap_or(policy.autoscale_min);
        policy.autoscale_max = self.autoscale_max.unwrap_or(policy.autoscale_max);
        (queue, policy)
    }
}
