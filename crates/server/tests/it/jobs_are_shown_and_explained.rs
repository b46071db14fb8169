//! Jobs are listed, shown, cancelled and retried; and why one does not run now is told.

use serde_json::json;

use crate::home::Home;

pub(crate) async fn promise(home: &Home) {
    let id = home.scan("acme.org").await;
    let listed = home.get("/api/admin/jobs?status=pending&queue=discovery").await.json();
    assert_eq!((listed["items"][0]["id"].as_str(), listed["total"].as_u64()), (Some(id.as_str()), Some(1)));
    let path = format!("/api/admin/jobs/{id}");
    assert_eq!(home.get(&path).await.json()["job"]["subject_kind"], "domain");

    let pause = json!({ "type": "queue.pause", "payload": { "queue": "discovery", "reason": "night" } });
    assert_eq!(home.post("/api/admin/action", &pause).await.status.as_u16(), 200);
    let told = home.get(&format!("{path}/explain")).await.json();
    let codes: Vec<&str> =
        told["reasons"].as_array().expect("reasons").iter().filter_map(|reason| reason["code"].as_str()).collect();
    assert!(codes.contains(&"queue_paused") && codes.contains(&"no_worker"), "{codes:?}");

    let cancelled = home.post(&format!("{path}/cancel"), &json!({ "reason": "wrong list" })).await;
    assert_eq!(cancelled.status.as_u16(), 200, "{cancelled:?}");
    assert_eq!(home.get(&path).await.json()["job"]["status"], "cancelled");
    let again = home.post(&format!("{path}/cancel"), &json!({})).await;
    assert_eq!((again.status.as_u16(), again.code().as_str()), (409, "conflict"));
    assert_eq!(home.post(&format!("{path}/retry"), &json!({})).await.status.as_u16(), 200);
    assert_eq!(home.get(&path).await.json()["job"]["status"], "pending");
    let unknown = home.post("/api/admin/action", &json!({ "type": "job.paint", "payload": {} })).await;
    assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (404, "unknown_action"));
}
