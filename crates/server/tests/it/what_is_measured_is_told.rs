//! Health, statistics and metrics tell what is there, and an export holds every contact asked for.

use axum::body::Body;
use http::{Request, header};

use crate::home::Home;

pub(crate) async fn promise(home: &Home) {
    home.scan("acme.org").await;
    for path in ["/health", "/health/live", "/health/ready"] {
        let answer = home.send(Request::builder().uri(path).body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {answer:?}");
    }
    assert_eq!(home.get("/health").await.json()["queue_depths"]["domains_queued"].as_u64(), Some(1));
    let detailed = home.get("/api/admin/health/detailed").await.json();
    let names: Vec<&str> =
        detailed["checks"].as_array().expect("checks").iter().filter_map(|check| check["name"].as_str()).collect();
    assert!(["database", "job_queue", "error_rate", "stuck_jobs"].iter().all(|name| names.contains(name)), "{names:?}");

    let stats = home.get("/api/admin/stats").await.json();
    assert_eq!((stats["jobs"]["pending"].as_u64(), stats["queues"][0]["queue"].as_str()), (Some(1), Some("discovery")));
    assert_eq!(stats["recent_activity"][0]["status"], "pending");
    let metrics = home.get("/metrics").await;
    assert!(metrics.text.contains("sitelode_jobs{queue=\"discovery\",status=\"pending\"} 1"), "{}", metrics.text);
    assert!(metrics.text.contains("sitelode_http_requests_total{"), "{}", metrics.text);

    let export = home.get("/api/v3/contacts/export?format=csv").await;
    assert_eq!(export.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8");
    assert!(export.text.starts_with("id,domain,kind,value"), "{}", export.text);
    assert_eq!(home.get("/api/v3/contacts?kind=email&q=a").await.json()["total"].as_u64(), Some(0));
    assert!(home.get("/api/admin/actions").await.json()["items"].as_array().is_some_and(|items| items.len() > 5));
}
