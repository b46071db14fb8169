//! Sitemap files: found, and read.

use std::collections::HashMap;

use clock::Timestamp;
use engine::{NewJob, Priority};
use model::{CurationStatus, DomainId, FoundBy, ProcessingStatus, SitemapFileId, SitemapType};

use super::apply::{Record, SITEMAP_FILE, follow};
use super::domains::word;
use crate::db::{Tx, transaction};
use crate::effect::{FileImported, FileRead, FilesFound, FoundFile};
use crate::gate::Size;
use crate::jobs;
use crate::sql::{Bulk, Row, Value, sql, sql_built};
use crate::{Store, StoreError};

/// A sitemap file as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapFileRow {
    /// Its key.
    pub id: SitemapFileId,
    /// Whose it is.
    pub domain_id: DomainId,
    /// Its address.
    pub url: String,
    /// The index that lists it.
    pub parent_url: Option<String>,
    /// How many indexes lead to it.
    pub depth: i64,
    /// How it was found.
    pub found_by: FoundBy,
    /// What it is, as far as is known.
    pub sitemap_type: Option<SitemapType>,
    /// The extensions it uses, as words.
    pub extensions: String,
    /// A person's decision.
    pub curation: CurationStatus,
    /// How far its import is.
    pub import_status: Option<ProcessingStatus>,
    /// What went wrong with it.
    pub import_error: Option<String>,
    /// Its `ETag` when it was last read.
    pub etag: Option<String>,
    /// Its `Last-Modified` when it was last read.
    pub last_modified: Option<String>,
    /// The fingerprint of the rules it was last read by.
    pub read_as: Option<String>,
    /// Entries in it, good and bad.
    pub url_count: i64,
    /// Pages that it brought first.
    pub new_count: i64,
    /// Pages that were known before.
    pub duplicate_count: i64,
    /// Entries that were not taken.
    pub rejected_count: i64,
    /// Pages beyond the domain's limit.
    pub over_limit_count: i64,
    /// Why entries were not taken: a JSON object from reason to count.
    pub rejected_reasons: String,
    /// What was damaged or odd: a JSON array of sentences.
    pub warnings: String,
    /// When it was last read.
    pub imported_at: Option<Timestamp>,
    /// Bytes as they came, if known.
    pub size_bytes: Option<i64>,
    /// When it was last changed, as it or its index says.
    pub lastmod: Option<Timestamp>,
    /// When it was found.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl SitemapFileRow {
    /// Its columns.
    pub(super) const COLUMNS: &str = "t.id, t.domain_id, t.url, t.parent_url, t.depth, t.found_by, t.sitemap_type, \
        t.extensions, t.sitemap_curation_status, t.sitemap_import_status, t.sitemap_import_error, t.etag, \
        t.last_modified, t.read_as, t.url_count, t.new_count, t.duplicate_count, t.rejected_count, t.over_limit_count, \
        t.rejected_reasons, t.warnings, t.imported_at, t.size_bytes, t.lastmod, t.created_at, t.updated_at";

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: SitemapFileId(row.get(0)?),
            domain_id: DomainId(row.get(1)?),
            url: row.get(2)?,
            parent_url: row.get(3)?,
            depth: row.get(4)?,
            found_by: word(row.get::<String>(5)?)?,
            sitemap_type: row.get::<Option<String>>(6)?.map(word).transpose()?,
            extensions: row.get(7)?,
            curation: word(row.get::<String>(8)?)?,
            import_status: row.get::<Option<String>>(9)?.map(word).transpose()?,
            import_error: row.get(10)?,
            etag: row.get(11)?,
            last_modified: row.get(12)?,
            read_as: row.get(13)?,
            url_count: row.get(14)?,
            new_count: row.get(15)?,
            duplicate_count: row.get(16)?,
            rejected_count: row.get(17)?,
            over_limit_count: row.get(18)?,
            rejected_reasons: row.get(19)?,
            warnings: row.get(20)?,
            imported_at: row.get::<Option<i64>>(21)?.map(Timestamp),
            size_bytes: row.get(22)?,
            lastmod: row.get::<Option<i64>>(23)?.map(Timestamp),
            created_at: Timestamp(row.get(24)?),
            updated_at: Timestamp(row.get(25)?),
        })
    }
}

impl Store {
    /// A sitemap file by its keys.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn sitemap_file(
        &self,
        domain_id: DomainId,
        id: SitemapFileId,
    ) -> Result<Option<SitemapFileRow>, StoreError> {
        let text = format!(
            "SELECT {} FROM sitemap_files AS t WHERE t.domain_id = $1 AND t.id = $2",
            SitemapFileRow::COLUMNS
        );
        let row = self.db.row(sql_built(text).bind(domain_id.0).bind(id.0)).await?;
        row.as_ref().map(SitemapFileRow::read).transpose()
    }

    /// A sitemap file by its number alone.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn sitemap_file_by_id(&self, id: SitemapFileId) -> Result<Option<SitemapFileRow>, StoreError> {
        let text = format!("SELECT {} FROM sitemap_files AS t WHERE t.id = $1", SitemapFileRow::COLUMNS);
        let row = self.db.row(sql_built(text).bind(id.0)).await?;
        row.as_ref().map(SitemapFileRow::read).transpose()
    }

    /// Records a sitemap file that a person gave, and queues its import if that is wanted; the file, and whether it is
    /// new.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn add_sitemap_file(
        &self,
        given: &FilesFound,
        now: Timestamp,
    ) -> Result<(SitemapFileRow, bool), StoreError> {
        let key = given.files.first().map(|file| file.url_key);
        let ids = self.job_ids.take(&self.db, given.files.len()).await?;
        let (row, new) = transaction!(self.db, Size::Small, |tx| {
            let text = format!(
                "SELECT {} FROM sitemap_files AS t WHERE t.domain_id = $1 AND t.url_key = $2",
                SitemapFileRow::COLUMNS
            );
            let find = || sql_built(text.clone()).bind(given.domain_id.0).bind(key);
            let new = tx.row(find()).await?.is_none();
            let jobs = found(tx, given, now).await?;
            jobs::enqueue_counted(tx, &jobs, &ids, now).await?;
            let row = tx.row(find()).await?;
            let row = row.ok_or_else(|| StoreError::Corrupt("the sitemap file vanished".into()))?;
            Ok((SitemapFileRow::read(&row)?, new))
        })?;
        self.signals.jobs_added();
        Ok((row, new))
    }

    /// Removes a sitemap file; the pages that it brought stay.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] while its import waits or runs, [`StoreError::NotFound`] if there is none.
    pub async fn remove_sitemap_file(&self, id: SitemapFileId, now: Timestamp) -> Result<(), StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            let live = sql("SELECT 1 FROM sitemap_files AS f JOIN jobs ON jobs.domain_id = f.domain_id \
                 AND jobs.subject_id = f.id AND jobs.subject_kind = 'sitemap_file' WHERE f.id = $1");
            if tx.row(live.bind(id.0)).await?.is_some() {
                return Err(StoreError::Conflict("its import waits or runs: cancel it first".into()));
            }
            let gone = sql("DELETE FROM sitemap_files WHERE id = $1 RETURNING domain_id").bind(id.0);
            let row = tx.row(gone).await?.ok_or_else(|| StoreError::not_found("the sitemap file", id.0))?;
            let count = sql(
                "UPDATE domains SET sitemap_file_count = sitemap_file_count - 1, updated_at = $1 WHERE id = $2",
            );
            tx.run(count.bind(now).bind(row.get::<i64>(0)?)).await?;
            Ok(())
        })
    }

    /// The sitemap files of a domain, in the order in which they were found.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn sitemap_files_of(&self, domain_id: DomainId) -> Result<Vec<SitemapFileRow>, StoreError> {
        let text = format!(
            "SELECT {} FROM sitemap_files AS t WHERE t.domain_id = $1 ORDER BY t.id",
            SitemapFileRow::COLUMNS
        );
        self.db.rows(sql_built(text).bind(domain_id.0)).await?.iter().map(SitemapFileRow::read).collect()
    }

    /// The sitemap files that a domain's index lists, as far as they are known, in the order in which they were found;
    /// for no index, those that no index lists.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn sitemap_files_below(
        &self,
        domain_id: DomainId,
        index: Option<&str>,
    ) -> Result<Vec<SitemapFileRow>, StoreError> {
        let below = if index.is_some() { "parent_url = $2" } else { "parent_url IS NULL" };
        let columns = SitemapFileRow::COLUMNS;
        let text = format!(
            "SELECT {columns} FROM sitemap_files AS t WHERE t.domain_id = $1 AND {below} ORDER BY t.id"
        );
        let query =
            index.into_iter().fold(sql_built(text).bind(domain_id.0), |query, index| query.bind(index));
        self.db.rows(query).await?.iter().map(SitemapFileRow::read).collect()
    }
}

/// Records files. New ones are queued if so wanted, and so are those read before the domain was last asked for.
pub(super) async fn found(
    tx: &mut Tx,
    found: &FilesFound,
    now: Timestamp,
) -> Result<Vec<NewJob>, StoreError> {
    if found.files.is_empty() {
        return Ok(Vec::new());
    }
    let domain_id = found.domain_id.0;
    let mut due = insert(tx, found, now).await?;
    let added = i64::try_from(due.len()).unwrap_or(i64::MAX);
    let grow =
        sql("UPDATE domains SET sitemap_file_count = sitemap_file_count + $1, updated_at = $2 WHERE id = $3");
    tx.run(grow.bind(added).bind(now).bind(domain_id)).await?;
    let Some(import) = &found.import else { return Ok(Vec::new()) };
    if due.len() < found.files.len() {
        due.extend(read_before(tx, found).await?);
    }
    let by_key: HashMap<i64, &FoundFile> = found.files.iter().map(|file| (file.url_key, file)).collect();
    let job = |(id, key): (i64, i64)| {
        let file = by_key.get(&key)?;
        let record = Record { id, url: &file.url, lane: file.lane, priority: Priority::default() };
        Some(follow(import, SITEMAP_FILE, domain_id, record))
    };
    Ok(due.into_iter().filter_map(job).collect())
}

/// Inserts those that are new; their ids and keys.
async fn insert(tx: &mut Tx, found: &FilesFound, now: Timestamp) -> Result<Vec<(i64, i64)>, StoreError> {
    let curation = if found.import.is_some() { CurationStatus::Selected } else { CurationStatus::New };
    let mut values = Vec::with_capacity(found.files.len() * 13);
    for file in &found.files {
        values.extend([
            Value::from(found.domain_id.0),
            (&file.url).into(),
            file.url_key.into(),
            Value::Text(file.parent_url.clone()),
            file.depth.into(),
            file.found_by.as_str().into(),
            file.sitemap_type.map(SitemapType::as_str).into(),
            (&file.extensions).into(),
            curation.as_str().into(),
            file.size_bytes.into(),
            file.lastmod.into(),
            now.into(),
            now.into(),
        ]);
    }
    let head = "INSERT INTO sitemap_files (domain_id, url, url_key, parent_url, depth, found_by, sitemap_type, \
                extensions, sitemap_curation_status, size_bytes, lastmod, created_at, updated_at) VALUES";
    let tail = "ON CONFLICT (domain_id, url_key) DO NOTHING RETURNING id, url_key";
    let rows = tx.rows_bulk(Bulk { head, columns: 13, tail, fixed: vec![], values }).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Those of the files that were read, or failed, before the domain was last asked for.
async fn read_before(tx: &mut Tx, found: &FilesFound) -> Result<Vec<(i64, i64)>, StoreError> {
    let keys: Vec<i64> = found.files.iter().map(|file| file.url_key).collect();
    let text = "SELECT f.id, f.url_key FROM sitemap_files AS f JOIN domains AS d ON d.id = f.domain_id \
                WHERE f.domain_id = {1} AND f.url_key IN ({ids}) AND (f.updated_at < d.scan_asked_at OR f.imported_at IS NULL) \
                AND f.sitemap_curation_status = 'Selected' AND f.sitemap_import_status IN ('Complete', 'Error')";
    let rows = tx.rows_ids(text, &[found.domain_id.0.into()], &keys).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Notes what was read of a file.
pub(super) async fn imported(tx: &mut Tx, imported: &FileImported, now: Timestamp) -> Result<(), StoreError> {
    let FileImported { domain_id, sitemap_file_id, counted_job_id, read } = imported;
    let Some(read) = read else {
        let query = sql(
            "UPDATE sitemap_files SET imported_at = $1, updated_at = $1 WHERE domain_id = $2 AND id = $3",
        );
        tx.run(query.bind(now).bind(domain_id.0).bind(sitemap_file_id.0)).await?;
        return Ok(());
    };
    // A file without pages was never counted: what an earlier job counted is not of this reading.
    let query = sql("UPDATE sitemap_files SET new_count = 0, over_limit_count = 0, counted_job_id = $1 \
         WHERE domain_id = $2 AND id = $3 AND (counted_job_id IS NULL OR counted_job_id <> $1)");
    tx.run(query.bind(*counted_job_id).bind(domain_id.0).bind(sitemap_file_id.0)).await?;
    let query =
        sql("UPDATE sitemap_files SET sitemap_type = $1, extensions = $2, size_bytes = $3, url_count = $4, \
         rejected_count = $5, duplicate_count = $6 - new_count - over_limit_count, rejected_reasons = $7, \
         warnings = $8, etag = $9, last_modified = $10, read_as = $11, imported_at = $12, updated_at = $12 \
         WHERE domain_id = $13 AND id = $14");
    tx.run(bind_read(query, read).bind(now).bind(domain_id.0).bind(sitemap_file_id.0)).await?;
    Ok(())
}

fn bind_read(query: crate::sql::Query, read: &FileRead) -> crate::sql::Query {
    query
        .bind(read.sitemap_type.map(SitemapType::as_str))
        .bind(&read.extensions)
        .bind(read.size_bytes)
        .bind(read.url_count)
        .bind(read.rejected_count)
        .bind(read.page_count)
        .bind(&read.rejected_reasons)
        .bind(&read.warnings)
        .bind(Value::Text(read.etag.clone()))
        .bind(Value::Text(read.last_modified.clone()))
        .bind(&read.read_as)
}
