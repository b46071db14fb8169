//! `database.create_backup`: the database is copied while it is in use.

use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::check_label;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::circuit::Dependency;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::error::FieldError;
use crate::maintenance::Begun;
use crate::maintenance::Task;
use crate::maintenance::begin;

/// See the file's own words.
#[derive(Debug)]
pub struct CreateBackup;

/// What the backup is called.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// A word for its name.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 40)]
    label: Option<String>,
}

impl Action for CreateBackup {
    const FACTS: Facts = Facts::new("database.create_backup", View::SystemControls, "Back up", "Copies the database while it is in use, in a maintenance job; the copy is opened, checked and summed.")
    .role(Role::Admin)
    .needs(Dependency::Filesystem);
    type Params = Params;
    type Outcome = Begun;

    fn check(params: &Params) -> Vec<FieldError> {
        params.label.iter().flat_map(|label| check_label(label, "/label")).collect()
    }

    fn sentence(_: &Params) -> String {
        "backs the database up".into()
    }

    fn sample() -> (Value, Value) {
        (json!({"label": "before-upgrade"}), Begun::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Begun>, ActionError> {
        begin(desk, &Task::Backup { label: params.label }).await
    }
}
