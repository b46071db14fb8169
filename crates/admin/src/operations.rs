//! Bulk operations: many records changed by one action, at once if they are few, else by a maintenance job; and undone.

use std::collections::BTreeMap;
use std::time::Duration;

use engine::{JobState, NewJob};
use model::{PublicId, RecordKind};
use pipeline::plan;
use serde::{Deserialize, Serialize};
use store::{Curated, Deed, Deeds, JobChange, NewOperation, OperationRow, RecordChange, Store};
use utoipa::ToSchema;

use crate::action::Answer;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::maintenance::Task;
use crate::selector::{Curation, JobsFilter, Progress, RecordsFilter, Selector, written};

/// How long an operation can be undone.
pub const UNDO_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// Most records that are changed at once, in one transaction.
pub const AT_ONCE_MAX: usize = 10_000;
/// How many ids an answer shows.
const SAMPLE: usize = 10;

/// What an operation does, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the actions behind them")]
pub enum Change {
    CancelJobs { reason: String },
    RetryJobs,
    RunJobs,
    DeleteJobs,
    Curate { kind: Kind, status: Curation },
    Requeue { kind: Kind },
    Cancel { kind: Kind, any: bool },
    SetStatus { kind: Kind, status: Progress },
}

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the records' own names")]
pub enum Kind {
    Domain,
    SitemapFile,
    Page,
}

/// With which records, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// Jobs.
    Jobs(Selector<JobsFilter>),
    /// Records of the change's kind.
    Records(Selector<RecordsFilter>),
}

/// What came of a bulk action.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkOutcome {
    /// The operation, to look at and to undo; none for a dry run.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub operation_id: Option<PublicId>,
    /// The maintenance job that goes on with it; none if all is done.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub job_id: Option<PublicId>,
    /// How many records the selector matches.
    pub matched: u64,
    /// How many were changed, or would be; not known before a large operation has run.
    pub updated: Option<u64>,
    /// How many were left alone, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Some of the records that match.
    #[schema(value_type = Vec<String>)]
    pub sample: Vec<PublicId>,
    /// Until when it can be undone, if it can.
    #[schema(format = "date-time")]
    pub undo_until: Option<String>,
}

impl Kind {
    const fn curated(self) -> Curated {
        match self {
            Self::Domain => Curated::Domain,
            Self::SitemapFile => Curated::SitemapFile,
            Self::Page => Curated::Page,
        }
    }

    const fn record(self) -> RecordKind {
        match self {
            Self::Domain => RecordKind::Domain,
            Self::SitemapFile => RecordKind::SitemapFile,
            Self::Page => RecordKind::Page,
        }
    }
}

impl Change {
    /// What it changes.
    const fn record(&self) -> RecordKind {
        match self {
            Self::CancelJobs { .. } | Self::RetryJobs | Self::RunJobs | Self::DeleteJobs => RecordKind::Job,
            Self::Curate { kind, .. }
            | Self::Requeue { kind }
            | Self::Cancel { kind, .. }
            | Self::SetStatus { kind, .. } => kind.record(),
        }
    }

    /// The states of jobs that it can act upon.
    const fn states(&self) -> &'static [JobState] {
        match self {
            Self::CancelJobs { .. } => &[JobState::Pending, JobState::Running],
            Self::RetryJobs => &[JobState::Failed, JobState::Cancelled],
            Self::RunJobs => &[JobState::Pending],
            Self::DeleteJobs => &[JobState::Complete, JobState::Failed, JobState::Cancelled],
            _ => &[],
        }
    }

    /// Whether it can be undone.
    const fn is_undoable(&self) -> bool {
        !matches!(self, Self::DeleteJobs)
    }

    /// As the store takes it; `by` is noted on the jobs that it queues.
    pub fn deeds(&self, by: &str) -> Deeds {
        let records = |kind: Kind, deed: Deed| {
            let by = Some(by.to_owned());
            let jobs = match kind {
                Kind::Domain => plan::discoveries(by),
                Kind::SitemapFile => plan::imports(by),
                Kind::Page => plan::scrapes(by),
            };
            Deeds::Records(RecordChange { kind: kind.curated(), deed, jobs, lane: plan::lane_of_url })
        };
        match self {
            Self::CancelJobs { reason } => Deeds::Jobs(JobChange::Cancel(reason.clone())),
            Self::RetryJobs => Deeds::Jobs(JobChange::Retry),
            Self::RunJobs => Deeds::Jobs(JobChange::Force),
            Self::DeleteJobs => Deeds::Jobs(JobChange::Delete),
            Self::Curate { kind, status } => records(*kind, Deed::Curate((*status).into())),
            Self::Requeue { kind } => records(*kind, Deed::Requeue),
            Self::Cancel { kind, any } => records(*kind, Deed::Cancel { any: *any }),
            Self::SetStatus { kind, status: Progress::Queued } => records(*kind, Deed::Requeue),
            Self::SetStatus { kind, status } => records(*kind, Deed::Set((*status).into())),
        }
    }

    /// The numbers of the chosen records, ascending, from behind `after` up to `up_to`.
    pub async fn select(
        &self,
        store: &Store,
        chosen: &Chosen,
        (after, up_to): (i64, i64),
        limit: usize,
    ) -> Result<Vec<i64>, ActionError> {
        let by_ids = |ids: &[PublicId]| {
            let mut numbers: Vec<i64> = ids.iter().filter_map(|id| self.record().number(*id)).collect();
            numbers.sort_unstable();
            numbers.dedup();
            numbers.into_iter().filter(|number| *number > after && *number <= up_to).take(limit).collect()
        };
        match chosen {
            Chosen::Jobs(Selector { ids: Some(ids), .. })
            | Chosen::Records(Selector { ids: Some(ids), .. }) => Ok(by_ids(ids)),
            Chosen::Jobs(Selector { filter, .. }) => {
                let filter = filter.clone().unwrap_or_default().to_store(self.states())?;
                Ok(store.select_jobs(&filter, (after, up_to), limit).await?)
            }
            Chosen::Records(Selector { filter, .. }) => {
                let filter = filter.clone().unwrap_or_default().to_store()?;
                Ok(store.select_records(self.curated()?, &filter, (after, up_to), limit).await?)
            }
        }
    }

    fn curated(&self) -> Result<Curated, ActionError> {
        match self {
            Self::Curate { kind, .. }
            | Self::Requeue { kind }
            | Self::Cancel { kind, .. }
            | Self::SetStatus { kind, .. } => Ok(kind.curated()),
            _ => Err(ActionError::Internal("a change of jobs was to choose records".into())),
        }
    }

    /// The largest number that there is now: what comes later is left alone.
    async fn last(&self, store: &Store) -> Result<i64, ActionError> {
        Ok(match self.record() {
            RecordKind::Job => store.last_job().await?,
            _ => store.last_record(self.curated()?).await?,
        })
    }
}

/// Does a bulk action: tries it out, does it at once, or begins it.
pub async fn operate(
    desk: &Desk,
    action: &str,
    change: Change,
    chosen: Chosen,
    dry_run: bool,
) -> Result<Answer<BulkOutcome>, ActionError> {
    let store = desk.store();
    let at_once = desk.shared.at_once_max.min(AT_ONCE_MAX);
    let up_to = change.last(store).await?;
    let ids = change.select(store, &chosen, (0, up_to), at_once + 1).await?;
    let sample: Vec<PublicId> = ids.iter().take(SAMPLE).map(|id| change.record().id(*id)).collect();
    let deeds = change.deeds(desk.by());
    if ids.len() <= at_once {
        let strangers = strangers(&change, &chosen, ids.len());
        if dry_run {
            let (updated, skipped) = store.try_operation(&deeds, &ids, desk.now).await?;
            return Ok(Answer::DryRun(told(ids.len() as u64, updated, skipped, sample, strangers)));
        }
        let new = new_operation(desk, action, &change, &chosen, ids.len() as u64, up_to)?;
        let row = store.operate(&new, &deeds, &ids, desk.now).await?;
        let outcome = told(row.matched, row.updated, row.skipped.clone(), sample, strangers);
        return Ok(Answer::Done(outcome.of(&row)));
    }
    let total = count(&change, store, &chosen, up_to).await?;
    let begun = BulkOutcome {
        operation_id: None,
        job_id: None,
        matched: total,
        updated: None,
        skipped: BTreeMap::new(),
        sample,
        undo_until: None,
    };
    if dry_run {
        return Ok(Answer::DryRun(begun));
    }
    let new = new_operation(desk, action, &change, &chosen, total, up_to)?;
    let by = desk.by().to_owned();
    let row =
        store.begin_operation(&new, |operation| Task::Operation { operation }.job(&by), desk.now).await?;
    Ok(Answer::Accepted(begun.of(&row)))
}

/// Undoes an operation: at once if it was done at once, else by a maintenance job.
pub async fn undo(desk: &Desk, id: PublicId) -> Result<Answer<BulkOutcome>, ActionError> {
    let number = desk.number("operation", RecordKind::Operation, id)?;
    let row = desk.store().operation(number).await.map_err(|error| named(error, id))?;
    let by = desk.by().to_owned();
    let told = |row: &OperationRow| told(row.total, row.updated, row.skipped.clone(), Vec::new(), 0).of(row);
    if row.parts <= 1 {
        let deeds = read(&row)?.deeds(&by);
        let undone = desk.store().undo_operation(number, &deeds, &by, desk.now).await?;
        return Ok(Answer::Done(told(&undone)));
    }
    let job = |operation| Task::Undo { operation }.job(&by);
    let undo = desk.store().begin_undo(number, &by, job, desk.now).await?;
    Ok(Answer::Accepted(BulkOutcome { updated: None, ..told(&undo) }))
}

/// Stops an operation that is under way; what was done stays, and can be undone.
pub async fn cancel(desk: &Desk, id: PublicId) -> Result<Answer<BulkOutcome>, ActionError> {
    let number = desk.number("operation", RecordKind::Operation, id)?;
    let row = desk.store().operation(number).await.map_err(|error| named(error, id))?;
    if row.state.is_finished() {
        let detail = format!("the operation is {}; it must be pending or running", row.state.as_str());
        return Err(ActionError::conflict(detail, row.state.as_str(), &["pending", "running"]));
    }
    desk.store().end_operation(number, store::OperationState::Cancelled, None, desk.now).await?;
    if let Some(job) = row.job {
        desk.store().cancel_jobs(&[job], "its operation was cancelled", desk.now).await?;
    }
    let row = desk.store().operation(number).await?;
    Ok(Answer::Done(told(row.matched, row.updated, row.skipped.clone(), Vec::new(), 0).of(&row)))
}

/// The change of a kept operation.
pub fn read(row: &OperationRow) -> Result<Change, ActionError> {
    serde_json::from_str(&row.change)
        .map_err(|error| ActionError::Internal(format!("the change of operation {}: {error}", row.id)))
}

/// The choice of a kept operation.
pub fn chosen(row: &OperationRow) -> Result<Chosen, ActionError> {
    serde_json::from_str(&row.selection)
        .map_err(|error| ActionError::Internal(format!("the selection of operation {}: {error}", row.id)))
}

impl BulkOutcome {
    fn of(self, row: &OperationRow) -> Self {
        Self {
            operation_id: Some(RecordKind::Operation.id(row.id)),
            job_id: row.job.map(|job| RecordKind::Job.id(job.0)),
            undo_until: row.undo_until.map(written),
            ..self
        }
    }

    /// What a client may get.
    pub(crate) fn sample(updated: u64) -> serde_json::Value {
        let skipped = BTreeMap::from([(String::from("pending"), 2)]);
        let ids = vec![RecordKind::Job.id(42), RecordKind::Job.id(43)];
        serde_json::json!(Self {
            operation_id: Some(RecordKind::Operation.id(7)),
            undo_until: Some("2026-01-31T08:00:00Z".into()),
            ..told(updated + 2, updated, skipped, ids, 0)
        })
    }
}

fn told(
    matched: u64,
    updated: u64,
    mut skipped: BTreeMap<String, u64>,
    sample: Vec<PublicId>,
    strangers: u64,
) -> BulkOutcome {
    if strangers > 0 {
        *skipped.entry("not_found".into()).or_default() += strangers;
    }
    BulkOutcome {
        operation_id: None,
        job_id: None,
        matched: matched + strangers,
        updated: Some(updated),
        skipped,
        sample,
        undo_until: None,
    }
}

/// How many ids name no record of the kind, or one that does not exist yet.
fn strangers(change: &Change, chosen: &Chosen, known: usize) -> u64 {
    let (Chosen::Jobs(Selector { ids, .. }) | Chosen::Records(Selector { ids, .. })) = chosen;
    let Some(ids) = ids else { return 0 };
    let distinct: std::collections::BTreeSet<PublicId> = ids.iter().copied().collect();
    debug_assert!(distinct.len() >= known, "{:?} were found among fewer ids", change.record());
    distinct.len().saturating_sub(known) as u64
}

async fn count(change: &Change, store: &Store, chosen: &Chosen, up_to: i64) -> Result<u64, ActionError> {
    let (mut after, mut total) = (0, 0);
    loop {
        let ids = change.select(store, chosen, (after, up_to), AT_ONCE_MAX).await?;
        total += ids.len() as u64;
        match ids.last() {
            Some(last) if ids.len() == AT_ONCE_MAX => after = *last,
            _ => return Ok(total),
        }
    }
}

fn new_operation(
    desk: &Desk,
    action: &str,
    change: &Change,
    chosen: &Chosen,
    total: u64,
    up_to: i64,
) -> Result<NewOperation, ActionError> {
    let json = |value: Result<String, serde_json::Error>| {
        value.map_err(|error| ActionError::Internal(format!("an operation can't be kept: {error}")))
    };
    Ok(NewOperation {
        action: action.into(),
        change: json(serde_json::to_string(change))?,
        selection: json(serde_json::to_string(chosen))?,
        total,
        up_to,
        undo_until: change.is_undoable().then(|| desk.now.after(UNDO_FOR)),
        undoes: None,
        created_by: desk.by().into(),
    })
}

fn named(error: store::StoreError, id: PublicId) -> ActionError {
    match error {
        store::StoreError::NotFound { what, .. } => ActionError::not_found(what, id),
        other => other.into(),
    }
}

/// A job for the queue of maintenance.
pub(crate) fn maintenance_job(payload: String, by: &str) -> NewJob {
    let mut job = NewJob::new(crate::MAINTENANCE);
    job.payload = payload;
    job.created_by = Some(by.to_owned());
    job
}
