//! `job.export`: jobs are written to a file to download.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::artifact::Format;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::error::FieldError;
use crate::maintenance::Begun;
use crate::maintenance::Task;
use crate::maintenance::begin;
use crate::selector::Filter;
use crate::selector::JobsFilter;

/// See the file's own words.
#[derive(Debug)]
pub struct Export;

/// Which jobs, and how they are written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Those that match; none: all.
    #[serde(default)]
    filter: JobsFilter,
    /// How they are written.
    #[serde(default)]
    format: Format,
}

impl Action for Export {
    const FACTS: Facts = Facts::new(
        "job.export",
        View::JobsAndQueue,
        "Export jobs",
        "Writes the jobs that match to a file to download, as CSV or JSON lines, in a maintenance job.",
    )
    .reads();
    type Params = Params;
    type Outcome = Begun;

    fn check(params: &Params) -> Vec<FieldError> {
        params.filter.check("/filter")
    }

    fn sentence(_: &Params) -> String {
        "exports jobs".into()
    }

    fn sample() -> (Value, Value) {
        (json!({"filter": {"states": ["failed"]}, "format": "csv"}), Begun::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Begun>, ActionError> {
        begin(desk, &Task::ExportJobs { filter: Box::new(params.filter), format: params.format }).await
    }
}
