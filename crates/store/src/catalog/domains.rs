//! Domains: taken in, looked through, scanned again.

use std::collections::HashMap;
use std::str::FromStr;

use clock::Timestamp;
use engine::{JobId, NewJob};
use model::{CurationStatus, DomainId, ProcessingStatus};

use crate::catalog::apply::Record;
use crate::db::{Tx, transaction};
use crate::effect::{DomainAnalysed, FollowUp};
use crate::gate::Size;
use crate::jobs;
use crate::sql::{Bulk, Row, Value, sql, with_ids};
use crate::subjects::DOMAIN;
use crate::{Store, StoreError};

/// How many domains are taken in with one transaction.
const PART: usize = 1_000;

/// A domain to be scanned, with how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDomain {
    /// Its one name ([`model::Site::name`]).
    pub domain: String,
    /// Where to begin.
    pub base_url: String,
    /// Whether a person wrote the scheme.
    pub scheme_given: bool,
    /// The lane of its host.
    pub lane: i64,
    /// Which pages are selected by rule.
    pub select_profile: String,
    /// How many pages it may have.
    pub max_pages: Option<i64>,
    /// Whether sitemap files are imported as they are found.
    pub auto_import: bool,
    /// Whether selected pages are scraped as they are found.
    pub auto_scrape: bool,
    /// The address as a person gave it: its job repeats it.
    pub asked: Option<String>,
}

/// What became of a domain that was to be scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedDomain {
    /// Its key.
    pub id: DomainId,
    /// Its name.
    pub domain: String,
    /// What became of it.
    pub state: ScanState,
    /// The job that looks it through, if one waits or runs.
    pub job: Option<JobId>,
}

/// What a wish to scan a domain leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanState {
    /// It was not known: it is queued.
    New,
    /// It was under way, or waits: it goes on.
    GoesOn,
    /// It had failed, was asked for again or is to be read in another way: it is queued again.
    Again,
    /// It is done; nothing was queued.
    Done,
}

/// A domain as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainRow {
    /// Its key.
    pub id: DomainId,
    /// Its one name.
    pub domain: String,
    /// Where it lives.
    pub base_url: String,
    /// Whether a person wrote the scheme.
    pub scheme_given: bool,
    /// Which pages are selected by rule.
    pub select_profile: String,
    /// How many pages it may have.
    pub max_pages: Option<i64>,
    /// Whether sitemap files are imported as they are found.
    pub auto_import: bool,
    /// Whether selected pages are scraped as they are found.
    pub auto_scrape: bool,
    /// A person's decision.
    pub curation: CurationStatus,
    /// How far its analysis is.
    pub analysis_status: Option<ProcessingStatus>,
    /// What went wrong with it.
    pub analysis_error: Option<String>,
    /// What a person should know of it.
    pub analysis_note: Option<String>,
    /// When it was last asked for.
    pub scan_asked_at: Timestamp,
    /// How many sitemap files are known.
    pub sitemap_file_count: i64,
    /// How many pages are known.
    pub page_count: i64,
    /// How many contacts were found, page by page.
    pub contact_count: i64,
    /// When it was taken in.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// The columns of [`DomainRow`], between what goes before and behind them.
macro_rules! select_domains {
    ($before:literal, $behind:literal) => {
        concat!(
            $before,
            "SELECT id, domain, base_url, scheme_given, select_profile, max_pages, auto_import, auto_scrape, ",
            "sitemap_curation_status, sitemap_analysis_status, sitemap_analysis_error, sitemap_analysis_note, ",
            "scan_asked_at, sitemap_file_count, page_count, contact_count, created_at, updated_at FROM domains ",
            $behind
        )
    };
}

impl DomainRow {
    /// Its columns in a list.
    pub(super) const COLUMNS: &str = "t.id, t.domain, t.base_url, t.scheme_given, t.select_profile, t.max_pages, \
        t.auto_import, t.auto_scrape, t.sitemap_curation_status, t.sitemap_analysis_status, t.sitemap_analysis_error, \
        t.sitemap_analysis_note, t.scan_asked_at, t.sitemap_file_count, t.page_count, t.contact_count, t.created_at, \
        t.updated_at";

    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: DomainId(row.get(0)?),
            domain: row.get(1)?,
            base_url: row.get(2)?,
            scheme_given: row.get::<i64>(3)? != 0,
            select_profile: row.get(4)?,
            max_pages: row.get(5)?,
            auto_import: row.get::<i64>(6)? != 0,
            auto_scrape: row.get::<i64>(7)? != 0,
            curation: word(row.get::<String>(8)?)?,
            analysis_status: row.get::<Option<String>>(9)?.map(word).transpose()?,
            analysis_error: row.get(10)?,
            analysis_note: row.get(11)?,
            scan_asked_at: Timestamp(row.get(12)?),
            sitemap_file_count: row.get(13)?,
            page_count: row.get(14)?,
            contact_count: row.get(15)?,
            created_at: Timestamp(row.get(16)?),
            updated_at: Timestamp(row.get(17)?),
        })
    }
}

/// A stored word as its type.
pub(crate) fn word<T: FromStr<Err: std::fmt::Display>>(text: String) -> Result<T, StoreError> {
    text.parse().map_err(|error: T::Err| StoreError::Corrupt(error.to_string()))
}

impl Store {
    /// Takes domains in and queues `job` for each that is new, failed, or wanted `again`; the answer has their order.
    ///
    /// A known domain takes over how it is to be scanned; if pages are to be selected in another way, it is read anew.
    ///
    /// # Errors
    /// If the database is not available. Domains come in parts; those of earlier parts stay taken in.
    pub async fn scan_domains(
        &self,
        wanted: &[NewDomain],
        job: &FollowUp,
        again: bool,
        now: Timestamp,
    ) -> Result<Vec<ScannedDomain>, StoreError> {
        let mut scanned = Vec::with_capacity(wanted.len());
        for part in wanted.chunks(PART) {
            let ids = self.job_ids.take(&self.db, part.len()).await?;
            let part = transaction!(self.db, Size::Bulk, |tx| {
                let (mut part, jobs) = scan_part(tx, part, job, again, now).await?;
                jobs::enqueue_counted(tx, &jobs, &ids, now).await?;
                name_jobs(tx, &mut part).await?;
                Ok(part)
            })?;
            scanned.extend(part);
        }
        self.signals.jobs_added();
        Ok(scanned)
    }

    /// A domain by its key.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn domain(&self, id: DomainId) -> Result<Option<DomainRow>, StoreError> {
        self.db
            .row(sql(select_domains!("", "WHERE id = $1")).bind(id.0))
            .await?
            .as_ref()
            .map(DomainRow::read)
            .transpose()
    }

    /// Domains by their keys, in the order of their names.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn domains(&self, ids: &[DomainId]) -> Result<Vec<DomainRow>, StoreError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let mut found = Vec::with_capacity(ids.len());
        for query in with_ids(self.db.dialect(), select_domains!("", "WHERE id IN ({ids})"), &[], &ids) {
            for row in self.db.rows(query).await? {
                found.push(DomainRow::read(&row)?);
            }
        }
        found.sort_by(|a: &DomainRow, b| a.domain.cmp(&b.domain));
        Ok(found)
    }
}

impl Store {
    /// Domains in the order of their keys, from behind `last` on.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn domains_after(
        &self,
        last: Option<DomainId>,
        limit: usize,
    ) -> Result<Vec<DomainRow>, StoreError> {
        let query = sql(select_domains!("", "WHERE id > $1 ORDER BY id LIMIT $2"));
        let query = query.bind(last.map_or(0, |id| id.0)).bind(limit);
        self.db.rows(query).await?.iter().map(DomainRow::read).collect()
    }

    /// Whether any job of these domains waits or runs.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn has_live_jobs(&self, ids: &[DomainId]) -> Result<bool, StoreError> {
        let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
        for query in with_ids(
            self.db.dialect(),
            "SELECT 1 FROM jobs WHERE domain_id IN ({ids}) AND subject_id IS NOT NULL LIMIT 1",
            &[],
            &ids,
        ) {
            if self.db.row(query).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

async fn scan_part(
    tx: &mut Tx,
    wanted: &[NewDomain],
    job: &FollowUp,
    again: bool,
    now: Timestamp,
) -> Result<(Vec<ScannedDomain>, Vec<NewJob>), StoreError> {
    let known = known(tx, wanted).await?;
    let ids = upsert(tx, wanted, now).await?;
    let (mut scanned, mut jobs, mut anew, mut reread) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for domain in wanted {
        let Some(&id) = ids.get(&domain.domain) else {
            return Err(StoreError::Corrupt(format!(
                "the domain {} vanished while it was taken in",
                domain.domain
            )));
        };
        let before = known.get(&domain.domain);
        let other_way = before.is_some_and(|row| {
            row.select_profile != domain.select_profile || row.max_pages != domain.max_pages
        });
        let state = match before.map(|row| row.analysis_status) {
            None => ScanState::New,
            Some(None | Some(ProcessingStatus::Error)) => ScanState::Again,
            Some(Some(ProcessingStatus::Queued | ProcessingStatus::Processing)) => ScanState::GoesOn,
            Some(Some(ProcessingStatus::Complete)) if again || other_way => ScanState::Again,
            Some(Some(ProcessingStatus::Complete)) => ScanState::Done,
        };
        if matches!(state, ScanState::New | ScanState::Again) {
            let record = Record {
                id,
                url: &domain.base_url,
                lane: domain.lane,
                priority: engine::Priority::default(),
            };
            let mut job = super::apply::follow(job, DOMAIN, id, record);
            if let Some(asked) = &domain.asked {
                let payload = serde_json::json!({ "url": domain.base_url, "domain": asked, "max_pages": domain.max_pages });
                job.payload = payload.to_string();
            }
            jobs.push(job);
        }
        if state == ScanState::Again && (again || !other_way) {
            anew.push(id);
        }
        if other_way {
            reread.push(id);
        }
        scanned.push(ScannedDomain { id: DomainId(id), domain: domain.domain.clone(), state, job: None });
    }
    tx.run_ids(
        "UPDATE domains SET scan_asked_at = {1}, updated_at = {1} WHERE id IN ({ids})",
        &[now.into()],
        &anew,
    )
    .await?;
    // As if they had not been read: they come whole and each page is judged anew, but what was scraped stays.
    tx.run_ids("UPDATE sitemap_files SET imported_at = NULL WHERE domain_id IN ({ids})", &[], &reread)
        .await?;
    Ok((scanned, jobs))
}

/// Notes which job each domain waits for.
async fn name_jobs(tx: &mut Tx, scanned: &mut [ScannedDomain]) -> Result<(), StoreError> {
    let ids: Vec<i64> = scanned.iter().map(|domain| domain.id.0).collect();
    let text = "SELECT domain_id, id FROM jobs WHERE domain_id IN ({ids}) AND subject_kind = 'domain' \
                AND subject_id = domain_id";
    let mut jobs = HashMap::new();
    for row in tx.rows_ids(text, &[], &ids).await? {
        jobs.insert(row.get::<i64>(0)?, JobId(row.get(1)?));
    }
    for domain in scanned {
        domain.job = jobs.get(&domain.id.0).copied();
    }
    Ok(())
}

/// The wanted domains that are known already.
async fn known(tx: &mut Tx, wanted: &[NewDomain]) -> Result<HashMap<String, DomainRow>, StoreError> {
    let values = wanted.iter().map(|domain| Value::from(&domain.domain)).collect();
    let head = "WITH wanted(name) AS (VALUES";
    let tail = select_domains!(") ", "JOIN wanted ON domain = name");
    let rows = tx.rows_bulk(Bulk { head, columns: 1, tail, fixed: vec![], values }).await?;
    rows.iter().map(|row| DomainRow::read(row).map(|domain| (domain.domain.clone(), domain))).collect()
}

/// Writes the wanted domains; the id of each by its name.
async fn upsert(
    tx: &mut Tx,
    wanted: &[NewDomain],
    now: Timestamp,
) -> Result<HashMap<String, i64>, StoreError> {
    let mut values = Vec::with_capacity(wanted.len() * 11);
    for domain in wanted {
        values.extend([
            Value::from(&domain.domain),
            (&domain.base_url).into(),
            i64::from(domain.scheme_given).into(),
            (&domain.select_profile).into(),
            domain.max_pages.into(),
            i64::from(domain.auto_import).into(),
            i64::from(domain.auto_scrape).into(),
            CurationStatus::Selected.as_str().into(),
            now.into(),
            now.into(),
            now.into(),
        ]);
    }
    let head = "INSERT INTO domains (domain, base_url, scheme_given, select_profile, max_pages, auto_import, \
                auto_scrape, sitemap_curation_status, scan_asked_at, created_at, updated_at) VALUES";
    let tail = "ON CONFLICT (domain) DO UPDATE SET select_profile = excluded.select_profile, \
                max_pages = excluded.max_pages, auto_import = excluded.auto_import, \
                auto_scrape = excluded.auto_scrape, sitemap_curation_status = excluded.sitemap_curation_status, \
                updated_at = excluded.updated_at RETURNING domain, id";
    let rows = tx.rows_bulk(Bulk { head, columns: 11, tail, fixed: vec![], values }).await?;
    rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

/// Notes what a discovery says of its domain.
pub(super) async fn analysed(
    tx: &mut Tx,
    analysed: &DomainAnalysed,
    now: Timestamp,
) -> Result<(), StoreError> {
    let note = Some(analysed.note.as_str()).filter(|note| !note.is_empty());
    let query = sql(
        "UPDATE domains SET base_url = $1, scheme_given = 1, sitemap_analysis_note = $2, updated_at = $3 WHERE id = $4",
    );
    tx.run(query.bind(&analysed.base_url).bind(note).bind(now).bind(analysed.domain_id.0)).await?;
    Ok(())
}
