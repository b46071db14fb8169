//! Bulk operations: begun once, done part by part, each part with how it was before, and taken back where it can be.

use std::collections::BTreeMap;

use clock::Timestamp;
use engine::{JobId, NewJob};

use crate::catalog::change::{self as records, RecordChange};
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::jobs::{self, JobChange, Source, Tally, change as job_changes};
use crate::operation::{Outcomes, Part};
use crate::sql::{Row, Value, sql, sql_built};
use crate::{Store, StoreError};

/// Most records in one part.
pub(crate) const PART_MAX: usize = 10_000;

/// What an operation does.
#[derive(Clone, Debug)]
pub enum Deeds {
    /// With jobs.
    Jobs(JobChange),
    /// With records.
    Records(RecordChange),
}

/// An operation to be begun.
#[derive(Clone, Debug)]
pub struct NewOperation {
    /// The action's type.
    pub action: String,
    /// What is done, as JSON that whoever began it understands.
    pub change: String,
    /// With which records, as JSON.
    pub selection: String,
    /// How many there seem to be.
    pub total: u64,
    /// Records with larger numbers came later and are left alone.
    pub up_to: i64,
    /// Until when it can be taken back, if it can.
    pub undo_until: Option<Timestamp>,
    /// The operation that this one takes back.
    pub undoes: Option<i64>,
    /// Who began it.
    pub created_by: String,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationState {
    /// Its job waits.
    Pending,
    /// Its job runs.
    Running,
    /// It is done.
    Complete,
    /// It ended with an error; what was done stays.
    Failed,
    /// An operator stopped it; what was done stays.
    Cancelled,
}

impl OperationState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Running, Self::Complete, Self::Failed, Self::Cancelled];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// True if nothing more will be done.
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Complete | Self::Failed | Self::Cancelled)
    }
}

/// An operation as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRow {
    /// Its number.
    pub id: i64,
    /// The action's type.
    pub action: String,
    /// What is done, as JSON.
    pub change: String,
    /// With which records, as JSON.
    pub selection: String,
    /// How far it is.
    pub state: OperationState,
    /// Records with larger numbers are left alone.
    pub up_to: i64,
    /// Where the next part begins, as whoever does it understands it.
    pub cursor: i64,
    /// How many records there seemed to be.
    pub total: u64,
    /// How many were looked at.
    pub matched: u64,
    /// How many were changed.
    pub updated: u64,
    /// How many were left alone, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// In how many parts it was done so far.
    pub parts: i64,
    /// The job that does it, if it was not done at once.
    pub job: Option<JobId>,
    /// Why it failed.
    pub error: Option<String>,
    /// The operation that it takes back.
    pub undoes: Option<i64>,
    /// The operation that takes it back.
    pub undone_by: Option<i64>,
    /// Until when it can be taken back.
    pub undo_until: Option<Timestamp>,
    /// Who began it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// What came of an attempt at a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartDone {
    /// It was done; the operation as it is now.
    Done(OperationRow),
    /// Somebody else did it, or the operation was stopped; the operation as it is.
    NotNow(OperationRow),
}

/// An operation whose job was given up or cancelled is that too, until the job is retried.
const COLUMNS: &str = "id, action, change, selection, CASE WHEN finished_at IS NULL THEN COALESCE((SELECT job_history.state \
                       FROM job_history WHERE job_history.id = operations.job_id AND job_history.state IN ('failed', \
                       'cancelled')), state) ELSE state END, up_to, cursor, total, matched, updated, skipped, parts, \
                       job_id, error, undoes, undone_by, undo_until, created_by, created_at, finished_at";

impl OperationRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let state: String = row.get(4)?;
        let count = |at: usize| row.get::<i64>(at).map(|count| u64::try_from(count).unwrap_or(0));
        let time = |at: usize| row.get::<Option<i64>>(at).map(|time| time.map(Timestamp));
        let skipped: String = row.get(10)?;
        Ok(Self {
            id: row.get(0)?,
            action: row.get(1)?,
            change: row.get(2)?,
            selection: row.get(3)?,
            state: OperationState::ALL
                .into_iter()
                .find(|known| known.as_str() == state)
                .ok_or_else(|| StoreError::Corrupt(format!("state {state:?} of an operation")))?,
            up_to: row.get(5)?,
            cursor: row.get(6)?,
            total: count(7)?,
            matched: count(8)?,
            updated: count(9)?,
            skipped: serde_json::from_str(&skipped)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?,
            parts: row.get(11)?,
            job: row.get::<Option<i64>>(12)?.map(JobId),
            error: row.get(13)?,
            undoes: row.get(14)?,
            undone_by: row.get(15)?,
            undo_until: time(16)?,
            created_by: row.get(17)?,
            created_at: Timestamp(row.get(18)?),
            finished_at: time(19)?,
        })
    }
}

impl Store {
    /// Does an operation at once, in one transaction: all of it or nothing.
    pub async fn operate(
        &self,
        new: &NewOperation,
        deeds: &Deeds,
        ids: &[i64],
        now: Timestamp,
    ) -> Result<OperationRow, StoreError> {
        check_part(ids)?;
        let job_ids = self.numbers_for(deeds, ids.len()).await?;
        let (row, revoked) = transaction!(self.db, Size::Bulk, |tx| {
            let mut tally = Tally::default();
            let id = begin(tx, new, None, now).await?;
            let outcomes = apply(tx, deeds, ids, &job_ids, now, &mut tally).await?;
            let revoked = outcomes.revoked;
            note_part(tx, id, outcomes, new.undo_until.is_some(), now).await?;
            finish(tx, id, OperationState::Complete, None, now).await?;
            tally.write(tx, now).await?;
            Ok((operation_in(tx, id).await?, revoked))
        })?;
        self.tell(revoked);
        Ok(row)
    }

    /// Begins an operation that a maintenance job does part by part; `job` makes the job for the operation's number.
    pub async fn begin_operation(
        &self,
        new: &NewOperation,
        job: impl Fn(i64) -> NewJob + Send + Sync,
        now: Timestamp,
    ) -> Result<OperationRow, StoreError> {
        let job_ids = self.job_ids.take(&self.db, 1).await?;
        let row = transaction!(self.db, Size::Small, |tx| {
            let mut tally = Tally::default();
            let id = begin(tx, new, job_ids.first().copied(), now).await?;
            jobs::enqueue(tx, &[job(id)], &job_ids, Source::Work, now, &mut tally).await?;
            tally.write(tx, now).await?;
            operation_in(tx, id).await
        })?;
        self.signals.jobs_added();
        Ok(row)
    }

    /// Does the next part of an operation, from its cursor to `to`; with `last` the operation is then complete. Nothing
    /// is done if the operation has moved on from `from` or was stopped.
    pub async fn operate_part(
        &self,
        id: i64,
        (from, to, last): (i64, i64, bool),
        deeds: &Deeds,
        ids: &[i64],
        now: Timestamp,
    ) -> Result<PartDone, StoreError> {
        check_part(ids)?;
        let job_ids = self.numbers_for(deeds, ids.len()).await?;
        let (done, revoked) = transaction!(self.db, Size::Bulk, |tx| {
            if !move_on(tx, id, from, to).await? {
                return Ok((PartDone::NotNow(operation_in(tx, id).await?), false));
            }
            let mut tally = Tally::default();
            let outcomes = apply(tx, deeds, ids, &job_ids, now, &mut tally).await?;
            let revoked = outcomes.revoked;
            let undoable = operation_in(tx, id).await?.undo_until.is_some();
            note_part(tx, id, outcomes, undoable, now).await?;
            if last {
                finish(tx, id, OperationState::Complete, None, now).await?;
            }
            tally.write(tx, now).await?;
            Ok((PartDone::Done(operation_in(tx, id).await?), revoked))
        })?;
        self.tell(revoked);
        Ok(done)
    }

    /// Takes the next part of an operation back: `undo` is the operation that does so, its cursor counts the parts.
    /// The last part first, so that a record that was changed twice ends as it was before the first time.
    pub async fn undo_part(&self, undo: i64, deeds: &Deeds, now: Timestamp) -> Result<PartDone, StoreError> {
        let job_ids = self.numbers_for(deeds, PART_MAX).await?;
        let (done, revoked) = transaction!(self.db, Size::Bulk, |tx| {
            let mut tally = Tally::default();
            let done = undo_next(tx, undo, deeds, &job_ids, now, &mut tally).await?;
            tally.write(tx, now).await?;
            Ok(done)
        })?;
        self.tell(revoked);
        Ok(done)
    }

    /// Takes an operation back at once, in one transaction; refused if it is not finished, was undone, or is too old.
    pub async fn undo_operation(
        &self,
        id: i64,
        deeds: &Deeds,
        by: &str,
        now: Timestamp,
    ) -> Result<OperationRow, StoreError> {
        let job_ids = self.numbers_for(deeds, PART_MAX).await?;
        let (row, revoked) = transaction!(self.db, Size::Bulk, |tx| {
            let mut tally = Tally::default();
            let undo = begin_undo(tx, id, by, None, now).await?;
            let mut revoked = false;
            let row = loop {
                let (done, part_revoked) = undo_next(tx, undo, deeds, &job_ids, now, &mut tally).await?;
                revoked |= part_revoked;
                match done {
                    PartDone::Done(row) | PartDone::NotNow(row) if row.state.is_finished() => break row,
                    PartDone::Done(_) | PartDone::NotNow(_) => {}
                }
            };
            tally.write(tx, now).await?;
            Ok((row, revoked))
        })?;
        self.tell(revoked);
        Ok(row)
    }

    /// Begins an undoing that a maintenance job does part by part.
    pub async fn begin_undo(
        &self,
        id: i64,
        by: &str,
        job: impl Fn(i64) -> NewJob + Send + Sync,
        now: Timestamp,
    ) -> Result<OperationRow, StoreError> {
        let job_ids = self.job_ids.take(&self.db, 1).await?;
        let row = transaction!(self.db, Size::Small, |tx| {
            let mut tally = Tally::default();
            let undo = begin_undo(tx, id, by, job_ids.first().copied(), now).await?;
            jobs::enqueue(tx, &[job(undo)], &job_ids, Source::Work, now, &mut tally).await?;
            tally.write(tx, now).await?;
            operation_in(tx, undo).await
        })?;
        self.signals.jobs_added();
        Ok(row)
    }

    /// What an operation would do, told by doing it and taking it back.
    pub async fn try_operation(
        &self,
        deeds: &Deeds,
        ids: &[i64],
        now: Timestamp,
    ) -> Result<(u64, BTreeMap<String, u64>), StoreError> {
        check_part(ids)?;
        let job_ids = self.numbers_for(deeds, ids.len()).await?;
        let mut told = None;
        let taken_back: Result<(), StoreError> = transaction!(self.db, Size::Bulk, |tx| {
            let outcomes = apply(tx, deeds, ids, &job_ids, now, &mut Tally::default()).await?;
            told = Some((outcomes.updated(), outcomes.skips().clone()));
            Err(StoreError::Invalid("tried out".into()))
        });
        match (told, taken_back) {
            (Some(told), Err(StoreError::Invalid(_))) => Ok(told),
            (_, Err(error)) => Err(error),
            (_, Ok(())) => Err(StoreError::Corrupt("what was tried out was written".into())),
        }
    }

    /// Ends an operation that is under way; whether it was.
    pub async fn end_operation(
        &self,
        id: i64,
        state: OperationState,
        error: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        transaction!(self.db, Size::Small, |tx| { finish(tx, id, state, error, now).await })
    }

    /// An operation.
    pub async fn operation(&self, id: i64) -> Result<OperationRow, StoreError> {
        let row = self
            .db
            .row(sql_built(format!("SELECT {COLUMNS} FROM operations WHERE id = $1")).bind(id))
            .await?;
        OperationRow::read(&row.ok_or_else(|| StoreError::not_found("operation", id))?)
    }

    /// Operations, newest first, with smaller numbers than `before`.
    pub async fn operations(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<OperationRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM operations WHERE id < $1 ORDER BY id DESC LIMIT $2");
        let rows =
            self.db.rows(sql_built(text).bind(before.unwrap_or(i64::MAX)).bind(limit.min(500))).await?;
        rows.iter().map(OperationRow::read).collect()
    }

    /// Forgets what is kept to take operations back whose time for that is over; how many operations that were.
    pub async fn prune_operations(&self, limit: usize, now: Timestamp) -> Result<u64, StoreError> {
        transaction!(self.db, Size::Bulk, |tx| {
            let text = "SELECT id FROM operations WHERE undo_until < $1 ORDER BY undo_until LIMIT $2";
            let rows = tx.rows(sql(text).bind(now).bind(limit)).await?;
            let ids = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
            tx.run_ids("DELETE FROM operation_parts WHERE operation_id IN ({ids})", &[], &ids).await?;
            tx.run_ids("UPDATE operations SET undo_until = NULL WHERE id IN ({ids})", &[], &ids).await
        })
    }

    /// Numbers for the jobs that a part may queue.
    async fn numbers_for(&self, deeds: &Deeds, records: usize) -> Result<Vec<i64>, StoreError> {
        match deeds {
            Deeds::Jobs(_) => Ok(Vec::new()),
            Deeds::Records(_) => self.job_ids.take(&self.db, records).await,
        }
    }

    fn tell(&self, revoked: bool) {
        if revoked {
            self.signals.leases_revoked();
        }
        // Jobs may have come to stand before the place that claims have come to.
        self.frontiers.forget();
        self.signals.jobs_added();
    }
}

fn check_part(ids: &[i64]) -> Result<(), StoreError> {
    if ids.len() > PART_MAX {
        return Err(StoreError::Invalid(format!("{} records in one part: at most {PART_MAX}", ids.len())));
    }
    Ok(())
}

fn undoable(of: &OperationRow, now: Timestamp) -> Result<(), StoreError> {
    let refused = |why: &str| Err(StoreError::Conflict(why.to_owned()));
    if of.undoes.is_some() {
        return refused("an undoing can't be undone");
    }
    if of.undone_by.is_some() {
        return refused("the operation was undone already");
    }
    if !of.state.is_finished() {
        return refused("the operation still goes on: cancel it first");
    }
    match of.undo_until {
        Some(until) if until >= now => Ok(()),
        _ => refused("what it changed is no longer kept, or can't be put back"),
    }
}

async fn begin_undo(
    tx: &mut Tx,
    id: i64,
    by: &str,
    job: Option<i64>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let of = operation_in(tx, id).await?;
    undoable(&of, now)?;
    let new = NewOperation {
        action: of.action,
        change: of.change,
        selection: of.selection,
        total: of.updated,
        up_to: of.up_to,
        undo_until: None,
        undoes: Some(id),
        created_by: by.to_owned(),
    };
    let undo = begin(tx, &new, job, now).await?;
    let text = "UPDATE operations SET undone_by = $2 WHERE id = $1 AND undone_by IS NULL";
    if tx.run(sql(text).bind(id).bind(undo)).await? == 0 {
        return Err(StoreError::Conflict("the operation was undone already".into()));
    }
    Ok(undo)
}

async fn begin(tx: &mut Tx, new: &NewOperation, job: Option<i64>, now: Timestamp) -> Result<i64, StoreError> {
    let text = "INSERT INTO operations (action, change, selection, state, up_to, total, job_id, undoes, undo_until, \
                created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id";
    let state = if job.is_some() { OperationState::Pending } else { OperationState::Running };
    let query = sql(text)
        .bind(&new.action)
        .bind(&new.change)
        .bind(&new.selection)
        .bind(state.as_str())
        .bind(new.up_to)
        .bind(new.total)
        .bind(job)
        .bind(new.undoes)
        .bind(new.undo_until)
        .bind(&new.created_by)
        .bind(now);
    let row = tx.row(query).await?.ok_or_else(|| StoreError::Corrupt("an operation got no number".into()))?;
    row.get(0)
}

/// Moves an operation's cursor; false if it stands elsewhere or the operation was stopped.
async fn move_on(tx: &mut Tx, id: i64, from: i64, to: i64) -> Result<bool, StoreError> {
    let text = "UPDATE operations SET cursor = $3, state = 'running' WHERE id = $1 AND cursor = $2 \
                AND state IN ('pending', 'running')";
    Ok(tx.run(sql(text).bind(id).bind(from).bind(to)).await? == 1)
}

async fn apply(
    tx: &mut Tx,
    deeds: &Deeds,
    ids: &[i64],
    job_ids: &[i64],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<Outcomes, StoreError> {
    match deeds {
        Deeds::Jobs(change) => job_changes::change(tx, change, ids, now, tally).await,
        Deeds::Records(change) => records::change(tx, change, ids, job_ids, now, tally).await,
    }
}

/// Adds what became of a part to its operation, and keeps how it was if that may be asked for.
async fn note_part(
    tx: &mut Tx,
    id: i64,
    outcomes: Outcomes,
    keep: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = operation_in(tx, id).await?;
    let mut skipped = before.skipped;
    for (reason, count) in outcomes.skips() {
        *skipped.entry(reason.clone()).or_default() += count;
    }
    let text = "UPDATE operations SET matched = matched + $2, updated = updated + $3, skipped = $4, parts = parts + 1 \
                WHERE id = $1";
    let query = sql(text).bind(id).bind(outcomes.matched()).bind(outcomes.updated()).bind(json(&skipped)?);
    tx.run(query).await?;
    if keep && outcomes.updated() > 0 {
        let text = "INSERT INTO operation_parts (operation_id, part, changes) VALUES ($1, $2, $3)";
        tx.run(sql(text).bind(id).bind(before.parts).bind(json(&outcomes.kept(now))?)).await?;
    }
    Ok(())
}

async fn undo_next(
    tx: &mut Tx,
    undo: i64,
    deeds: &Deeds,
    job_ids: &[i64],
    now: Timestamp,
    tally: &mut Tally,
) -> Result<(PartDone, bool), StoreError> {
    let row = operation_in(tx, undo).await?;
    let Some(of) = row.undoes else { return Err(StoreError::Invalid("this operation undoes none".into())) };
    if !move_on(tx, undo, row.cursor, row.cursor + 1).await? {
        return Ok((PartDone::NotNow(operation_in(tx, undo).await?), false));
    }
    let text =
        "SELECT changes FROM operation_parts WHERE operation_id = $1 ORDER BY part DESC LIMIT 1 OFFSET $2";
    let part = tx.row(sql(text).bind(of).bind(row.cursor)).await?;
    let Some(part) = part else {
        finish(tx, undo, OperationState::Complete, None, now).await?;
        return Ok((PartDone::Done(operation_in(tx, undo).await?), false));
    };
    let part: Part = serde_json::from_str(&part.get::<String>(0)?)
        .map_err(|error| StoreError::Corrupt(format!("what an operation changed: {error}")))?;
    let at = Timestamp(part.at);
    let changed = part.records();
    let outcomes = match deeds {
        Deeds::Jobs(change) => job_changes::take_back(tx, change, &changed, at, now, tally).await?,
        Deeds::Records(change) => records::take_back(tx, change, &changed, job_ids, now, tally).await?,
    };
    let revoked = outcomes.revoked;
    note_part(tx, undo, outcomes, false, now).await?;
    Ok((PartDone::Done(operation_in(tx, undo).await?), revoked))
}

async fn finish(
    tx: &mut Tx,
    id: i64,
    state: OperationState,
    error: Option<&str>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let text = "UPDATE operations SET state = $2, error = $3, finished_at = $4 WHERE id = $1 \
                AND state IN ('pending', 'running')";
    Ok(tx.run(sql(text).bind(id).bind(state.as_str()).bind(Value::from(error)).bind(now)).await? == 1)
}

async fn operation_in(tx: &mut Tx, id: i64) -> Result<OperationRow, StoreError> {
    let row = tx.row(sql_built(format!("SELECT {COLUMNS} FROM operations WHERE id = $1")).bind(id)).await?;
    OperationRow::read(&row.ok_or_else(|| StoreError::not_found("operation", id))?)
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Refused(error.to_string()))
}
