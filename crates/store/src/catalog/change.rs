//! What a part of a bulk operation does with records: a person's decision, and the processing that goes with it.

use clock::Timestamp;
use engine::{Priority, SubjectKind};
use model::{CurationStatus, ProcessingStatus};

use super::apply::{PAGE, Record, SITEMAP_FILE, follow};
use crate::StoreError;
use crate::db::Tx;
use crate::dialect::Dialect;
use crate::effect::FollowUp;
use crate::jobs::{self, Source, Tally};
use crate::operation::{Outcomes, Was};
use crate::sql::Value;
use crate::subjects::{CANCELLED, DOMAIN};

/// A kind of record that is curated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curated {
    /// Domains: selected ones are looked through for sitemaps.
    Domain,
    /// Sitemap files: selected ones are imported.
    SitemapFile,
    /// Pages: selected ones are scraped.
    Page,
}

/// What is done with records.
#[derive(Clone, Debug)]
pub struct RecordChange {
    /// Which kind.
    pub kind: Curated,
    /// What is done.
    pub deed: Deed,
    /// The jobs that process them.
    pub jobs: FollowUp,
    /// The lane of a record's address.
    pub lane: fn(&str) -> i64,
}

/// What is done with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A person decides. Selecting queues the processing, unless it is queued, under way or complete.
    Curate(CurationStatus),
    /// It is processed anew: a job is queued, its error goes.
    Requeue,
    /// Its processing is stopped; with `any`, also that of records that are not under way becomes Error.
    Cancel {
        /// Whatever their processing status is.
        any: bool,
    },
    /// Its processing status becomes Error or Complete; its error stays.
    Set(ProcessingStatus),
}

pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) kind: SubjectKind,
    pub(super) curation: &'static str,
    pub(super) processing: &'static str,
    pub(super) error: &'static str,
    pub(super) url: &'static str,
    pub(super) priority: &'static str,
}

impl Curated {
    pub(super) const fn table(self) -> Table {
        match self {
            Self::Domain => Table {
                name: "domains",
                kind: DOMAIN,
                curation: "sitemap_curation_status",
                processing: "sitemap_analysis_status",
                error: "sitemap_analysis_error",
                url: "base_url",
                priority: "5",
            },
            Self::SitemapFile => Table {
                name: "sitemap_files",
                kind: SITEMAP_FILE,
                curation: "sitemap_curation_status",
                processing: "sitemap_import_status",
                error: "sitemap_import_error",
                url: "url",
                priority: "5",
            },
            Self::Page => Table {
                name: "pages",
                kind: PAGE,
                curation: "page_curation_status",
                processing: "page_processing_status",
                error: "page_processing_error",
                url: "url",
                priority: "priority_level * 2",
            },
        }
    }
}

/// A record as it stands.
struct Row {
    id: i64,
    domain_id: i64,
    url: String,
    priority: i64,
    curation: String,
    processing: Option<String>,
    error: Option<String>,
}

impl Row {
    fn is(&self, status: ProcessingStatus) -> bool {
        self.processing.as_deref() == Some(status.as_str())
    }

    fn is_live(&self) -> bool {
        self.is(ProcessingStatus::Queued) || self.is(ProcessingStatus::Processing)
    }

    fn was(&self) -> Was {
        Was {
            curation: Some(self.curation.clone()),
            state: self.processing.clone(),
            error: self.error.clone(),
            ..Was::default()
        }
    }
}

/// Changes records; `job_ids` are as many numbers as there are records, for the jobs that may be queued.
pub(crate) async fn change(
    tx: &mut Tx,
    what: &RecordChange,
    ids: &[i64],
    job_ids: &[i64],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<Outcomes, StoreError> {
    let table = what.kind.table();
    let rows = rows(tx, &table, ids).await?;
    let mut outcomes = Outcomes::default();
    let (mut curate, mut queue, mut stop, mut set) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let mut was = row.was();
        match decide(what.deed, row) {
            Err(reason) => {
                outcomes.skipped(row.id, reason);
                continue;
            }
            Ok(plan) => {
                if plan.curate {
                    curate.push(row.id);
                }
                if plan.queue {
                    queue.push(row);
                    was.queued = true;
                }
                if plan.stop {
                    stop.push(row.id);
                }
                if plan.set {
                    set.push(row.id);
                }
            }
        }
        outcomes.changed(row.id, was);
    }
    if let Deed::Curate(status) = what.deed {
        let text = format!(
            "UPDATE {} SET {} = {{1}}, updated_at = {{2}} WHERE id IN ({{ids}})",
            table.name, table.curation
        );
        tx.run_ids(&text, &[status.as_str().into(), now.into()], &curate).await?;
    }
    outcomes.revoked = jobs::cancel_of(tx, &table.kind, &stop, CANCELLED, now, tally).await?;
    match what.deed {
        Deed::Cancel { .. } => {
            let text = format!(
                "UPDATE {} SET {} = 'Error', {} = {{1}}, updated_at = {{2}} WHERE id IN ({{ids}})",
                table.name, table.processing, table.error
            );
            tx.run_ids(&text, &[CANCELLED.into(), now.into()], &set).await?;
        }
        Deed::Set(status) => {
            let text = format!(
                "UPDATE {} SET {} = {{1}}, updated_at = {{2}} WHERE id IN ({{ids}})",
                table.name, table.processing
            );
            tx.run_ids(&text, &[status.as_str().into(), now.into()], &set).await?;
        }
        Deed::Curate(_) | Deed::Requeue => {}
    }
    queue_all(tx, what, &table, &queue, job_ids, now, tally).await?;
    let unknown: Vec<i64> = ids.iter().copied().filter(|id| !outcomes.knows(*id)).collect();
    unknown.into_iter().for_each(|id| outcomes.skipped(id, "not_found"));
    Ok(outcomes)
}

/// What is to be done with one record.
#[derive(Default)]
struct Plan {
    curate: bool,
    queue: bool,
    stop: bool,
    set: bool,
}

/// What is to be done with a record, or why it is left alone.
fn decide(deed: Deed, row: &Row) -> Result<Plan, &'static str> {
    match deed {
        Deed::Curate(status) => {
            let wanted = status == CurationStatus::Selected;
            let queue = wanted && (row.processing.is_none() || row.is(ProcessingStatus::Error));
            if row.curation == status.as_str() && !queue {
                return Err("unchanged");
            }
            Ok(Plan { curate: true, queue, ..Plan::default() })
        }
        Deed::Requeue if row.is(ProcessingStatus::Queued) => Err("queued"),
        Deed::Requeue if row.is(ProcessingStatus::Processing) => Err("processing"),
        Deed::Requeue => Ok(Plan { queue: true, ..Plan::default() }),
        Deed::Cancel { .. } if row.is_live() => Ok(Plan { stop: true, set: true, ..Plan::default() }),
        Deed::Cancel { any: false } => Err("not_under_way"),
        Deed::Cancel { any: true }
            if row.is(ProcessingStatus::Error) && row.error.as_deref() == Some(CANCELLED) =>
        {
            Err("unchanged")
        }
        Deed::Cancel { any: true } => Ok(Plan { set: true, ..Plan::default() }),
        Deed::Set(status) if row.is(status) => Err("unchanged"),
        Deed::Set(_) => Ok(Plan { stop: row.is_live(), set: true, ..Plan::default() }),
    }
}

async fn queue_all(
    tx: &mut Tx,
    what: &RecordChange,
    table: &Table,
    records: &[&Row],
    job_ids: &[i64],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<(), StoreError> {
    let job = |row: &&Row| {
        let priority = Priority::new(row.priority).unwrap_or_default();
        let record = Record { id: row.id, url: &row.url, lane: (what.lane)(&row.url), priority };
        follow(&what.jobs, table.kind.clone(), row.domain_id, record)
    };
    let jobs: Vec<_> = records.iter().map(job).collect();
    if jobs.is_empty() {
        return Ok(());
    }
    let ids = job_ids.get(..jobs.len()).ok_or_else(|| StoreError::Invalid("too few job numbers".into()))?;
    jobs::enqueue(tx, &jobs, ids, Source::Work, now, tally).await?;
    Ok(())
}

/// Takes back what [`change`] did to these records, where they have not changed since.
pub(crate) async fn take_back(
    tx: &mut Tx,
    what: &RecordChange,
    changed: &[(i64, Was)],
    job_ids: &[i64],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<Outcomes, StoreError> {
    let table = what.kind.table();
    let ids: Vec<i64> = changed.iter().map(|(id, _)| *id).collect();
    let rows = rows(tx, &table, &ids).await?;
    let mut outcomes = Outcomes::default();
    let (mut back, mut withdraw, mut again) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let Some((_, was)) = changed.iter().find(|(id, _)| *id == row.id) else { continue };
        if !is_as_left(what.deed, row, was) {
            outcomes.skipped(row.id, "changed_since");
            continue;
        }
        let was_live = matches!(was.state.as_deref(), Some("Queued" | "Processing"));
        if was.queued {
            withdraw.push(row.id);
        }
        match what.deed {
            // Its job is history: another takes its place.
            Deed::Cancel { .. } | Deed::Set(_) if was_live => again.push(row),
            _ => back.push((row.id, was)),
        }
        outcomes.changed(row.id, Was::default());
    }
    jobs::withdraw(tx, table.kind.as_str(), &withdraw, tally).await?;
    queue_all(tx, what, &table, &again, job_ids, now, tally).await?;
    put_back(tx, &table, &back, now).await?;
    for id in ids.into_iter().filter(|id| !outcomes.knows(*id)).collect::<Vec<_>>() {
        outcomes.skipped(id, "not_found");
    }
    Ok(outcomes)
}

/// Whether a record still stands as the deed left it.
fn is_as_left(deed: Deed, row: &Row, was: &Was) -> bool {
    let processing_is_kept =
        if was.queued { row.is(ProcessingStatus::Queued) } else { row.processing == was.state };
    match deed {
        Deed::Curate(status) => row.curation == status.as_str() && processing_is_kept,
        Deed::Requeue => row.is(ProcessingStatus::Queued),
        Deed::Cancel { .. } => row.is(ProcessingStatus::Error) && row.error.as_deref() == Some(CANCELLED),
        Deed::Set(status) => row.is(status),
    }
}

/// Writes how records were.
async fn put_back(
    tx: &mut Tx,
    table: &Table,
    records: &[(i64, &Was)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut alike = std::collections::BTreeMap::<(Option<&str>, Option<&str>, Option<&str>), Vec<i64>>::new();
    for (id, was) in records {
        let key = (was.curation.as_deref(), was.state.as_deref(), was.error.as_deref());
        alike.entry(key).or_default().push(*id);
    }
    let text = format!(
        "UPDATE {} SET {} = {{1}}, {} = {{2}}, {} = {{3}}, updated_at = {{4}} WHERE id IN ({{ids}})",
        table.name, table.curation, table.processing, table.error
    );
    for ((curation, processing, error), ids) in alike {
        let fixed = [curation.into(), Value::from(processing), Value::from(error), now.into()];
        tx.run_ids(&text, &fixed, &ids).await?;
    }
    Ok(())
}

/// The records of these numbers, held until the transaction ends.
async fn rows(tx: &mut Tx, table: &Table, ids: &[i64]) -> Result<Vec<Row>, StoreError> {
    let domain = if table.name == "domains" { "id" } else { "domain_id" };
    let hold = match tx.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => " FOR UPDATE",
    };
    let text = format!(
        "SELECT id, {domain}, {}, CAST({} AS BIGINT), {}, {}, {} FROM {} WHERE id IN ({{ids}}) ORDER BY id{hold}",
        table.url, table.priority, table.curation, table.processing, table.error, table.name
    );
    let mut rows = Vec::with_capacity(ids.len());
    for row in tx.rows_ids(&text, &[], ids).await? {
        rows.push(Row {
            id: row.get(0)?,
            domain_id: row.get(1)?,
            url: row.get(2)?,
            priority: row.get(3)?,
            curation: row.get(4)?,
            processing: row.get(5)?,
            error: row.get(6)?,
        });
    }
    Ok(rows)
}
