//! Every path and what all of them share: ids, limits, compression, headers, and refusals of one kind.

use std::any::Any;

use axum::error_handling::HandleErrorLayer;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{BoxError, Router};
use http::{HeaderName, HeaderValue, StatusCode, header};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::api;
use crate::app::App;
use crate::limits::{ANSWER_TIME_MAX, HEADER_BYTES_MAX, REQUESTS_MAX, RETRY_AFTER, URI_BYTES_MAX};
use crate::problem::Problem;
use crate::{events, openapi, trace};

/// What a page of ours may load: nothing from elsewhere, no script in the page itself.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// Every documented path.
pub fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::Description::openapi())
        .merge(api::auth::routes())
        .merge(api::scan::routes())
        .merge(api::domains::routes())
        .merge(api::intake::routes())
        .merge(api::sitemap_files::routes())
        .merge(api::import_status::routes())
        .merge(api::pages::routes())
        .merge(api::curation::routes())
        .merge(api::contacts::routes())
        .merge(api::export::routes())
        .merge(api::actions::routes())
        .merge(api::jobs::routes())
        .merge(api::stats::routes())
        .merge(api::health::routes())
        .merge(api::metrics::routes())
        .merge(events::routes())
}

/// The whole server.
pub fn router(app: App) -> Router {
    let (router, _) = described().split_for_parts();
    let limits = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(turned_away))
        .load_shed()
        .concurrency_limit(REQUESTS_MAX)
        .timeout(ANSWER_TIME_MAX);
    router
        .route("/api/docs/openapi.json", get(openapi::get_document))
        .route("/api/docs/swagger", get(openapi::get_page))
        .route("/api/docs/swagger/{*file}", get(openapi::get_file))
        .fallback(|| async { Problem::of_status(StatusCode::NOT_FOUND) })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(limits)
        .layer(middleware::from_fn(bounded))
        .layer(middleware::from_fn(alike))
        .layer(middleware::from_fn_with_state(app.clone(), trace::follow))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(guarded))
        .with_state(app)
}

/// Too many at once, or too slow.
async fn turned_away(error: BoxError) -> Problem {
    if error.is::<tower::timeout::error::Elapsed>() {
        let detail = format!("the answer took longer than {} s", ANSWER_TIME_MAX.as_secs());
        return Problem::wait("timed_out", detail, RETRY_AFTER);
    }
    Problem::wait("overloaded", "too many requests at once; try again", RETRY_AFTER)
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
    Problem::internal(&format!("panic: {text}")).into_response()
}

/// Refuses requests whose head is out of all proportion.
async fn bounded(request: Request, next: Next) -> Response {
    let uri = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if uri > URI_BYTES_MAX {
        let detail = format!("path and query are longer than {URI_BYTES_MAX} bytes");
        return Problem::new(StatusCode::URI_TOO_LONG, "uri_too_long", detail).into_response();
    }
    let headers: usize =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers > HEADER_BYTES_MAX {
        let detail = format!("the headers are longer than {HEADER_BYTES_MAX} bytes");
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Problem::new(status, "headers_too_long", detail).into_response();
    }
    next.run(request).await
}

/// Makes a problem of every refusal that is none yet, such as those of the framework itself.
async fn alike(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let status = response.status();
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind.to_str().is_ok_and(|kind| kind.starts_with("text/plain")));
    if !(status.is_client_error() || status.is_server_error()) || !plain || path == "/metrics" {
        return response;
    }
    let mut problem = Problem::of_status(status).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

/// Headers that keep browsers from doing what nobody asked for.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
