//! What requests bring, read once at the edge: a wrong body, query or id is a problem that names the field.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use model::{PublicId, RecordKind};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::limits::JSON_BYTES_MAX;
use crate::problem::Problem;

/// A JSON body.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        read_json(&bytes(request, JSON_BYTES_MAX).await?).map(Self)
    }
}

/// All bytes of a body, if they are not too many.
pub async fn bytes(request: Request, most: usize) -> Result<axum::body::Bytes, Problem> {
    axum::body::to_bytes(request.into_body(), most).await.map_err(|error| {
        // The limit is one cause in the chain; anything else is a client that went away or spoke badly.
        let text = error.to_string();
        if text.contains("limit") {
            let detail = format!("the body is larger than {} KiB", most >> 10);
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", detail)
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "bad_request", "the body could not be read to its end")
        }
    })
}

/// Reads JSON; what does not fit is named by its JSON pointer.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path().iter());
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => Problem::field(&pointer, without_place(&inner)),
            _ => malformed(&inner),
        }
    })?;
    reader.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed_json", format!("the body is no JSON: {error}"))
}

fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rfind(" at line ").map_or(text.clone(), |at| text[..at].to_owned())
}

fn pointer<'a>(segments: impl Iterator<Item = &'a Segment>) -> String {
    let mut pointer = String::new();
    for segment in segments {
        let name = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&name);
    }
    pointer
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The parameters of a query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or("");
        let reader = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(reader).map(Self).map_err(|error| {
            let pointer = pointer(error.path().iter());
            Problem::parameter(pointer.trim_start_matches('/'), error.inner().to_string())
        })
    }
}

/// The id in a path, as it was given.
#[derive(Clone, Copy, Debug)]
pub struct Id(pub PublicId);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::of_status(StatusCode::NOT_FOUND))?;
        let id = text.parse().map_err(|error: model::NotAnId| {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_id", error.to_string())
        })?;
        Ok(Self(id))
    }
}

impl Id {
    /// The number behind it, if it names a record of this kind.
    pub fn number(self, kind: RecordKind, what: &str) -> Result<i64, Problem> {
        kind.number(self.0).ok_or_else(|| Problem::not_found(what, self.0))
    }
}

/// A JSON answer.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.0).into_response();
        let no_store = http::HeaderValue::from_static("no-store");
        response.headers_mut().insert(header::CACHE_CONTROL, no_store);
        response
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Sample {
        ids: Vec<u8>,
    }

    fn check(json: &str, status: u16, code: &str, pointer: Option<&str>) {
        let problem = read_json::<Sample>(json.as_bytes()).unwrap_err();
        let start: String = json.chars().take(40).collect();
        assert_eq!((problem.status.as_u16(), problem.code), (status, code), "{start}");
        assert_eq!(problem.errors.first().map(|error| error.pointer.as_str()), pointer, "{start}");
    }

    #[test]
    fn what_is_wrong_with_a_body_is_named() {
        check("{", 400, "malformed_json", None);
        check("{\"ids\": [1, 2]} x", 400, "malformed_json", None);
        check("{\"ids\": [1, \"a\"]}", 422, "invalid_payload", Some("/ids/1"));
        check("{\"ids\": [], \"more\": 1}", 422, "invalid_payload", Some("/more"));
        check("{}", 422, "invalid_payload", Some(""));
        check(&"[".repeat(100_000), 422, "invalid_payload", Some("/0/0"));
        check(&format!("{{\"ids\": {}", "[".repeat(100_000)), 422, "invalid_payload", Some("/ids/0"));
    }
}
