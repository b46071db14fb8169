//! Pages: found in sitemap files, and scraped.

use std::collections::HashMap;

use clock::Timestamp;
use engine::{NewJob, Priority};
use model::{CurationStatus, DomainId, PageId, SitemapFileId};

use super::apply::{PAGE, Record, follow, payload_again};
use crate::db::Tx;
use crate::effect::{FoundPage, PageScraped, PageUnchanged, PagesFound};
use crate::sql::{Bulk, Row, Value, sql};
use crate::{Store, StoreError};

impl Store {
    /// The addresses of the selected pages that a sitemap file brought, in the order in which they came.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn selected_pages_of(
        &self,
        domain_id: DomainId,
        file_id: SitemapFileId,
    ) -> Result<Vec<String>, StoreError> {
        let query = sql("SELECT url FROM pages WHERE domain_id = $1 AND sitemap_file_id = $2 \
             AND page_curation_status = 'Selected' ORDER BY id");
        let rows = self.db.rows(query.bind(domain_id.0).bind(file_id.0)).await?;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// What is known of the version of a page that was read; none if it never was.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn page_version(
        &self,
        domain_id: DomainId,
        page_id: PageId,
    ) -> Result<Option<PageVersion>, StoreError> {
        let query = sql("SELECT etag, last_modified, read_as FROM pages \
             WHERE domain_id = $1 AND id = $2 AND scraped_at IS NOT NULL");
        let row = self.db.row(query.bind(domain_id.0).bind(page_id.0)).await?;
        let read = |row: &Row| {
            Ok(PageVersion { etag: row.get(0)?, last_modified: row.get(1)?, read_as: row.get(2)? })
        };
        row.as_ref().map(read).transpose()
    }
}

/// Which version of a page was read, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageVersion {
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
    /// The fingerprint of the rules it was read by.
    pub read_as: Option<String>,
}

/// How many pages are written between two looks at a domain's limit.
const LIMITED_PART: usize = 256;

/// Records pages. New selected ones are queued, and so are known ones that a wider rule selects or that were read
/// before the domain was last asked for.
pub(super) async fn found(
    tx: &mut Tx,
    found: &PagesFound,
    now: Timestamp,
) -> Result<Vec<NewJob>, StoreError> {
    let mut added = Added::default();
    match found.max_pages {
        None => added.write(tx, found, &found.pages, now).await?,
        Some(max) => {
            let mut room = room(tx, found, max, now).await?;
            let mut rest = &found.pages[..];
            // New pages and known ones cannot be told apart before they are written: so by parts of at most the room.
            while !rest.is_empty() && room > 0 {
                let (part, behind) = rest.split_at(rest.len().min(LIMITED_PART).min(room));
                let before = added.count;
                added.write(tx, found, part, now).await?;
                room -= usize::try_from(added.count - before).unwrap_or(room).min(room);
                rest = behind;
            }
            added.over_limit = i64::try_from(rest.len()).unwrap_or(i64::MAX);
        }
    }
    let selected: HashMap<i64, &FoundPage> =
        found.pages.iter().filter(|page| is_selected(page)).map(|page| (page.url_key, page)).collect();
    let some_known = added.selected.len() < selected.len();
    if some_known && let Some(file) = found.sitemap_file_id {
        added.adopted = adopt(tx, found.domain_id, file, selected.keys().copied().collect()).await?;
    }
    count(tx, found, &added, now).await?;
    let Some(scrape) = &found.scrape else { return Ok(Vec::new()) };
    let mut known = Vec::new();
    if some_known {
        known = known_and_due(tx, found, selected.keys().copied().collect(), now).await?;
    }
    let job = |((id, key), again): ((i64, i64), bool)| {
        let page = *selected.get(&key)?;
        let priority = Priority::new(i64::from(page.priority_level) * 2).unwrap_or_default();
        let record = Record { id, url: &page.url, lane: page.lane, priority };
        let mut job = follow(scrape, PAGE, found.domain_id.0, record);
        if again {
            job.payload = payload_again(&page.url);
        }
        Some(job)
    };
    let new = added.selected.into_iter().map(|page| (page, false));
    Ok(new.chain(known.into_iter().map(|page| (page, true))).filter_map(job).collect())
}

/// What was added.
#[derive(Default)]
struct Added {
    count: i64,
    over_limit: i64,
    /// Pages that the home page brought before their file came.
    adopted: i64,
    /// Ids and keys of the selected ones.
    selected: Vec<(i64, i64)>,
}

impl Added {
    /// Writes pages. Only the selected ones come back with their ids: most are not, and each row read costs.
    async fn write(
        &mut self,
        tx: &mut Tx,
        found: &PagesFound,
        pages: &[FoundPage],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (selected, mut others): (Vec<&FoundPage>, Vec<&FoundPage>) =
            pages.iter().partition(|page| is_selected(page));
        // In the order of their index each of its leaves is looked up once.
        others.sort_unstable_by_key(|page| page.url_key);
        let rows = tx.rows_bulk(insert(found, &selected, CurationStatus::Selected, now, Wanted::Ids)).await?;
        for row in &rows {
            self.selected.push((row.get(0)?, row.get(1)?));
        }
        let inserted = tx.run_bulk(insert(found, &others, CurationStatus::New, now, Wanted::Count)).await?;
        self.count += i64::try_from(rows.len() as u64 + inserted).unwrap_or(i64::MAX);
        Ok(())
    }
}

fn is_selected(page: &FoundPage) -> bool {
    page.curation == CurationStatus::Selected
}

/// What all pages of a part share is bound once: with a million rows each value of a row tells.
fn insert(
    found: &PagesFound,
    pages: &[&FoundPage],
    curation: CurationStatus,
    now: Timestamp,
    wanted: Wanted,
) -> Bulk {
    let mut values = Vec::with_capacity(pages.len() * 7);
    for page in pages {
        values.extend([
            Value::from(&page.url),
            page.url_key.into(),
            page.page_type.as_str().into(),
            page.confidence.into(),
            page.depth.into(),
            i64::from(page.priority_level).into(),
            page.lastmod.into(),
        ]);
    }
    let head = "WITH v(url, url_key, page_type, confidence, depth, priority_level, lastmod) AS (VALUES";
    let fixed = vec![
        found.domain_id.0.into(),
        found.sitemap_file_id.map(|id| id.0).into(),
        curation.as_str().into(),
        now.into(),
    ];
    Bulk { head, columns: 7, tail: wanted.tail(), fixed, values }
}

/// What is wanted of the rows that are new.
#[derive(Clone, Copy)]
enum Wanted {
    /// Their ids and keys.
    Ids,
    /// How many they are.
    Count,
}

impl Wanted {
    const fn tail(self) -> &'static str {
        macro_rules! insert {
            ($returning:literal) => {
                concat!(
                    ") INSERT INTO pages (domain_id, url, url_key, sitemap_file_id, page_type, page_type_confidence, ",
                    "depth, priority_level, page_curation_status, lastmod, created_at, updated_at) ",
                    "SELECT {1}, url, url_key, {2}, page_type, confidence, depth, priority_level, {3}, lastmod, {4}, {4} ",
                    "FROM v WHERE true ON CONFLICT (domain_id, url_key) DO NOTHING",
                    $returning
                )
            };
        }
        match self {
            Self::Ids => insert!(" RETURNING id, url_key"),
            Self::Count => insert!(""),
        }
    }
}

/// How many more pages the domain may have; its row stays locked until the transaction ends.
async fn room(tx: &mut Tx, found: &PagesFound, max: i64, now: Timestamp) -> Result<usize, StoreError> {
    let query = sql("UPDATE domains SET updated_at = $1 WHERE id = $2 RETURNING page_count");
    let row = tx.row(query.bind(now).bind(found.domain_id.0)).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.get(0))?;
    Ok(usize::try_from(max - count).unwrap_or(0))
}

/// Counts new pages for their domain and their file. Another attempt of the same job goes on counting.
async fn count(tx: &mut Tx, found: &PagesFound, added: &Added, now: Timestamp) -> Result<(), StoreError> {
    let grow = sql("UPDATE domains SET page_count = page_count + $1, updated_at = $2 WHERE id = $3");
    tx.run(grow.bind(added.count).bind(now).bind(found.domain_id.0)).await?;
    let Some(file) = found.sitemap_file_id else { return Ok(()) };
    let query = sql(
        "UPDATE sitemap_files SET new_count = CASE WHEN counted_job_id = $1 THEN new_count ELSE 0 END + $2, \
         over_limit_count = CASE WHEN counted_job_id = $1 THEN over_limit_count ELSE 0 END + $3, \
         counted_job_id = $1 WHERE domain_id = $4 AND id = $5",
    );
    let query = query.bind(found.counted_job_id).bind(added.count + added.adopted).bind(added.over_limit);
    tx.run(query.bind(found.domain_id.0).bind(file.0)).await?;
    Ok(())
}

/// Notes the file that lists pages which the home page brought; how many.
async fn adopt(
    tx: &mut Tx,
    domain_id: DomainId,
    file: SitemapFileId,
    keys: Vec<i64>,
) -> Result<i64, StoreError> {
    let text = "UPDATE pages SET sitemap_file_id = {2} WHERE domain_id = {1} AND url_key IN ({ids}) \
                AND sitemap_file_id IS NULL";
    let adopted = tx.run_ids(text, &[domain_id.0.into(), file.0.into()], &keys).await?;
    Ok(i64::try_from(adopted).unwrap_or(i64::MAX))
}

/// The selected pages that were known before and are to be scraped now: never asked for until now, or read before
/// the domain was last asked for. What a person rejected or put away stays so.
async fn known_and_due(
    tx: &mut Tx,
    found: &PagesFound,
    keys: Vec<i64>,
    now: Timestamp,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let text = "UPDATE pages SET page_curation_status = 'Selected', updated_at = {2} WHERE domain_id = {1} \
                AND url_key IN ({ids}) AND (page_curation_status = 'New' AND page_processing_status IS NULL \
                OR page_curation_status = 'Selected' AND page_processing_status IN ('Complete', 'Error') \
                AND updated_at < (SELECT scan_asked_at FROM domains WHERE id = {1})) RETURNING id, url_key";
    let rows = tx.rows_ids(text, &[found.domain_id.0.into(), now.into()], &keys).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Notes that a page was asked for and is as it was.
pub(super) async fn unchanged(tx: &mut Tx, page: &PageUnchanged, now: Timestamp) -> Result<(), StoreError> {
    let query = sql("UPDATE pages SET scraped_at = $1, updated_at = $1 WHERE domain_id = $2 AND id = $3");
    tx.run(query.bind(now).bind(page.domain_id.0).bind(page.page_id.0)).await?;
    Ok(())
}

/// Notes what was read of pages and keeps their content.
pub(super) async fn scraped(tx: &mut Tx, pages: &[&PageScraped], now: Timestamp) -> Result<(), StoreError> {
    let mut values = Vec::with_capacity(pages.len() * 7);
    let mut contents = Vec::new();
    for page in pages {
        values.extend([
            Value::from(page.domain_id.0),
            page.page_id.0.into(),
            page.http_status.into(),
            Value::Text(page.title.clone()),
            Value::Text(page.etag.clone()),
            Value::Text(page.last_modified.clone()),
            (&page.read_as).into(),
        ]);
        contents.extend([
            Value::from(page.domain_id.0),
            page.page_id.0.into(),
            (&page.content).into(),
            now.into(),
        ]);
    }
    let head = "WITH v(domain_id, page_id, http_status, title, etag, last_modified, read_as) AS (VALUES";
    let tail = ") UPDATE pages SET http_status = CAST(v.http_status AS BIGINT), title = v.title, etag = v.etag, \
                last_modified = v.last_modified, read_as = v.read_as, scraped_at = {1}, updated_at = {1} FROM v \
                WHERE pages.domain_id = v.domain_id AND pages.id = v.page_id";
    tx.run_bulk(Bulk { head, columns: 7, tail, fixed: vec![now.into()], values }).await?;
    let head = "INSERT INTO scraped_content (domain_id, page_id, content, extracted_at) VALUES";
    let tail = "ON CONFLICT (domain_id, page_id) DO UPDATE SET content = excluded.content, \
                extracted_at = excluded.extracted_at";
    tx.run_bulk(Bulk { head, columns: 4, tail, fixed: vec![], values: contents }).await?;
    Ok(())
}
