//! The one endpoint of all actions, their catalogue, and the way from other endpoints to an action.

use admin::catalogue::{self, ActionEntry};
use admin::{ActionAnswer, ActionRequest};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{Caller, Viewer};
use crate::extract::{Body, Json};
use crate::problem::Problem;

/// The header that makes a request safe to repeat.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header that tells that an answer is a repetition.
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(do_action)).routes(routes!(list_actions))
}

/// An action to be done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"type": "queue.pause", "payload": {"queue": "scrape", "reason": "night"}}))]
pub struct ActionBody {
    /// Which, as in the catalogue.
    #[serde(rename = "type")]
    kind: String,
    /// What it is told; its schema stands in the catalogue.
    #[serde(default)]
    #[schema(value_type = Object)]
    payload: Option<Value>,
    /// For actions of high risk: the type once more.
    confirm: Option<String>,
}

/// Does an action of the catalogue.
#[utoipa::path(post, path = "/api/admin/action", tag = "actions", request_body = ActionBody,
    params(("Idempotency-Key" = Option<String>, Header,
        description = "1 to 255 visible characters: the same request with the same key is done once.")),
    responses((status = 200, description = "What came of it.", body = ActionAnswer),
        (status = 409, description = "Its subject is in no state for it, or the key's first request still runs.",
            body = crate::problem::ProblemBody),
        (status = 428, description = "It wants to be confirmed.", body = crate::problem::ProblemBody)))]
async fn do_action(
    State(app): State<App>,
    caller: Viewer,
    headers: HeaderMap,
    Body(body): Body<ActionBody>,
) -> Result<Response, Problem> {
    let payload = body.payload.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    let request =
        ActionRequest { kind: body.kind, payload, confirm: body.confirm, idempotency_key: key(&headers)? };
    let answer = dispatch(&app, &caller, request).await?;
    Ok(shown(answer))
}

/// The catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionList {
    /// Every action.
    items: Vec<ActionEntry>,
}

/// Lists the actions with their facts and the schemas of what they take and tell.
#[utoipa::path(get, path = "/api/admin/actions", tag = "actions",
    responses((status = 200, description = "The catalogue.", body = ActionList)))]
async fn list_actions(_: Viewer) -> Json<ActionList> {
    Json(ActionList { items: catalogue::entries() })
}

/// Does an action for somebody.
pub async fn dispatch(app: &App, caller: &Caller, request: ActionRequest) -> Result<ActionAnswer, Problem> {
    let (principal, origin) = (caller.principal.clone(), caller.origin.clone());
    Ok(app.dispatcher().dispatch(Some(principal), origin, request).await?)
}

/// The `Idempotency-Key` of a request.
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(&IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value
        .to_str()
        .map_err(|_| Problem::field("/Idempotency-Key", "must be 1 to 255 visible characters"))?;
    Ok(Some(text.to_owned()))
}

/// An action's answer, with the header that tells a repetition.
pub fn shown(answer: ActionAnswer) -> Response {
    let replayed = answer.idempotent_replay;
    let mut response = Json(answer).into_response();
    if replayed {
        response.headers_mut().insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
