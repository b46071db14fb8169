//! Requeueing, cancelling and setting the imports of sitemap files by filters: a door to the actions `sitemap_import.*`.

use admin::ActionRequest;
use axum::extract::State;
use http::HeaderMap;
use model::{ProcessingStatus, PublicId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::actions;
use crate::app::App;
use crate::auth::Operator;
use crate::extract::{Body, Json};
use crate::problem::Problem;
use crate::words::{ProcessingWord, Time};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(change_imports))
}

/// What is done with imports.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportAction {
    /// Failed imports wait again; their error goes.
    Requeue,
    /// Imports under way are stopped and get the error "Administrative cancellation".
    Cancel,
    /// Imports get the status of `target_status`; their error stays unless that is `Queued`.
    UpdateStatus,
}

/// A change of imports.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"action": "requeue", "filters": {"sitemap_import_status": "Error", "error_contains": "timeout"}}))]
pub struct ImportChange {
    /// What is done.
    action: ImportAction,
    /// `Queued`, `Error` or `Complete`; only for `update_status`, which needs it.
    #[schema(value_type = Option<ProcessingWord>)]
    target_status: Option<ProcessingStatus>,
    /// Which imports; without a status `requeue` takes failed ones and `cancel` those under way.
    filters: Option<ImportFilters>,
}

/// Which imports.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportFilters {
    /// In this status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProcessingWord>)]
    sitemap_import_status: Option<ProcessingStatus>,
    /// Of this domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    domain_id: Option<PublicId>,
    /// Whose address holds this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    url_contains: Option<String>,
    /// Whose error holds this text.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_contains: Option<String>,
    /// Not changed for so many hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, example = 24)]
    hours_since_update: Option<u32>,
    /// Not changed since this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_before: Option<Time>,
}

/// What a change of imports did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportChanged {
    /// What was done.
    #[schema(example = "requeue")]
    action_performed: &'static str,
    /// How many imports it changed.
    #[schema(example = 147)]
    updated_count: u64,
    /// The filters as they were applied.
    #[schema(value_type = Object)]
    filters_applied: Map<String, Value>,
    /// How long it took.
    #[schema(example = 1250)]
    execution_time_ms: u64,
    /// The job that goes on with it, where there are too many to be done at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    job_id: Option<PublicId>,
}

/// Requeues, cancels or sets imports of sitemap files by filters, all of them or none.
#[utoipa::path(put, path = "/api/v3/sitemap-files/import-status/admin", tag = "sitemap files",
    request_body = ImportChange,
    responses((status = 200, description = "What it did.", body = ImportChanged)))]
async fn change_imports(
    State(app): State<App>,
    caller: Operator,
    headers: HeaderMap,
    Body(change): Body<ImportChange>,
) -> Result<Json<ImportChanged>, Problem> {
    check(&change)?;
    let filters = serde_json::to_value(change.filters.unwrap_or_default());
    let filters = match filters.map_err(|error| Problem::internal(&error))? {
        Value::Object(filters) => filters,
        _ => Map::new(),
    };
    let (word, kind) = match change.action {
        ImportAction::Requeue => ("requeue", "sitemap_import.requeue"),
        ImportAction::Cancel => ("cancel", "sitemap_import.cancel"),
        ImportAction::UpdateStatus => ("update_status", "sitemap_import.update_status"),
    };
    let mut payload = json!({ "filters": filters });
    if let (Some(status), Value::Object(payload)) = (change.target_status, &mut payload) {
        payload.insert("target_status".to_owned(), json!(status));
    }
    let key = actions::key(&headers)?;
    let request = ActionRequest { kind: kind.to_owned(), payload, confirm: None, idempotency_key: key };
    let answer = actions::dispatch(&app, &caller, request).await?;
    let updated = answer.result.get("updated").and_then(Value::as_u64).unwrap_or(0);
    tracing::info!(by = caller.principal.name, action = word, updated, filters = %json!(filters), "imports changed");
    Ok(Json(ImportChanged {
        action_performed: word,
        updated_count: updated,
        filters_applied: filters,
        execution_time_ms: answer.duration_ms,
        job_id: answer.result.get("job_id").and_then(Value::as_str).and_then(|id| id.parse().ok()),
    }))
}

/// What the fields demand of each other.
fn check(change: &ImportChange) -> Result<(), Problem> {
    match (change.action, change.target_status) {
        (ImportAction::UpdateStatus, None) => {
            Err(Problem::field("/target_status", "update_status needs Queued, Error or Complete"))
        }
        (ImportAction::UpdateStatus, Some(ProcessingStatus::Processing)) => Err(Problem::field(
            "/target_status",
            "only a worker sets Processing; use Queued, Error or Complete",
        )),
        (ImportAction::Requeue | ImportAction::Cancel, Some(_)) => {
            Err(Problem::field("/target_status", "only update_status takes one"))
        }
        _ => Ok(()),
    }
}
