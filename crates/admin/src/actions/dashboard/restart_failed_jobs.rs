//! `dashboard.restart_failed_jobs`: all jobs that failed for a transient cause wait again.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::operations::BulkOutcome;
use crate::operations::Change;
use crate::operations::Chosen;
use crate::operations::operate;
use crate::period::Period;
use crate::selector::JobsFilter;
use crate::selector::Selector;
use crate::selector::State;
use crate::selector::written;

/// See the file's own words.
#[derive(Debug)]
pub struct RestartFailedJobs;

/// Which failures.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Only those of this last while, such as `24h`; none: all.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "24h")]
    since: Option<Period>,
    /// Only tells what would happen.
    #[serde(default)]
    dry_run: bool,
}

impl Action for RestartFailedJobs {
    const FACTS: Facts = Facts::new("dashboard.restart_failed_jobs", View::Dashboard, "Restart failed jobs", "Retries all jobs that failed for a cause that may have gone: time-outs, refusals, servers that were away.")
    .risk(Risk::Medium)
    .dry_run();
    type Params = Params;
    type Outcome = BulkOutcome;

    fn sentence(_: &Params) -> String {
        "retries all jobs that failed for a transient cause".into()
    }

    fn sample() -> (Value, Value) {
        (json!({"since": "24h"}), BulkOutcome::sample(40))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let filter = JobsFilter {
            states: vec![State::Failed],
            error_codes: pipeline::plan::TRANSIENT.iter().map(|code| (*code).to_owned()).collect(),
            finished_after: params.since.map(|period| written(desk.now.before(period.duration()))),
            ..JobsFilter::default()
        };
        let chosen = Chosen::Jobs(Selector { filter: Some(filter), ..Selector::default() });
        operate(desk, Self::FACTS.kind, Change::RetryJobs, chosen, params.dry_run).await
    }
}
