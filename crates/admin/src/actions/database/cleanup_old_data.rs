//! `database.cleanup_old_data`: what is old goes now.

use std::collections::BTreeMap;
use std::time::Duration;

use model::PublicId;
use model::RecordKind;
use model::Role;
use serde::Deserialize;
use serde::Serialize;
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
use crate::maintenance::Task;
use crate::maintenance::begin;
use crate::maintenance::cleanup::OldData;

/// See the file's own words.
#[derive(Debug)]
pub struct CleanupOldData;

/// What is old, and of what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Older than so many days.
    #[schema(minimum = 1, maximum = 3650)]
    older_than_days: u64,
    /// Of what.
    #[schema(min_items = 1, max_items = 8)]
    kinds: Vec<OldData>,
    /// Only tells how much would go.
    #[serde(default)]
    dry_run: bool,
}

/// What goes, or would go.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The maintenance job; none for a dry run.
    #[schema(value_type = Option<String>, format = "uuid")]
    job_id: Option<PublicId>,
    /// How much would go, by kind; none once it is begun.
    would_delete: Option<BTreeMap<String, u64>>,
}

impl Action for CleanupOldData {
    const FACTS: Facts = Facts::new(
        "database.cleanup_old_data",
        View::SystemControls,
        "Clean up",
        "Deletes old finished jobs and files to download now, in batches, in a maintenance job.",
    )
    .role(Role::Admin)
    .risk(Risk::High)
    .dry_run();
    type Params = Params;
    type Outcome = Outcome;

    fn sentence(params: &Params) -> String {
        format!("deletes what is older than {} days", params.older_than_days)
    }

    fn sample() -> (Value, Value) {
        let payload = json!({"older_than_days": 90, "kinds": ["complete_jobs", "artifacts"]});
        (payload, json!(Outcome { job_id: Some(RecordKind::Job.id(42)), would_delete: None }))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Outcome>, ActionError> {
        let before = desk.now.before(Duration::from_secs(params.older_than_days * 86_400));
        if params.dry_run {
            let mut would_delete = BTreeMap::new();
            for kind in params.kinds {
                would_delete.insert(kind.as_str().to_owned(), kind.count(desk.store(), before).await?);
            }
            return Ok(Answer::DryRun(Outcome { job_id: None, would_delete: Some(would_delete) }));
        }
        let begun = begin(desk, &Task::Cleanup { before_ms: before.0, kinds: params.kinds }).await?;
        Ok(begun.map(|begun| Outcome { job_id: Some(begun.job_id), would_delete: None }))
    }
}
