//! Records that are wanted and were never queued are found, and queued once.

use std::time::Duration;

use engine::JobState;
use store::{FollowUp, JobFilter, LeftBehind, NewDomain, RecordsLeftBehind, Duty, Store, Term};

use crate::home::{Home, NODE, QUEUE};

const DAY: Duration = Duration::from_secs(86_400);

fn domain(name: &str, auto_scrape: bool) -> NewDomain {
    NewDomain {
        domain: name.to_owned(),
        base_url: format!("https://{name}/"),
        scheme_given: false,
        lane: 1,
        select_profile: "auto".to_owned(),
        max_pages: None,
        auto_import: true,
        auto_scrape,
        asked: None,
    }
}

async fn sweep(store: &Store, term: &Term, records: RecordsLeftBehind, job: &FollowUp) -> (usize, u64) {
    let mut looked_through = store.left_behind(records, 0, 100).await.expect("left behind");
    assert_eq!(looked_through.next, None);
    let found: Vec<(LeftBehind, i64)> = looked_through.left_behind.drain(..).map(|record| (record, 9)).collect();
    let queued = store.queue_left_behind(term, records, &found, job, store.now()).await.expect("queue");
    let again = store.queue_left_behind(term, records, &found, job, store.now()).await.expect("queue");
    assert_eq!(again, 0, "they are queued by now");
    (found.len(), queued)
}

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let term = store.campaign(Duty::LEADER, NODE, DAY, store.now()).await.expect("campaign").expect("leads");
    let job = FollowUp { queue: QUEUE, max_attempts: 3, created_by: Some("scheduler".to_owned()) };
    let wanted = [domain("a.example", true), domain("b.example", false)];
    let domains = store.scan_domains(&wanted, &job, false, store.now()).await.expect("scan");
    assert_eq!(sweep(&store, &term, RecordsLeftBehind::Domains, &job).await, (0, 0), "both are queued");

    // What another program, or an older one, may leave.
    let queued = store.pending_jobs(&QUEUE, 9).await.expect("pending");
    store.cancel_jobs(&queued, "in another program", store.now()).await.expect("cancel");
    home.raw("UPDATE domains SET sitemap_analysis_status = NULL").await;
    home.raw(
        "INSERT INTO sitemap_files (domain_id, url, url_key, found_by, sitemap_curation_status, created_at, updated_at) \
         SELECT id, base_url || 'sitemap.xml', 1, 'robots', curation, 0, 0 FROM domains, \
         (SELECT 'Selected' AS curation) AS c WHERE domain = 'a.example'",
    )
    .await;
    home.raw(
        "INSERT INTO pages (domain_id, url, url_key, page_type, page_type_confidence, depth, priority_level, \
         page_curation_status, created_at, updated_at) \
         SELECT id, base_url || 'contact', 1, 'contact_root', 1, 1, 1, 'Selected', 0, 0 FROM domains",
    )
    .await;
    home.raw("UPDATE domains SET page_count = 1").await;
    home.raw("UPDATE domains SET sitemap_file_count = 1 WHERE domain = 'a.example'").await;
    assert_eq!(sweep(&store, &term, RecordsLeftBehind::Domains, &job).await, (2, 2));
    assert_eq!(sweep(&store, &term, RecordsLeftBehind::SitemapFiles, &job).await, (1, 1));
    assert_eq!(
        sweep(&store, &term, RecordsLeftBehind::Pages, &job).await,
        (1, 1),
        "pages of a domain that is not to be scraped wait for a person"
    );
    let filter = JobFilter { states: vec![JobState::Pending], ..JobFilter::default() };
    let (jobs, _) = store.jobs(&filter, None, 10).await.expect("jobs");
    assert_eq!(jobs.len(), 4);
    assert!(jobs.iter().all(|job| job.created_by.as_deref() == Some("scheduler")));
    assert_eq!(jobs[0].priority.level(), 2, "a likely page comes early");
    assert_eq!(store.domain(domains[0].id).await.expect("read").expect("there").analysis_status.map(|s| s.as_str()), Some("Queued"));
    assert_eq!(store.check().await.expect("check"), [""; 0]);
}
