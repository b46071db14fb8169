//! Signing in gives a session for the browser and a token for scripts; signing out ends the session.

use axum::body::Body;
use http::{Method, Request, header};
use serde_json::json;

use crate::home::{Answer, Home, PASSWORD};

pub(crate) async fn promise(home: &Home) {
    let wrong = log_in(home, "wrong").await;
    assert_eq!((wrong.status.as_u16(), wrong.code().as_str()), (401, "bad_credentials"));
    let right = log_in(home, PASSWORD).await;
    assert_eq!((right.status.as_u16(), right.json()["role"].as_str()), (200, Some("admin")), "{right:?}");
    let cookie = right.headers[header::SET_COOKIE].to_str().expect("a cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite"), "{cookie}");
    let bearer = format!("Bearer {}", right.json()["access_token"].as_str().expect("a token"));
    let me = send(home, Method::GET, "/api/auth/me", &[(header::AUTHORIZATION, &bearer)]).await;
    assert_eq!((me.json()["name"].as_str(), me.json()["means"].as_str()), (Some("ada"), Some("bearer")));

    let session = cookie.split(';').next().expect("a pair").to_owned();
    let me = send(home, Method::GET, "/api/auth/me", &[(header::COOKIE, &session)]).await;
    assert_eq!(me.json()["means"], "session", "{me:?}");
    let csrf = me.json()["csrf_token"].as_str().expect("a token").to_owned();
    let forged = send(home, Method::POST, "/api/auth/logout", &[(header::COOKIE, &session)]).await;
    assert_eq!((forged.status.as_u16(), forged.code().as_str()), (403, "cross_site"));
    let own = [(header::COOKIE, session.as_str()), (header::HeaderName::from_static("x-csrf-token"), csrf.as_str())];
    assert_eq!(send(home, Method::POST, "/api/auth/logout", &own).await.status.as_u16(), 204);
    let over = send(home, Method::GET, "/api/auth/me", &[(header::COOKIE, &session)]).await;
    assert_eq!(over.status.as_u16(), 401);
}

async fn log_in(home: &Home, password: &str) -> Answer {
    let body = json!({ "name": "ada", "password": password }).to_string();
    let request = Request::builder().method(Method::POST).uri("/api/auth/login");
    let request = request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body));
    home.send(request.expect("a request")).await
}

async fn send(home: &Home, method: Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    home.send(request.body(Body::empty()).expect("a request")).await
}
