//! Where the database must always agree with itself: each rule a sentence, and a query for what breaks it.

use std::sync::LazyLock;

/// A rule that every transaction keeps.
#[derive(Debug)]
pub(super) struct Invariant {
    /// What is wrong with a row that the query gives.
    pub sentence: String,
    /// Gives what breaks the rule: one text a row, at most `$1` of them.
    pub query: String,
}

/// A kind of record that jobs are for.
struct Kind {
    /// As jobs name it.
    subject: &'static str,
    /// As people name it.
    name: &'static str,
    table: &'static str,
    /// The column of the domain that a record belongs to.
    domain: &'static str,
    status: &'static str,
    /// What the job does.
    work: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind {
        subject: "domain",
        name: "domain",
        table: "domains",
        domain: "id",
        status: "sitemap_analysis_status",
        work: "discovery",
    },
    Kind {
        subject: "sitemap_file",
        name: "sitemap file",
        table: "sitemap_files",
        domain: "domain_id",
        status: "sitemap_import_status",
        work: "import",
    },
    Kind {
        subject: "page",
        name: "page",
        table: "pages",
        domain: "domain_id",
        status: "page_processing_status",
        work: "scrape",
    },
];

/// Rules about jobs alone, and about counts.
const FIXED: [(&str, &str); 9] = [
    (
        "the counters of the queue differ from what is there",
        "SELECT CAST(name AS TEXT) FROM (SELECT queue || ' ' || state AS name, jobs FROM job_counters UNION ALL \
         SELECT queue || ' ' || state, -1 FROM jobs UNION ALL SELECT queue || ' ' || state, -1 FROM job_history) AS both_sides \
         GROUP BY name HAVING sum(jobs) <> 0 ORDER BY name LIMIT $1",
    ),
    (
        "the job is live and finished at once",
        "SELECT CAST(jobs.id AS TEXT) FROM jobs JOIN job_history ON job_history.id = jobs.id ORDER BY jobs.id LIMIT $1",
    ),
    (
        "the job runs without a lease, or waits with one",
        "SELECT CAST(id AS TEXT) FROM jobs WHERE (state = 'running') <> (lease_until IS NOT NULL) \
         OR (state = 'running') <> (node IS NOT NULL) ORDER BY id LIMIT $1",
    ),
    (
        "an attempt is noted of a run that never was, of job",
        "SELECT CAST(a.job_id AS TEXT) FROM job_attempts AS a LEFT JOIN jobs ON jobs.id = a.job_id \
         LEFT JOIN job_history AS h ON h.id = a.job_id \
         WHERE a.fence > COALESCE(jobs.fence, h.fence, -1) ORDER BY a.job_id LIMIT $1",
    ),
    (
        "the domain's counts differ from what is there",
        "SELECT domain FROM domains WHERE page_count <> (SELECT count(*) FROM pages WHERE domain_id = domains.id) \
         OR sitemap_file_count <> (SELECT count(*) FROM sitemap_files WHERE domain_id = domains.id) \
         OR contact_count <> (SELECT count(*) FROM contacts WHERE domain_id = domains.id) ORDER BY domain LIMIT $1",
    ),
    (
        "the page's count of contacts differs from what is there",
        "SELECT CAST(id AS TEXT) FROM pages WHERE contact_count <> (SELECT count(*) FROM contacts \
         WHERE contacts.domain_id = pages.domain_id AND contacts.page_id = pages.id) ORDER BY id LIMIT $1",
    ),
    (
        "the sitemap file counts pages twice",
        "SELECT CAST(id AS TEXT) FROM sitemap_files WHERE duplicate_count < 0 OR new_count < 0 OR rejected_count < 0 \
         OR over_limit_count < 0 ORDER BY id LIMIT $1",
    ),
    (
        "sitemap files or pages are of a domain that is not there",
        "SELECT CAST(found.domain_id AS TEXT) FROM (SELECT domain_id FROM pages UNION SELECT domain_id FROM sitemap_files) \
         AS found LEFT JOIN domains ON domains.id = found.domain_id WHERE domains.id IS NULL ORDER BY 1 LIMIT $1",
    ),
    (
        "contacts or contents are of a page that is not there",
        "SELECT CAST(found.page_id AS TEXT) FROM (SELECT domain_id, page_id FROM contacts UNION \
         SELECT domain_id, page_id FROM scraped_content) AS found LEFT JOIN pages ON pages.domain_id = found.domain_id \
         AND pages.id = found.page_id WHERE pages.id IS NULL ORDER BY 1 LIMIT $1",
    ),
];

/// All rules.
pub(super) static INVARIANTS: LazyLock<Vec<Invariant>> = LazyLock::new(|| {
    let fixed = FIXED.iter();
    let mut all: Vec<Invariant> = fixed
        .map(|(sentence, query)| Invariant { sentence: (*sentence).to_owned(), query: (*query).to_owned() })
        .collect();
    all.extend(KINDS.iter().flat_map(Kind::invariants));
    all
});

impl Kind {
    /// A record and its jobs tell the same story.
    fn invariants(&self) -> [Invariant; 3] {
        let Self { subject, name, table, domain, status, work } = self;
        let job_of = |jobs: &str| {
            format!(
                "{jobs}.subject_kind = '{subject}' AND {jobs}.subject_id = {table}.id \
                 AND {jobs}.domain_id = {table}.{domain}"
            )
        };
        let live = Invariant {
            sentence: format!("the {name}'s status is not that of its {work} job"),
            query: format!(
                "SELECT CAST({table}.id AS TEXT) FROM {table} LEFT JOIN jobs ON {} \
                 WHERE COALESCE(CASE jobs.state WHEN 'pending' THEN 'Queued' WHEN 'running' THEN 'Processing' END, '') <> \
                 CASE WHEN {status} IN ('Queued', 'Processing') THEN {status} ELSE '' END \
                 ORDER BY {table}.id LIMIT $1",
                job_of("jobs")
            ),
        };
        // Both may have ended in the same millisecond: then either word is right.
        let ended = Invariant {
            sentence: format!("the {name}'s status is not how its last {work} job ended"),
            query: format!(
                "SELECT CAST({table}.id AS TEXT) FROM {table} JOIN (SELECT subject_kind, subject_id, domain_id, \
                 COALESCE(max(CASE WHEN state = 'complete' THEN finished_at END), 0) AS done, \
                 COALESCE(max(CASE WHEN state <> 'complete' THEN finished_at END), 0) AS undone FROM job_history \
                 WHERE subject_kind = '{subject}' GROUP BY subject_kind, subject_id, domain_id) AS ends ON {} \
                 WHERE ({status} = 'Complete' AND undone > done) OR ({status} = 'Error' AND done > undone) \
                 ORDER BY {table}.id LIMIT $1",
                job_of("ends")
            ),
        };
        let orphan = Invariant {
            sentence: format!("a {work} job is for a {name} that is not there: job"),
            query: format!(
                "SELECT CAST(jobs.id AS TEXT) FROM jobs LEFT JOIN {table} ON {} \
                 WHERE jobs.subject_kind = '{subject}' AND {table}.id IS NULL ORDER BY jobs.id LIMIT $1",
                job_of("jobs")
            ),
        };
        [live, ended, orphan]
    }
}
