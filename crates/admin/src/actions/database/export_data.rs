//! `database.export_data`: tables are written to files to download.

use model::Role;
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
use crate::maintenance::Begun;
use crate::maintenance::Task;
use crate::maintenance::begin;

/// See the file's own words.
#[derive(Debug)]
pub struct ExportData;

/// Which tables, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Their names.
    #[schema(min_items = 1, max_items = 16)]
    tables: Vec<ExportTable>,
    /// How they are written.
    #[serde(default)]
    format: Format,
}

/// A table that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the tables' own names")]
pub enum ExportTable {
    Domains,
    SitemapFiles,
    Pages,
    Contacts,
    JobHistory,
}

impl ExportTable {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Domains => "domains",
            Self::SitemapFiles => "sitemap_files",
            Self::Pages => "pages",
            Self::Contacts => "contacts",
            Self::JobHistory => "job_history",
        }
    }
}

impl Action for ExportData {
    const FACTS: Facts = Facts::new(
        "database.export_data",
        View::SystemControls,
        "Export data",
        "Writes tables to files to download, as CSV or JSON lines, in a maintenance job.",
    )
    .role(Role::Admin);
    type Params = Params;
    type Outcome = Begun;

    fn sentence(params: &Params) -> String {
        format!("exports {}", params.tables.iter().map(|table| table.as_str()).collect::<Vec<_>>().join(", "))
    }

    fn sample() -> (Value, Value) {
        (json!({"tables": ["contacts"], "format": "csv"}), Begun::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Begun>, ActionError> {
        let tables = params.tables.iter().map(|table| table.as_str().to_owned()).collect();
        begin(desk, &Task::ExportTables { tables, format: params.format }).await
    }
}
