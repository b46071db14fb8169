//! Every operation of the document but a few wants to know who asks, before it looks at anything else; and those that
//! change something want more than a viewer.

use admin::Role;
use axum::body::Body;
use http::{Method, Request, header};

use crate::home::Home;

/// What anybody may ask.
const OPEN: [&str; 4] =
    ["GET /health", "GET /health/live", "GET /health/ready", "POST /api/auth/login"];

pub(crate) async fn promise(home: &Home) {
    let document: serde_json::Value = serde_json::from_str(&server::document()).expect("the document");
    let mut open = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("an item").keys() {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let filled = path.replace("{id}", "0010b000-0000-8000-8000-000000000001");
            let filled = filled.replace("{job_id}", "0010b000-0000-8000-8000-000000000001");
            let request = Request::builder().method(method.clone()).uri(&filled).body(Body::empty());
            let answer = home.send(request.expect("a request")).await;
            if answer.status.as_u16() == 401 {
                assert_eq!(answer.code(), "unauthenticated", "{method} {path}");
                assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
            } else {
                open.push(format!("{method} {path}"));
            }
            if method != Method::GET && !path.starts_with("/api/admin") && !path.starts_with("/api/auth") {
                let answer = home.send(home.request(Role::Viewer, method.clone(), &filled, Some("{"))).await;
                assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "forbidden"), "{method} {path}");
            }
        }
    }
    open.sort();
    assert_eq!(open, OPEN);
    documents(home).await;
    forgeries(home).await;
}

/// The document and its page are for admins.
async fn documents(home: &Home) {
    for path in ["/api/docs/openapi.json", "/api/docs/swagger", "/api/docs/swagger/swagger-ui-bundle.js"] {
        for (role, status) in [(Role::Operator, 403), (Role::Admin, 200)] {
            let answer = home.send(home.request(role, Method::GET, path, None)).await;
            assert_eq!(answer.status.as_u16(), status, "{path} as {role}");
        }
    }
}

async fn forgeries(home: &Home) {
    let token = home.token(Role::Admin);
    let short = &token[..token.len() - 1];
    for value in ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer slk_x", "Bearer a.b.c", &format!("Bearer {short}")] {
        let request = Request::builder().uri("/api/v3/pages").header(header::AUTHORIZATION, value);
        let answer = home.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (401, "unauthenticated"), "{value}");
    }
}
