//! The audit log: a record is opened before each deed and closed after it, and nothing in it can be changed unseen.

mod export;
mod keys;
mod redact;
mod view;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use clock::{SharedClock, Timestamp};
use model::{AuditLevel, AuditOutcome, PublicId, RecordKind};
use serde_json::Value;
use store::{AuditClosing, AuditEntry, AuditFilter, AuditOpening, AuditVerdict, Store, StoreError};

use self::keys::Keys;
use self::writer::Writer;
use crate::identity::{Origin, Principal};

pub use self::export::{ExportFormat, csv_cell, export_head, export_line};
pub use self::view::RecordView;
pub(crate) use self::view::rfc3339;

/// Most rounds of pruning in one go; each takes thousands of entries.
const PRUNE_ROUNDS_MAX: usize = 1_000;

/// What is known before a deed.
#[derive(Clone, Debug)]
pub struct Opening<'a> {
    /// The action's type, such as `job.retry` or `session.sign_in`.
    pub action: &'a str,
    /// What kind of deed.
    pub level: AuditLevel,
    /// Who does it; none if nobody proved to be anybody.
    pub principal: Option<&'a Principal>,
    /// From where.
    pub origin: &'a Origin,
    /// On what, if on one thing.
    pub subject: Option<Subject>,
    /// On what, if on many: the selector as it was given.
    pub selector: Option<&'a Value>,
    /// The parameters as they were given; secrets are taken out here.
    pub parameters: &'a Value,
    /// Parameters that are secret beside those whose names say so.
    pub secret_fields: &'a [&'a str],
}

/// What a deed is done on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What kind of thing, such as `job`.
    pub kind: String,
    /// Its public id or its name.
    pub id: String,
}

/// What is known after a deed.
#[derive(Clone, Debug)]
pub struct Closing<'a> {
    /// How it ended.
    pub outcome: AuditOutcome,
    /// The stable code of the error, if it did not end well.
    pub code: Option<&'a str>,
    /// What it did or what went wrong, in a sentence without secrets.
    pub message: Option<&'a str>,
    /// What was counted, such as `{"matched": 3, "updated": 2}`.
    pub counts: Option<&'a Value>,
}

impl Closing<'_> {
    /// That it ended like this, with nothing more to say.
    pub const fn of(outcome: AuditOutcome) -> Self {
        Self { outcome, code: None, message: None, counts: None }
    }
}

/// A record that was opened and is to be closed.
#[derive(Debug)]
#[must_use = "a record that is not closed shows as interrupted"]
pub struct OpenRecord {
    /// Its number; none if deeds of its level are not recorded.
    number: Option<i64>,
    since: Duration,
}

impl OpenRecord {
    /// The id of the record as the API shows it.
    pub fn id(&self) -> Option<PublicId> {
        self.number.map(|number| RecordKind::Audit.id(number))
    }
}

/// How the log is kept.
#[derive(Clone, Debug)]
pub struct AuditSettings {
    /// Whether deeds that only look are recorded.
    pub reads: bool,
    /// Secrets that seal the log, the newest first; none for a key that is made and kept in the database. A key that
    /// is kept elsewhere also stands against those who can write to the database.
    pub keys: Vec<Vec<u8>>,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self { reads: true, keys: Vec::new() }
    }
}

/// The door to the audit log.
#[derive(Debug)]
pub struct Audit {
    store: Arc<Store>,
    clock: SharedClock,
    settings: AuditSettings,
    keys: Arc<Keys>,
    writer: Writer,
}

impl Audit {
    /// Over this store, as is usual. To be called within a Tokio runtime.
    pub fn new(store: Arc<Store>, clock: SharedClock) -> Self {
        Self::with(store, clock, AuditSettings::default())
    }

    /// Over this store, with these settings. To be called within a Tokio runtime.
    pub fn with(store: Arc<Store>, clock: SharedClock, settings: AuditSettings) -> Self {
        let keys = Arc::new(Keys::new(settings.keys.clone()));
        let writer = Writer::start(Arc::clone(&store), Arc::clone(&keys), Arc::clone(&clock));
        Self { store, clock, settings, keys, writer }
    }

    /// Opens a record: it is in the database when this returns. If it fails, the deed is not to be done.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn open(&self, opening: Opening<'_>) -> Result<OpenRecord, StoreError> {
        let since = self.clock.elapsed();
        if opening.level == AuditLevel::Read && !self.settings.reads {
            return Ok(OpenRecord { number: None, since });
        }
        let entry = AuditEntry::Opened(Box::new(opening.to_entry(self.store.now())));
        Ok(OpenRecord { number: Some(self.writer.write(entry).await?), since })
    }

    /// Opens a record of somebody who only says who they are.
    pub(crate) async fn open_claimed(
        &self,
        opening: Opening<'_>,
        name: &str,
    ) -> Result<OpenRecord, StoreError> {
        let since = self.clock.elapsed();
        let mut entry = opening.to_entry(self.store.now());
        entry.actor_name = Some(redact::text(name));
        Ok(OpenRecord { number: Some(self.writer.write(AuditEntry::Opened(Box::new(entry))).await?), since })
    }

    /// Closes a record.
    ///
    /// # Errors
    /// If the database is away; the record then shows as interrupted.
    pub async fn close(&self, record: OpenRecord, closing: Closing<'_>) -> Result<(), StoreError> {
        let Some(number) = record.number else { return Ok(()) };
        let took = self.clock.elapsed().saturating_sub(record.since);
        let entry = AuditEntry::Closed(AuditClosing {
            record: number,
            at: self.store.now(),
            outcome: closing.outcome,
            code: closing.code.map(redact::text),
            message: closing.message.map(redact::text),
            counts: closing.counts.map(|counts| redact::json(counts, &[])),
            duration_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
        });
        self.writer.write(entry).await.map(|_| ())
    }

    /// The record with this number.
    ///
    /// # Errors
    /// If there is none, or the database is away.
    pub async fn record(&self, number: i64) -> Result<RecordView, StoreError> {
        Ok(RecordView::of(&self.store.audit_record(number).await?))
    }

    /// A page of records that fit, newest first, below the number `before`; and where the next page goes on.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn records(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Vec<RecordView>, Option<i64>), StoreError> {
        let page = self.store.audit_records(filter, before, limit).await?;
        Ok((page.records.iter().map(RecordView::of).collect(), page.next))
    }

    /// Verifies the whole log.
    ///
    /// # Errors
    /// If the database is away. A broken log is no error but a verdict.
    pub async fn verify(&self) -> Result<AuditVerdict, StoreError> {
        self.store.verify_audit(self.keys.ring(&self.store, &*self.clock).await?).await
    }

    /// Seals the log with the newest key, if it holds: after the key was changed.
    ///
    /// # Errors
    /// If the database is away. A broken log is no error but a verdict; it is not sealed anew.
    pub async fn reseal(&self) -> Result<AuditVerdict, StoreError> {
        let ring = self.keys.ring_with_stored(&self.store, &*self.clock).await?;
        self.store.reseal_audit(&ring).await
    }

    /// Takes away what was written before `before`, and leaves sealed stubs; how many entries went.
    ///
    /// # Errors
    /// If the database is away, or entries are missing already.
    pub async fn prune(&self, before: Timestamp, by: &str) -> Result<u64, StoreError> {
        let ring = self.keys.ring(&self.store, &*self.clock).await?;
        let mut gone = 0;
        for _ in 0..PRUNE_ROUNDS_MAX {
            let pruned = self.store.prune_audit(before, by, ring).await?;
            gone += pruned.entries;
            if !pruned.more {
                break;
            }
        }
        Ok(gone)
    }

    /// Waits until all that was asked for is written, and lets go of the store.
    pub async fn finish(self) {
        self.writer.finish().await;
    }
}

impl Opening<'_> {
    fn to_entry(&self, at: Timestamp) -> AuditOpening {
        let principal = self.principal;
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        AuditOpening {
            at,
            level: self.level,
            action: redact::text(self.action),
            actor_id: principal.and_then(Principal::id).map(|id| id.to_string()),
            actor_name: principal.map(|who| redact::text(&who.name)),
            role: principal.map(|who| who.role.as_str().to_owned()),
            means: principal.map(|who| who.means.as_str().to_owned()),
            ip: self.origin.ip.map(|ip| ip.to_string()),
            user_agent: self.origin.user_agent.as_deref().map(redact::text),
            trace_id: some(&redact::text(&self.origin.trace_id)),
            request_id: some(&redact::text(&self.origin.request_id)),
            subject_kind: self.subject.as_ref().map(|subject| redact::text(&subject.kind)),
            subject_id: self.subject.as_ref().map(|subject| redact::text(&subject.id)),
            selector: self.selector.map(|selector| redact::json(selector, self.secret_fields)),
            parameters: Some(redact::json(self.parameters, self.secret_fields)).filter(|json| json != "null"),
        }
    }
}
