//! Every refusal and failure as one kind of answer: `application/problem+json` (RFC 9457) with a stable code.

use std::time::Duration;

use admin::{ActionError, FieldError};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::limits::RETRY_AFTER;
use crate::trace;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The answer's status.
    pub status: StatusCode,
    /// The stable code that clients go by.
    pub code: &'static str,
    /// What was wrong, where, and what to do.
    pub detail: String,
    /// The fields that were wrong.
    pub errors: Vec<FieldError>,
    /// The state that was found where another is needed, and those.
    pub states: Option<Box<(Option<String>, Vec<String>)>>,
    /// How long to wait.
    pub retry_after: Option<Duration>,
}

/// A problem as it is sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A name for the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "urn:sitelode:problem:invalid_payload")]
    kind: String,
    /// The status in words.
    #[schema(example = "Unprocessable Entity")]
    title: String,
    /// The answer's status.
    #[schema(example = 422)]
    status: u16,
    /// The stable code that clients go by.
    #[schema(example = "invalid_payload")]
    code: String,
    /// What was wrong, where, and what to do.
    #[schema(example = "size: must be 1 to 500")]
    detail: String,
    /// The fields that were wrong, each by its JSON pointer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// The state that was found where another is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    /// The states that allow it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needed: Vec<String>,
    /// What ties this answer to the log.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736")]
    trace_id: String,
}

impl Problem {
    /// A problem without fields.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: vec![], states: None, retry_after: None }
    }

    /// That something does not exist.
    pub fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("{what} {id} does not exist"))
    }

    /// That fields of the payload are wrong.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self::fields("invalid_payload", errors)
    }

    /// That one field of the payload is wrong.
    pub fn field(pointer: &str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError::new(pointer, detail)])
    }

    /// That a parameter of the query is wrong.
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self::fields("invalid_query", vec![FieldError::new(format!("/{name}"), detail)])
    }

    fn fields(code: &'static str, errors: Vec<FieldError>) -> Self {
        let detail = errors.iter().map(|error| format!("{}: {}", error.pointer, error.detail));
        let detail = detail.collect::<Vec<_>>().join("; ");
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail) }
    }

    /// That it may be tried again in a while.
    pub fn wait(code: &'static str, detail: impl Into<String>, retry_after: Duration) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        Self { retry_after: Some(retry_after), ..problem }
    }

    /// A defect of the program; what exactly stands in the log only.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(trace_id = trace::current(), %error, "a request failed");
        let detail = "the program failed at this; the log tells more under the trace id";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// The problem that a bare status stands for.
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::BAD_REQUEST => ("bad_request", "the request is not well-formed"),
            StatusCode::NOT_FOUND => ("not_found", "there is nothing at this path"),
            StatusCode::METHOD_NOT_ALLOWED => {
                ("method_not_allowed", "this path does not know this method; see the Allow header")
            }
            StatusCode::PAYLOAD_TOO_LARGE => ("payload_too_large", "the body is larger than allowed"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_media_type", "send application/json"),
            StatusCode::UNPROCESSABLE_ENTITY => ("invalid_payload", "the request does not fit"),
            status if status.is_client_error() => ("refused", "the request was refused"),
            _ => ("internal", "the program failed at this; the log tells more under the trace id"),
        };
        Self::new(status, code, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (found, needed) = self.states.map_or_else(Default::default, |states| *states);
        let body = ProblemBody {
            kind: format!("urn:sitelode:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            code: self.code.to_owned(),
            detail: self.detail,
            errors: self.errors,
            found,
            needed,
            trace_id: trace::current(),
        };
        let mut response = (self.status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_millis().div_ceil(1_000).max(1);
            if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
                headers.insert(header::RETRY_AFTER, value);
            }
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Crossed(_) => {
                tracing::warn!(trace_id = trace::current(), %error, "the database is away");
                Self::wait("unavailable", "the database is not available now; try again", RETRY_AFTER)
            }
            StoreError::NotFound { what, id } => Self::not_found(what, id),
            StoreError::Conflict(text) => Self::new(StatusCode::CONFLICT, "conflict", text),
            StoreError::Invalid(text) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_payload", text),
            error => Self::internal(&error),
        }
    }
}

impl From<ActionError> for Problem {
    fn from(error: ActionError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        let millis = Duration::from_millis;
        let of = |status| Self::new(status, code, detail.clone());
        match error {
            ActionError::Unauthenticated => of(StatusCode::UNAUTHORIZED),
            ActionError::Forbidden { .. } => of(StatusCode::FORBIDDEN),
            ActionError::UnknownAction { .. } | ActionError::NotFound { .. } => of(StatusCode::NOT_FOUND),
            ActionError::InvalidPayload(errors) => Self { errors, ..of(StatusCode::UNPROCESSABLE_ENTITY) },
            ActionError::Conflict { found, needed, .. } => {
                Self { states: Some(Box::new((found, needed))), ..of(StatusCode::CONFLICT) }
            }
            ActionError::ConfirmationRequired { .. } => of(StatusCode::PRECONDITION_REQUIRED),
            ActionError::RateLimited { retry_after_ms } => {
                Self { retry_after: Some(millis(retry_after_ms)), ..of(StatusCode::TOO_MANY_REQUESTS) }
            }
            ActionError::CircuitOpen { retry_after_ms, .. }
            | ActionError::Maintenance { retry_after_ms, .. } => {
                Self { retry_after: Some(millis(retry_after_ms)), ..of(StatusCode::SERVICE_UNAVAILABLE) }
            }
            ActionError::IdempotencyKeyReused => of(StatusCode::UNPROCESSABLE_ENTITY),
            ActionError::IdempotencyInProgress | ActionError::IdempotencyInterrupted => {
                of(StatusCode::CONFLICT)
            }
            ActionError::TimedOut { .. } | ActionError::Unavailable(_) => {
                Self { retry_after: Some(RETRY_AFTER), ..of(StatusCode::SERVICE_UNAVAILABLE) }
            }
            ActionError::Internal(_) => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_to_wait_is_told_how_long() {
        let response = Problem::from(StoreError::Unavailable("gone".into())).into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
    }

    #[test]
    fn what_went_wrong_inside_stays_inside() {
        let problem = Problem::from(StoreError::Refused("secret table".into()));
        assert_eq!((problem.status.as_u16(), problem.code), (500, "internal"));
        assert!(!problem.detail.contains("secret"));
    }
}
