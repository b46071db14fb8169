//! A scan's job is in the database, pending, when its answer comes; it holds domain and max_pages, a worker finds it,
//! and its status can be asked for ever after.

use engine::{ClaimRequest, Done, Incarnation, JobStore, Outcome, QueueName, QueueShare, Verdict};
use http::StatusCode;
use serde_json::json;

use crate::home::{Home, START};

pub(crate) async fn promise(home: &Home) {
    let body = json!({ "base_url": "thecrackedbeanroastery.com", "max_pages": 100 });
    let answer = home.post("/api/v3/sitemap/scan", &body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
    let url = answer.json()["status_url"].as_str().expect("a url").to_owned();
    assert_eq!(url, format!("/api/v3/sitemap/status/{}", answer.json()["job_id"].as_str().expect("an id")));

    let status = home.get(&url).await.json();
    assert_eq!(status["status"], "pending");
    assert_eq!(status["result_data"], json!({ "domain": "thecrackedbeanroastery.com", "max_pages": 100 }));
    assert_eq!(status["created_by"], "operator");

    let again = home.post("/api/v3/sitemap/scan", &body).await;
    assert_eq!(again.json()["job_id"], answer.json()["job_id"], "the scan that waits is the same");

    run(home).await;
    let status = home.get(&url).await.json();
    assert_eq!((status["status"].as_str(), status["progress_percent"].as_u64()), (Some("complete"), Some(100)));
    let other = home.post("/api/v3/sitemap/scan", &body).await;
    assert_ne!(other.json()["job_id"], answer.json()["job_id"]);
    assert_eq!(home.get(&url).await.json()["status"], "complete", "the old job is still told");
}

/// Does what a worker does with the one job there is.
async fn run(home: &Home) {
    let queue = QueueName::known("discovery");
    let shares = [QueueShare { queue: queue.clone(), limit: 1 }];
    let lease = std::time::Duration::from_secs(10);
    let request = ClaimRequest { node: Incarnation(1), lease, shares: &shares, limit: 1 };
    let job = home.store.claim(request, home.store.now()).await.expect("claim").jobs.remove(0);
    let verdict = Verdict::Complete(Done::nothing());
    let outcome = Outcome { lease: job.lease, queue, subject: job.subject.clone(), started_at: START, verdict };
    assert_eq!(home.store.commit(&[outcome], home.store.now()).await.expect("commit"), [true]);
}
