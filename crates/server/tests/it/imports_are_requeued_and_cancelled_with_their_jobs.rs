//! The administration of imports: three actions, six filters, the answer's four fields, and jobs that move along.

use http::StatusCode;
use serde_json::{Value, json};

use crate::home::{Answer, Home};

const PATH: &str = "/api/v3/sitemap-files/import-status/admin";

pub(crate) async fn promise(home: &Home) {
    home.scan("acme.org").await;
    let domain = home.get("/api/v3/domains?domain=acme").await.json()["items"][0]["id"].clone();
    for number in 0..3 {
        let body = json!({ "domain_id": domain, "url": format!("https://acme.org/map{number}.xml") });
        assert_eq!(home.post("/api/v3/sitemap-files", &body).await.status, StatusCode::CREATED);
    }
    let all = json!({ "domain_id": domain, "sitemap_import_status": "Queued" });
    let cancelled = change(home, json!({ "action": "cancel", "filters": all })).await.json();
    assert_eq!((cancelled["action_performed"].as_str(), cancelled["updated_count"].as_u64()), (Some("cancel"), Some(3)));
    assert_eq!(cancelled["filters_applied"], all);
    assert!(cancelled["execution_time_ms"].is_u64());
    let files = home.get("/api/v3/sitemap-files?sitemap_import_status=Error").await.json();
    assert_eq!(files["total"].as_u64(), Some(3));
    assert_eq!(files["items"][0]["sitemap_import_error"], "Administrative cancellation");

    let some = json!({ "url_contains": "map1", "error_contains": "cancellation", "sitemap_import_status": "Error" });
    assert_eq!(updated(home, json!({ "action": "requeue", "filters": some })).await, 1);
    let none = json!({ "error_contains": "%", "sitemap_import_status": "Error" });
    assert_eq!(updated(home, json!({ "action": "requeue", "filters": none })).await, 0, "% is no wildcard");
    let old = json!({ "hours_since_update": 1, "sitemap_import_status": "Error" });
    assert_eq!(updated(home, json!({ "action": "requeue", "filters": old })).await, 0);
    assert_eq!(home.store.check().await.expect("check"), Vec::<String>::new(), "jobs and records agree");
    let before = json!({ "updated_before": "2100-01-01T00:00:00Z", "sitemap_import_status": "Error" });
    let set = json!({ "action": "update_status", "target_status": "Complete", "filters": before });
    assert_eq!(updated(home, set).await, 2);
    refusals(home).await;
}

async fn refusals(home: &Home) {
    for (body, pointer) in [
        (json!({ "action": "update_status" }), "/target_status"),
        (json!({ "action": "update_status", "target_status": "Processing" }), "/target_status"),
        (json!({ "action": "requeue", "target_status": "Queued" }), "/target_status"),
        (json!({ "action": "restart" }), "/action"),
        (json!({ "action": "requeue", "filters": { "colour": "red" } }), "/filters/colour"),
        (json!({ "action": "requeue", "filters": { "domain_id": "7" } }), "/filters/domain_id"),
    ] {
        let answer = change(home, body.clone()).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, "invalid_payload"), "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
}

async fn change(home: &Home, body: Value) -> Answer {
    home.put(PATH, &body).await
}

async fn updated(home: &Home, body: Value) -> u64 {
    let answer = change(home, body.clone()).await;
    answer.json()["updated_count"].as_u64().unwrap_or_else(|| panic!("{body}: {answer:?}"))
}
