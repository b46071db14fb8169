//! Selecting records queues their processing, once; by ids and by filter.

use serde_json::json;

use crate::home::Home;

pub(crate) async fn promise(home: &Home) {
    home.scan("acme.org").await;
    let domain = home.get("/api/v3/domains?domain=acme").await.json()["items"][0]["id"].clone();
    let mut ids = Vec::new();
    for number in 0..3 {
        let url = format!("https://acme.org/map{number}.xml");
        let body = json!({ "domain_id": domain, "url": url, "import": false });
        ids.push(home.post("/api/v3/sitemap-files", &body).await.json()["id"].clone());
    }
    let body = json!({ "sitemap_file_ids": [ids[0]], "sitemap_curation_status": "Selected" });
    let answer = home.put("/api/v3/sitemap-files/status", &body).await;
    let updated = |answer: &crate::home::Answer| answer.json()["updated_count"].as_u64();
    assert_eq!(updated(&answer), Some(1), "{answer:?}");
    assert_eq!(queued(home).await, Some(1));
    let answer = home.put("/api/v3/sitemap-files/status", &body).await;
    assert_eq!((updated(&answer), queued(home).await), (Some(0), Some(1)), "{answer:?}");
    let body = json!({ "filter": { "url_contains": "map" }, "sitemap_curation_status": "Selected" });
    let answer = home.put("/api/v3/sitemap-files/status/filtered", &body).await;
    assert_eq!((updated(&answer), queued(home).await), (Some(2), Some(3)), "{answer:?}");
    let body = json!({ "page_ids": [], "page_curation_status": "Selected" });
    let answer = home.put("/api/v3/pages/status", &body).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, "invalid_payload"));
    assert_eq!(home.store.check().await.expect("check"), Vec::<String>::new());
}

/// How many sitemap files wait to be imported.
async fn queued(home: &Home) -> Option<u64> {
    home.get("/api/v3/sitemap-files?sitemap_import_status=Queued").await.json()["total"].as_u64()
}
