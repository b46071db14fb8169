//! Applying what jobs bring: all changes of a batch of jobs, by kind, in few statements.

use clock::Timestamp;
use engine::{NewJob, QueueName, Subject, SubjectKind};

use super::{contacts, domains, files, pages};
use crate::db::Tx;
use crate::effect::{Change, Effect, FollowUp};
use crate::{StoreError, subjects};

/// Writes the changes of `effects`, in order; the jobs that are to be queued with them.
pub(crate) async fn apply(
    tx: &mut Tx,
    effects: &[&Effect],
    now: Timestamp,
) -> Result<Vec<NewJob>, StoreError> {
    let mut jobs = Vec::new();
    let mut scraped = Vec::new();
    for change in effects.iter().flat_map(|effect| &effect.0) {
        match change {
            Change::FilesFound(found) => jobs.extend(files::found(tx, found, now).await?),
            Change::DomainAnalysed(analysed) => domains::analysed(tx, analysed, now).await?,
            Change::PagesFound(found) => jobs.extend(pages::found(tx, found, now).await?),
            Change::FileImported(imported) => files::imported(tx, imported, now).await?,
            // Pages come one a job and many a batch: they are written together. No other change reads what they set.
            Change::PageScraped(page) => scraped.push(page),
            Change::PageUnchanged(page) => pages::unchanged(tx, page, now).await?,
        }
    }
    pages::scraped(tx, &scraped, now).await?;
    contacts::replace(tx, &scraped, now).await?;
    Ok(jobs)
}

/// The job that follows for one record.
pub(crate) fn follow(follow: &FollowUp, kind: SubjectKind, domain_id: i64, record: Record<'_>) -> NewJob {
    let mut job = NewJob::new(QueueName::clone(&follow.queue));
    job.subject = Some(Subject { kind, id: record.id });
    job.domain_id = domain_id;
    job.lane = Some(record.lane);
    job.priority = record.priority;
    job.payload = payload(record.url);
    job.max_attempts = follow.max_attempts;
    job.created_by.clone_from(&follow.created_by);
    job
}

/// A record that a job is for.
pub(crate) struct Record<'a> {
    pub(crate) id: i64,
    pub(crate) url: &'a str,
    pub(crate) lane: i64,
    pub(crate) priority: engine::Priority,
}

fn payload(url: &str) -> String {
    serde_json::json!({ "url": url }).to_string()
}

/// The payload of a job for a record that was read before: it need not come whole if it is as it was.
pub(super) fn payload_again(url: &str) -> String {
    serde_json::json!({ "url": url, "again": true }).to_string()
}

impl Effect {
    /// How many jobs its changes may queue at most.
    pub(crate) fn jobs_max(&self) -> usize {
        let jobs = |change: &Change| match change {
            Change::FilesFound(found) if found.import.is_some() => found.files.len(),
            Change::PagesFound(found) if found.scrape.is_some() => {
                found.pages.iter().filter(|page| page.curation == model::CurationStatus::Selected).count()
            }
            _ => 0,
        };
        self.0.iter().map(jobs).sum()
    }
}

pub(super) use subjects::{PAGE, SITEMAP_FILE};
