//! An event stream begins with the queues as they are, and repeats what was missed since the last event seen.

use admin::Role;
use http::{HeaderValue, Method};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::home::{Home, START};

pub(crate) async fn promise(home: &Home) {
    let id = home.scan("acme.org").await;
    let mut request = home.request(Role::Viewer, Method::GET, "/api/admin/events", None);
    let before = (START.0 - 1).to_string();
    request.headers_mut().insert("last-event-id", HeaderValue::from_str(&before).expect("a value"));
    let response = home.router.clone().oneshot(request).await.expect("an answer");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let mut text = String::new();
    while !text.contains("event: queue") {
        let frame = body.frame().await.expect("the stream goes on").expect("a frame");
        text.push_str(&String::from_utf8_lossy(frame.data_ref().expect("data")));
    }
    assert!(text.contains("event: job") && text.contains(&id), "{text}");
    assert!(text.contains("\"queue\":\"discovery\""), "{text}");
}
