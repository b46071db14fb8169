//! PostgreSQL beside bare SQL on the same tables: `cargo bench -p store --bench server -- import|change|flat SIZE`, with
//! `SITELODE_TEST_POSTGRES` naming the server. Prints lines of a word and a figure, parted by a tab.
//!
//! `import`: SIZE pages of one site through the store, two files at a time, beside one COPY of the same rows into a table
//! with the same indexes. `change`: the decision on SIZE pages changed part by part, so that it can be taken back, beside one UPDATE, with a writer
//! that changes single pages of the same table. `flat`: jobs a second with 10,000 and with SIZE jobs in the table, and at
//! the beginning and the end of SIZE / 10 jobs done under an old snapshot.

use std::sync::Arc;
use std::time::Duration;

use clock::{SharedClock, SystemClock};
use engine::{
    ClaimRequest, Done, Incarnation, Job, JobStore, NewJob, Outcome, QueueName, QueueShare, Verdict,
};
use model::{CurationStatus, DomainId, PageType, PriorityLevel};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use store::{
    Change, Curated, Deed, Deeds, Effect, FollowUp, FoundPage, NewDomain, NewOperation, PagesFound,
    RecordChange, RecordFilter, Store, StoreOptions,
};

const QUEUE: QueueName = QueueName::known("bench");
const NODE: Incarnation = Incarnation(1);
/// How many pages a part of an import brings.
const PART: usize = 8_192;
/// How many files are imported at a time.
const FILES: usize = 2;
/// How many records a part of a large change has.
const CHANGED: usize = 1_000;
/// How many jobs are claimed and committed at a time, and how many a figure is of.
const CLAIM: usize = 256;
const MEASURED: usize = 20_000;

type Failed = Box<dyn std::error::Error>;

/// A schema of its own on the server.
struct Place {
    clock: SharedClock,
    connect: PgConnectOptions,
    store: Arc<Store>,
    schema: String,
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let Ok(url) = std::env::var("SITELODE_TEST_POSTGRES") else {
        println!("SITELODE_TEST_POSTGRES names no server: nothing is measured");
        return Ok(());
    };
    let [what, size] = words.as_slice() else { return Err("usage: import|change|flat SIZE".into()) };
    let size = size.parse()?;
    let place = Place::open(&url).await?;
    match what.as_str() {
        "import" => import(&place, size).await?,
        "change" => change(&place, size).await?,
        "flat" => flat(&place, size).await?,
        other => return Err(format!("no bench {other}").into()),
    }
    place.drop().await
}

impl Place {
    async fn open(url: &str) -> Result<Self, Failed> {
        let clock = SystemClock::shared();
        let schema = format!("bench_{}", clock.random() % 1_000_000_000);
        let mut options = StoreOptions::new(Arc::clone(&clock));
        options.schema = Some(schema.clone());
        let store = Arc::new(Store::open(url, options).await?);
        let connect = url.parse::<PgConnectOptions>()?.options([("search_path", &schema)]);
        Ok(Self { clock, connect, store, schema })
    }

    async fn sql(&self) -> Result<PgConnection, Failed> {
        Ok(self.connect.connect().await?)
    }

    async fn run(&self, text: String) -> Result<Duration, Failed> {
        let mut connection = self.sql().await?;
        let begin = self.clock.elapsed();
        connection.execute(sqlx::raw_sql(AssertSqlSafe(text))).await?;
        let took = self.clock.elapsed() - begin;
        connection.close().await?;
        Ok(took)
    }

    async fn drop(self) -> Result<(), Failed> {
        let text = format!("DROP SCHEMA {} CASCADE", self.schema);
        self.run(text).await?;
        Ok(())
    }
}

fn report(word: &str, figure: f64) {
    println!("{word}\t{figure}");
}

fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

async fn claim(store: &Store, limit: usize) -> Result<Vec<Job>, Failed> {
    let shares = [QueueShare { queue: QUEUE, limit }];
    let lease = Duration::from_secs(600);
    let request = ClaimRequest { node: NODE, lease, shares: &shares, limit };
    Ok(store.claim(request, store.now()).await?.jobs)
}

/// Pages as a sitemap's are, none of them selected.
fn page(number: usize) -> FoundPage {
    let url = format!(
        "https://shop.example/category-{}/a-product-with-a-name-of-usual-length-{number}",
        number % 997
    );
    // Spread as hashes are.
    let url_key = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).cast_signed();
    FoundPage {
        url,
        url_key,
        lane: 1,
        page_type: PageType::Product,
        confidence: 0.5,
        depth: 2,
        priority_level: PriorityLevel::Three,
        curation: CurationStatus::New,
        lastmod: None,
    }
}

async fn import(place: &Place, size: usize) -> Result<(), Failed> {
    let Place { store, clock, .. } = place;
    let domain = NewDomain {
        domain: "shop.example".into(),
        base_url: "https://shop.example/".into(),
        scheme_given: true,
        lane: 1,
        select_profile: "auto".into(),
        max_pages: None,
        auto_import: true,
        auto_scrape: false,
        asked: None,
    };
    let discovery = FollowUp { queue: QueueName::known("discovery"), max_attempts: 1, created_by: None };
    let domain_id = store.scan_domains(&[domain], &discovery, false, store.now()).await?[0].id;
    store.enqueue(vec![NewJob::new(QUEUE); FILES], store.now()).await?;
    let jobs = claim(store, FILES).await?;
    let pages: Vec<FoundPage> = (0..size).map(page).collect();
    let rows: Vec<String> = pages.chunks(PART).map(|part| copy_text(domain_id, part)).collect();
    let effects: Vec<Effect> = pages.chunks(PART).map(|part| found(domain_id, part.to_vec())).collect();

    let begin = clock.elapsed();
    let mut files = tokio::task::JoinSet::new();
    let effects = Arc::new(effects);
    for (file, job) in jobs.into_iter().enumerate() {
        let (store, effects) = (Arc::clone(store), Arc::clone(&effects));
        files.spawn(async move {
            for effect in effects.iter().skip(file).step_by(FILES) {
                let held = store.commit_part(job.lease, Some(effect), vec![], None, store.now()).await;
                assert!(held.expect("a part"), "the lease holds");
            }
        });
    }
    while let Some(done) = files.join_next().await {
        done?;
    }
    report("imported", rate(size, clock.elapsed() - begin));

    place.run("CREATE TABLE bare (LIKE pages INCLUDING ALL)".into()).await?;
    let mut connection = place.sql().await?;
    let begin = clock.elapsed();
    let text = "COPY bare (domain_id, url, url_key, page_type, page_type_confidence, depth, priority_level, \
                created_at, updated_at) FROM STDIN";
    let mut copy = connection.copy_in_raw(text).await?;
    for piece in rows {
        copy.send(piece.into_bytes()).await?;
    }
    let copied = copy.finish().await?;
    report("copied", rate(size, clock.elapsed() - begin));
    assert_eq!(copied, size as u64, "as many rows");
    Ok(())
}

fn found(domain_id: DomainId, pages: Vec<FoundPage>) -> Effect {
    Effect(vec![Change::PagesFound(PagesFound {
        domain_id,
        sitemap_file_id: None,
        counted_job_id: 0,
        pages,
        max_pages: None,
        scrape: None,
    })])
}

fn copy_text(domain_id: DomainId, pages: &[FoundPage]) -> String {
    let line = |page: &FoundPage| {
        let (url, key, domain) = (&page.url, page.url_key, domain_id.0);
        format!("{domain}\t{url}\t{key}\tproduct\t0.5\t2\t3\t1750000000000\t1750000000000\n")
    };
    pages.iter().map(line).collect()
}

async fn change(place: &Place, size: usize) -> Result<(), Failed> {
    let Place { store, clock, .. } = place;
    place.run(format!(
        "INSERT INTO pages (domain_id, url, url_key, page_type, page_type_confidence, depth, priority_level, created_at, \
         updated_at) SELECT 1, 'https://shop.example/a-product-with-a-name-of-usual-length-' || i, i, 'product', 0.5, 2, 3, 0, 0 \
         FROM generate_series(1, {size}) AS i; CREATE TABLE bare (LIKE pages INCLUDING ALL); INSERT INTO bare TABLE pages"
    ))
    .await?;
    place.run("VACUUM ANALYZE pages, bare".into()).await?;
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let writer = tokio::spawn(write_singly(place.sql().await?, Arc::clone(clock), size, Arc::clone(&stop)));
    let kind = Curated::Page;
    let filter = RecordFilter { curation: vec![CurationStatus::New], ..RecordFilter::default() };
    let jobs = FollowUp { queue: QUEUE, max_attempts: 1, created_by: None };
    let deed = Deed::Curate(CurationStatus::Archived);
    let deeds = Deeds::Records(RecordChange { kind, deed, jobs, lane: |_| 0 });
    let begin = clock.elapsed();
    let up_to = store.last_record(kind).await?;
    let operation = NewOperation {
        action: "page.curate".into(),
        change: "{}".into(),
        selection: "{}".into(),
        total: size as u64,
        up_to,
        undo_until: Some(store.now().after(Duration::from_secs(86_400))),
        undoes: None,
        created_by: "bench".into(),
    };
    let id = store.begin_operation(&operation, |_| NewJob::new(QUEUE), store.now()).await?.id;
    let (mut changed, mut from) = (0, 0);
    while from < up_to {
        let ids = store.select_records(kind, &filter, (from, up_to), CHANGED).await?;
        let to = if ids.len() < CHANGED { up_to } else { ids[ids.len() - 1] };
        store.operate_part(id, (from, to, to == up_to), &deeds, &ids, store.now()).await?;
        changed += ids.len();
        from = to;
    }
    report("by_parts", (clock.elapsed() - begin).as_secs_f64());
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    report("longest_wait", writer.await??.as_secs_f64());
    assert_eq!(changed, size, "every page is changed");
    let text = "UPDATE bare SET page_curation_status = 'Archived', updated_at = 1 WHERE domain_id = 1 \
                AND page_curation_status = 'New'";
    report("at_once", place.run(text.into()).await?.as_secs_f64());
    Ok(())
}

/// Changes single pages here and there until told to stop; the longest wait for one.
async fn write_singly(
    mut connection: PgConnection,
    clock: SharedClock,
    size: usize,
    stop: Arc<std::sync::atomic::AtomicBool>,
) -> Result<Duration, sqlx::Error> {
    let mut longest = Duration::ZERO;
    while !stop.load(std::sync::atomic::Ordering::Relaxed) {
        let id = i64::try_from(clock.random() % size as u64).unwrap_or(0) + 1;
        let begin = clock.elapsed();
        sqlx::query("UPDATE pages SET http_status = 200 WHERE id = $1")
            .bind(id)
            .execute(&mut connection)
            .await?;
        longest = longest.max(clock.elapsed() - begin);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(longest)
}

async fn flat(place: &Place, size: usize) -> Result<(), Failed> {
    const FEW: usize = 10_000;
    let few = FEW.min(size);
    fill(place, few + MEASURED.min(size)).await?;
    report("few", drain(place, MEASURED.min(size)).await?);
    fill(place, size).await?;
    report("many", drain(place, MEASURED.min(size)).await?);
    let mut snapshot = place.sql().await?;
    snapshot
        .execute(sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM queues"))
        .await?;
    let measured = MEASURED.min(size / 20).max(1);
    report("held_first", drain(place, measured).await?);
    drain(place, (size / 10).saturating_sub(measured * 2)).await?;
    report("held_last", drain(place, measured).await?);
    snapshot.close().await?;
    Ok(())
}

/// Puts so many jobs into the table, past the store: numbered backwards, which the store's own are not.
async fn fill(place: &Place, jobs: usize) -> Result<(), Failed> {
    place
        .run(format!(
            "INSERT INTO jobs (id, queue, priority, run_at, domain_id, payload, max_attempts, created_at) \
             SELECT nextval, 'bench', 5, nextval / 1000, nextval % 1000, '{{}}', 5, 0 FROM \
             (SELECT (SELECT COALESCE(max(id), 1000000000) FROM jobs) + i AS nextval FROM generate_series(1, {jobs}) AS i) AS n; \
             INSERT INTO job_totals (queue, state, jobs) VALUES ('bench', 'pending', {jobs}) \
             ON CONFLICT (queue, state) DO UPDATE SET jobs = job_totals.jobs + excluded.jobs; ANALYZE jobs"
        ))
        .await?;
    Ok(())
}

/// Claims and completes so many jobs; how many a second.
async fn drain(place: &Place, jobs: usize) -> Result<f64, Failed> {
    let Place { store, clock, .. } = place;
    let (begin, mut done) = (clock.elapsed(), 0);
    while done < jobs {
        let claimed = claim(store, CLAIM.min(jobs - done)).await?;
        assert!(!claimed.is_empty(), "{done} of {jobs}");
        let outcomes: Vec<_> = claimed.iter().map(|job| outcome(job, store)).collect();
        let accepted = store.commit(&outcomes, store.now()).await?;
        assert!(accepted.iter().all(|accepted| *accepted), "every lease holds");
        done += claimed.len();
    }
    Ok(rate(jobs, clock.elapsed() - begin))
}

fn outcome(job: &Job, store: &Store) -> Outcome<Effect> {
    let verdict = Verdict::Complete(Done::nothing());
    let (queue, subject) = (job.queue.clone(), job.subject.clone());
    Outcome { lease: job.lease, queue, subject, started_at: store.now(), verdict }
}
