//! Lists of domains are taken in as text, CSV or gzip, and every line that is not accepted is told with its reason.

use admin::Role;
use axum::body::Body;
use http::{Method, header};

use crate::home::{Answer, Home};

pub(crate) async fn promise(home: &Home) {
    let answer = upload(home, "text/plain", b"acme.org\nnonsense\nacme.org\nb.example\n").await;
    let report = answer.json();
    assert_eq!(answer.status.as_u16(), 202, "{answer:?}");
    let counts = ["accepted", "duplicate", "rejected"].map(|name| report[name].as_u64());
    assert_eq!(counts, [Some(2), Some(1), Some(1)]);
    assert_eq!((report["lines"][0]["line"].as_u64(), report["lines"][0]["outcome"].as_str()), (Some(2), Some("rejected")));
    let report = upload(home, "text/csv", b"name,website\nAcme,https://acme.org/\nC,c.example\n").await.json();
    assert_eq!((report["accepted"].as_u64(), report["duplicate"].as_u64()), (Some(1), Some(1)));

    let answer = upload(home, "application/gzip", b"\x1f\x8bbroken").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, "invalid_payload"));
    let answer = upload(home, "multipart/form-data", b"").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (415, "unsupported_media_type"));
    let answer = upload(home, "text/plain", &vec![b'x'; 33 << 20]).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (413, "payload_too_large"));
}

async fn upload(home: &Home, kind: &'static str, list: &[u8]) -> Answer {
    let mut request = home.request(Role::Operator, Method::POST, "/api/v3/domains/import", None);
    request.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    *request.body_mut() = Body::from(list.to_vec());
    home.send(request).await
}
