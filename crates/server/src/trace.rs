//! What ties a request, its log lines, its audit record and its answer together; and the log of requests.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::app::App;

/// The header that a trace id is taken from and given back in.
pub const X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");
/// The same by the W3C's Trace Context.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// Longest trace id that is taken over, in bytes.
const TRACE_ID_BYTES_MAX: usize = 128;

tokio::task_local! {
    static TRACE: Ids;
}

/// The ids of a request.
#[derive(Clone, Debug)]
struct Ids {
    trace: String,
    request: String,
}

/// The trace id of the request that is being answered; empty outside of one.
pub fn current() -> String {
    TRACE.try_with(|ids| ids.trace.clone()).unwrap_or_default()
}

/// The id of the request that is being answered alone; empty outside of one.
pub fn current_request() -> String {
    TRACE.try_with(|ids| ids.request.clone()).unwrap_or_default()
}

/// Takes the trace id over or makes one, gives it back, and writes one line about the request.
pub async fn follow(State(app): State<App>, request: Request, next: Next) -> Response {
    let clock = app.clock();
    let request_id = format!("{:016x}", clock.random());
    let trace =
        given(request.headers()).unwrap_or_else(|| format!("{:016x}{:016x}", clock.random(), clock.random()));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let began = clock.elapsed();
    let ids = Ids { trace: trace.clone(), request: request_id.clone() };
    let mut response = TRACE.scope(ids, next.run(request)).await;
    let took = clock.elapsed().saturating_sub(began);
    let status = response.status().as_u16();
    app.meter().answered(method.as_str(), route.as_deref().unwrap_or("other"), status, took);
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(trace_id = trace, request_id, %method, path, status, took_ms, "request");
    } else {
        tracing::debug!(trace_id = trace, request_id, %method, path, status, took_ms, "request");
    }
    if let Ok(value) = HeaderValue::from_str(&trace) {
        response.headers_mut().insert(X_TRACE_ID, value);
    }
    response
}

/// The trace id that a client sent, if it is one that can stand in a log line.
fn given(headers: &HeaderMap) -> Option<String> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok();
    let own = text(&X_TRACE_ID).filter(|id| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        !id.is_empty() && id.len() <= TRACE_ID_BYTES_MAX && id.bytes().all(plain)
    });
    own.or_else(|| of_traceparent(text(&TRACEPARENT)?)).map(str::to_owned)
}

/// The trace id in `00-<32 hex>-<16 hex>-<2 hex>`.
fn of_traceparent(value: &str) -> Option<&str> {
    let mut parts = value.split('-');
    let (version, id) = (parts.next()?, parts.next()?);
    let hex = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_hexdigit());
    let valid = hex(version, 2) && version != "ff" && hex(id, 32) && id.bytes().any(|b| b != b'0');
    valid.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &'static str, value: &'static str, expected: Option<&str>) {
        let headers =
            HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(value))]);
        assert_eq!(given(&headers).as_deref(), expected, "{name}: {value}");
    }

    #[test]
    fn a_trace_id_is_taken_over_if_it_is_harmless() {
        check("x-trace-id", "abc-123", Some("abc-123"));
        check("x-trace-id", "a b", None);
        check("x-trace-id", "", None);
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        check("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Some(id));
        check("traceparent", "00-00000000000000000000000000000000-00f067aa0ba902b7-01", None);
        check("traceparent", "nonsense", None);
    }
}
