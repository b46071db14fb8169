//! `database.optimize_indexes`: indexes are built anew.

use model::Role;
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
use crate::maintenance::Begun;
use crate::maintenance::Task;
use crate::maintenance::begin;

/// See the file's own words.
#[derive(Debug)]
pub struct OptimizeIndexes;

/// Which table.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its name; none: all.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    table: Option<String>,
}

impl Action for OptimizeIndexes {
    const FACTS: Facts = Facts::new("database.optimize_indexes", View::SystemControls, "Optimize indexes", "Builds indexes anew and looks at how values are spread, in a maintenance job, with the sizes before and after.")
    .role(Role::Admin)
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = Begun;

    fn sentence(params: &Params) -> String {
        format!("optimizes the indexes of {}", params.table.as_deref().unwrap_or("the whole database"))
    }

    fn sample() -> (Value, Value) {
        (json!({"table": "pages"}), Begun::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Begun>, ActionError> {
        if let Some(table) = &params.table {
            desk.store().check_table(table)?;
        }
        begin(desk, &Task::OptimizeIndexes { table: params.table }).await
    }
}
