//! Whatever is wrong with a request, the answer is a problem with a stable code that names the field.

use admin::Role;
use axum::body::Body;
use http::{Method, Request, header};

use crate::home::Home;

const SCAN: &str = "/api/v3/sitemap/scan";

pub(crate) async fn promise(home: &Home) {
    let deep = format!("{{\"base_url\": {}", "[".repeat(50_000));
    let huge = format!("{{\"base_url\": \"{}\"}}", "x".repeat(5 << 20));
    let bodies = [
        (SCAN, "{", 400, "malformed_json", None),
        (SCAN, "", 400, "malformed_json", None),
        (SCAN, "{\"base_url\": 1}", 422, "invalid_payload", Some("/base_url")),
        (SCAN, "{\"base_url\": \"acme.org\", \"more\": 1}", 422, "invalid_payload", Some("/more")),
        (SCAN, "{\"base_url\": \"acme\"}", 422, "invalid_payload", Some("/base_url")),
        (SCAN, "{\"base_url\": \"acme.org\", \"max_pages\": 0}", 422, "invalid_payload", Some("/max_pages")),
        (SCAN, &deep, 422, "invalid_payload", Some("/base_url")),
        (SCAN, &huge, 413, "payload_too_large", None),
        ("/api/v3/domains", "{\"domains\": []}", 422, "invalid_payload", Some("/domains")),
        ("/api/v3/domains", "{\"domain\": \"a.org\", \"select\": \"most\"}", 422, "invalid_payload", Some("/select")),
        ("/api/v3/nothing", "{}", 404, "not_found", None),
    ];
    for (path, body, status, code, pointer) in bodies {
        let answer = home.send(home.request(Role::Operator, Method::POST, path, Some(body))).await;
        let start: String = body.chars().take(60).collect();
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{path} {start}");
        assert_eq!(answer.json()["errors"][0]["pointer"].as_str(), pointer, "{path} {start}: {answer:?}");
        assert!(answer.json()["trace_id"].as_str().is_some_and(|id| !id.is_empty()));
    }
    let queries = [
        ("/api/v3/pages?size=0", 422, "invalid_query"),
        ("/api/v3/pages?size=501", 422, "invalid_query"),
        ("/api/v3/pages?size=many", 422, "invalid_query"),
        ("/api/v3/pages?colour=red", 422, "invalid_query"),
        ("/api/v3/pages?cursor=x", 422, "invalid_query"),
        ("/api/v3/pages?page=1&cursor=p0-1", 422, "invalid_query"),
        ("/api/v3/pages?page_type=pamphlet", 422, "invalid_query"),
        ("/api/v3/pages?domain_id=7", 422, "invalid_query"),
        ("/api/v3/pages?url_contains=%00", 422, "invalid_query"),
        ("/api/v3/sitemap-files?created_after=yesterday", 422, "invalid_query"),
        ("/api/v3/domains/42", 422, "invalid_id"),
        ("/api/v3/domains/f47ac10b-58cc-4372-a567-0e02b2c3d479", 404, "not_found"),
        ("/api/v3/sitemap/status/f47ac10b-58cc-4372-a567-0e02b2c3d479", 404, "not_found"),
        ("/api/admin/jobs?status=lost", 422, "invalid_query"),
    ];
    for (path, status, code) in queries {
        let answer = home.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (status, code), "{path}");
    }
    heads(home).await;
}

/// Methods, media types, lengths, and the ids that come back.
async fn heads(home: &Home) {
    let answer = home.send(home.request(Role::Admin, Method::PATCH, SCAN, None)).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (405, "method_not_allowed"));
    assert_eq!(answer.headers[header::ALLOW], "POST");

    let mut request = home.request(Role::Operator, Method::POST, SCAN, Some("{}"));
    request.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().expect("a value"));
    let answer = home.send(request).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (415, "unsupported_media_type"));

    let answer = home.get(&format!("/api/v3/pages?url_contains={}", "x".repeat(9_000))).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (414, "uri_too_long"));

    let long = "x".repeat(40_000);
    let request = Request::builder().uri("/health").header("x-long", long).body(Body::empty());
    let answer = home.send(request.expect("a request")).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (431, "headers_too_long"));

    let request = Request::builder().uri("/nowhere").header("x-trace-id", "my-trace").body(Body::empty());
    let answer = home.send(request.expect("a request")).await;
    assert_eq!((answer.json()["trace_id"].as_str(), answer.headers["x-trace-id"].as_bytes()), (Some("my-trace"), &b"my-trace"[..]));
    assert!(answer.headers.contains_key(header::CONTENT_SECURITY_POLICY));
}
