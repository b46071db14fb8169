//! Curation and the imports of sitemap files.

use engine::{Done, Incarnation, JobStore, QueueName, QueueShare, Verdict};
use model::{DomainId, FoundBy, RecordKind};
use serde_json::json;
use store::{Change, Effect, FilesFound, FollowUp, FoundFile, NewDomain, SitemapFileRow};

use crate::home::{Home, failed};

const DISCOVERY: QueueName = QueueName::known("discovery");

/// A domain with so many sitemap files that nobody has asked to import.
async fn domain_with_files(home: &Home, count: i64) -> DomainId {
    let domain = NewDomain {
        domain: "acme.org".into(),
        base_url: "https://acme.org/".into(),
        scheme_given: true,
        lane: 1,
        select_profile: "auto".into(),
        max_pages: None,
        auto_import: false,
        auto_scrape: false,
        asked: None,
    };
    let job = FollowUp { queue: DISCOVERY, max_attempts: 3, created_by: None };
    let now = home.store.now();
    let id = home.store.scan_domains(&[domain], &job, false, now).await.expect("taken in")[0].id;
    let shares = [QueueShare { queue: DISCOVERY, limit: 1 }];
    let request = engine::ClaimRequest {
        node: Incarnation(7),
        lease: std::time::Duration::from_secs(10),
        shares: &shares,
        limit: 1,
    };
    let job = home.store.claim(request, now).await.expect("claimed").jobs.remove(0);
    let file = |number: i64| FoundFile {
        url: format!("https://acme.org/sitemap-{number}.xml"),
        url_key: number,
        lane: 1,
        parent_url: None,
        depth: 0,
        found_by: FoundBy::Robots,
        sitemap_type: None,
        extensions: String::new(),
        size_bytes: None,
        lastmod: None,
    };
    let found = FilesFound { domain_id: id, files: (1..=count).map(file).collect(), import: None };
    let done = Done::with(Effect(vec![Change::FilesFound(found)]));
    assert!(home.end(&job, Verdict::Complete(done)).await);
    id
}

async fn files(home: &Home, domain: DomainId) -> Vec<SitemapFileRow> {
    home.store.sitemap_files_of(domain).await.expect("files")
}

fn status(file: &SitemapFileRow) -> Option<&str> {
    file.import_status.map(model::ProcessingStatus::as_str)
}

pub(crate) async fn selected_files_are_queued_once_and_withdrawn_by_undo(home: &Home) {
    let domain = domain_with_files(home, 2).await;
    let selector = json!({"filter": {"domain_id": RecordKind::Domain.id(domain.0)}});
    let payload = json!({"selector": selector, "status": "Selected"});
    let first = home.done("sitemap.curate", payload.clone()).await;
    assert_eq!(first["updated"], json!(2));
    assert!(files(home, domain).await.iter().all(|file| status(file) == Some("Queued")));
    let again = home.done("sitemap.curate", payload).await;
    assert_eq!(again["skipped"], json!({"unchanged": 2}), "nothing is queued twice");
    assert_eq!(home.claim(5).await.len(), 2);
    assert_eq!(home.store.check().await.expect("checked"), [] as [String; 0]);

    let rejected = json!({"selector": selector, "status": "Rejected"});
    let answer = home.done("sitemap.curate", rejected).await;
    home.done("operation.undo", json!({"operation_id": answer["operation_id"]})).await;
    assert!(files(home, domain).await.iter().all(|file| file.curation.as_str() == "Selected"));
}

pub(crate) async fn undoing_a_selection_takes_its_jobs_out_again(home: &Home) {
    let domain = domain_with_files(home, 2).await;
    let selector = json!({"filter": {"domain_id": RecordKind::Domain.id(domain.0)}});
    let answer = home.done("sitemap.curate", json!({"selector": selector, "status": "Selected"})).await;
    home.done("operation.undo", json!({"operation_id": answer["operation_id"]})).await;
    assert!(home.claim(5).await.is_empty());
    let left = files(home, domain).await;
    assert!(left.iter().all(|file| status(file).is_none() && file.curation.as_str() == "New"));
    assert_eq!(home.store.check().await.expect("checked"), [] as [String; 0]);
}

pub(crate) async fn failed_imports_are_requeued_and_running_ones_cancelled(home: &Home) {
    let domain = domain_with_files(home, 2).await;
    let selector = json!({"filter": {"domain_id": RecordKind::Domain.id(domain.0)}});
    home.done("sitemap.curate", json!({"selector": selector, "status": "Selected"})).await;
    let jobs = home.claim(5).await;
    assert!(home.end(&jobs[0], failed()).await);
    let requeued =
        home.done("sitemap_import.requeue", json!({"filters": {"error_contains": "did not answer"}})).await;
    assert_eq!(requeued["updated"], json!(1));
    let none = json!({"filters": {"error_contains": "%"}, "dry_run": true});
    assert_eq!(home.done("sitemap_import.requeue", none).await["matched"], json!(0));

    let payload = json!({"filters": {"sitemap_import_status": "Processing"}});
    assert_eq!(home.done("sitemap_import.cancel", payload).await["updated"], json!(1));
    let mut found: Vec<_> = files(home, domain).await;
    found.sort_by_key(|file| file.import_status.map(model::ProcessingStatus::as_str));
    assert_eq!(found.iter().map(|file| status(file)).collect::<Vec<_>>(), [Some("Error"), Some("Queued")]);
    assert_eq!(found[0].import_error.as_deref(), Some("Administrative cancellation"));
    assert_eq!(found[1].import_error, None);
    assert_eq!(home.store.check().await.expect("checked"), [] as [String; 0]);

    let payload = json!({"filters": {}, "target_status": "Complete"});
    assert_eq!(home.refused("sitemap_import.update_status", payload).await, "invalid_payload");
    let payload = json!({"filters": {}, "all": true, "target_status": "Complete"});
    assert_eq!(home.done("sitemap_import.update_status", payload).await["updated"], json!(2));
}
