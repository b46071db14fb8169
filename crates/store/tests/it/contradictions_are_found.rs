//! Whatever contradicts itself is found by a check and named, one sentence a kind.

use crate::home::Home;

/// A domain that was read, with a sitemap file, a page, a contact and the jobs that all this took.
const SOUND: &str = "
    INSERT INTO domains (id, domain, base_url, scan_asked_at, created_at, updated_at, sitemap_analysis_status,
        sitemap_file_count, page_count, contact_count) VALUES (1, 'acme.org', 'https://acme.org/', 1, 1, 1, 'Complete', 1, 1, 1);
    INSERT INTO sitemap_files (id, domain_id, url, url_key, found_by, sitemap_import_status, created_at, updated_at)
        VALUES (2, 1, 'https://acme.org/sitemap.xml', 7, 'robots', 'Error', 1, 1);
    INSERT INTO pages (id, domain_id, url, url_key, page_type, page_type_confidence, depth, priority_level,
        page_processing_status, contact_count, created_at, updated_at)
        VALUES (3, 1, 'https://acme.org/contact', 8, 'contact_root', 1.0, 1, 1, 'Queued', 1, 1, 1);
    INSERT INTO contacts (domain_id, page_id, kind, value, value_key, position, source, detail, created_at)
        VALUES (1, 3, 'email', 'info@acme.org', 9, 0, 'text', '{}', 1);
    INSERT INTO job_history (id, queue, state, priority, run_at, subject_kind, subject_id, domain_id, payload, attempt,
        max_attempts, crashes, fence, created_at, finished_at) VALUES
        (1, 'discovery', 'complete', 5, 1, 'domain', 1, 1, '', 1, 3, 0, 1, 1, 5),
        (2, 'import', 'failed', 5, 1, 'sitemap_file', 2, 1, '', 3, 3, 0, 3, 1, 6);
    INSERT INTO job_attempts (job_id, domain_id, fence, attempt, outcome, finished_at, error_code, error_message)
        VALUES (2, 1, 3, 3, 'error', 6, 'gone', 'gone');
    INSERT INTO jobs (id, queue, priority, run_at, subject_kind, subject_id, domain_id, payload, max_attempts, created_at)
        VALUES (3, 'scrape', 5, 1, 'page', 3, 1, '', 3, 1);
    INSERT INTO job_totals (queue, state, jobs)
        VALUES ('discovery', 'complete', 1), ('import', 'failed', 1), ('scrape', 'pending', 1);";

/// What breaks it, what puts it right again, and the words that tell of it.
const BREAKS: [(&str, &str, &str); 12] = [
    (
        "UPDATE job_totals SET jobs = 3 WHERE queue = 'scrape'",
        "UPDATE job_totals SET jobs = 1 WHERE queue = 'scrape'",
        "counters of the queue differ from what is there: scrape pending",
    ),
    (
        "UPDATE jobs SET lease_until = 9",
        "UPDATE jobs SET lease_until = NULL",
        "waits with one: 3",
    ),
    (
        "UPDATE job_attempts SET fence = 4",
        "UPDATE job_attempts SET fence = 3",
        "a run that never was, of job: 2",
    ),
    (
        "UPDATE job_attempts SET job_id = 77",
        "UPDATE job_attempts SET job_id = 2",
        "a run that never was, of job: 77",
    ),
    (
        "UPDATE domains SET page_count = 2",
        "UPDATE domains SET page_count = 1",
        "domain's counts differ from what is there: acme.org",
    ),
    (
        "UPDATE pages SET contact_count = 2",
        "UPDATE pages SET contact_count = 1",
        "count of contacts differs from what is there: 3",
    ),
    (
        "UPDATE sitemap_files SET duplicate_count = -1",
        "UPDATE sitemap_files SET duplicate_count = 0",
        "the sitemap file counts pages twice: 2",
    ),
    (
        "INSERT INTO scraped_content (domain_id, page_id, content, extracted_at) VALUES (1, 9, '', 1)",
        "DELETE FROM scraped_content",
        "of a page that is not there: 9",
    ),
    (
        "UPDATE pages SET page_processing_status = 'Processing'",
        "UPDATE pages SET page_processing_status = 'Queued'",
        "the page's status is not that of its scrape job: 3",
    ),
    (
        "UPDATE domains SET sitemap_analysis_status = 'Error'",
        "UPDATE domains SET sitemap_analysis_status = 'Complete'",
        "the domain's status is not how its last discovery job ended: 1",
    ),
    (
        "UPDATE sitemap_files SET sitemap_import_status = 'Complete'",
        "UPDATE sitemap_files SET sitemap_import_status = 'Error'",
        "the sitemap file's status is not how its last import job ended: 2",
    ),
    (
        "UPDATE jobs SET subject_id = 44",
        "UPDATE jobs SET subject_id = 3",
        "a scrape job is for a page that is not there: job: 3",
    ),
];

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    home.raw(SOUND).await;
    assert_eq!(store.check().await.expect("check"), Vec::<String>::new());
    for (break_it, mend_it, words) in BREAKS {
        home.raw(break_it).await;
        let found = store.check().await.expect("check");
        assert!(found.iter().any(|problem| problem.ends_with(words)), "{words}: {found:?}");
        home.raw(mend_it).await;
        assert_eq!(store.check().await.expect("check"), Vec::<String>::new(), "after {mend_it}");
    }
}
