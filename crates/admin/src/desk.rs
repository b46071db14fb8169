//! Where an action works: the store, the clock, who asked for it, and what this process offers beyond its store.

use std::path::PathBuf;
use std::sync::Arc;

use clock::{SharedClock, Timestamp};
use engine::JobId;
use model::{PublicId, RecordKind};
use serde_json::Value;
use store::Store;

use crate::authorize::Maintenance;
use crate::circuit::Breakers;
use crate::error::ActionError;
use crate::identity::{Identity, Origin, Principal};

/// What those who are refused are told if nobody wrote anything else.
pub(crate) const MAINTAINED: &str = "the system is being maintained; reading works, changes must wait";
/// When they may try again if nobody said, in seconds.
pub(crate) const MAINTENANCE_RETRY_S: u64 = 300;

/// What all actions of a process share.
#[derive(Debug)]
pub struct Surroundings {
    /// What is kept.
    pub store: Arc<Store>,
    /// Where the time comes from.
    pub clock: SharedClock,
    /// What keeps failing.
    pub breakers: Breakers,
    /// People, sessions and tokens.
    pub identity: Arc<Identity>,
    /// Where backups stand.
    pub backups: PathBuf,
    /// Most records that a bulk action changes at once; more are left to a maintenance job.
    pub at_once_max: usize,
}

/// Where one action works.
#[derive(Clone, Debug)]
pub struct Desk {
    /// What all actions share.
    pub shared: Arc<Surroundings>,
    /// Who asked for it.
    pub principal: Principal,
    /// From where.
    pub origin: Origin,
    /// When it began.
    pub now: Timestamp,
}

impl Desk {
    /// What is kept.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Who is noted as having asked for it.
    pub fn by(&self) -> &str {
        &self.principal.name
    }

    /// What whoever maintains the system has told, while it is being maintained.
    pub async fn maintenance(&self) -> Result<Option<Maintenance>, ActionError> {
        let Some(flag) = self.store().system_state().await?.maintenance else { return Ok(None) };
        let detail: Value = serde_json::from_str(&flag.detail).unwrap_or_default();
        let message = detail.get("message").and_then(Value::as_str).unwrap_or(MAINTAINED).to_owned();
        let seconds = detail.get("retry_after_s").and_then(Value::as_u64).unwrap_or(MAINTENANCE_RETRY_S);
        Ok(Some(Maintenance { message, retry_after_ms: seconds.saturating_mul(1_000) }))
    }

    /// The number behind a job's id.
    pub fn job(&self, id: PublicId) -> Result<JobId, ActionError> {
        self.number("job", RecordKind::Job, id).map(JobId)
    }

    /// The number behind an id that must name a record of that kind.
    pub fn number(&self, what: &str, kind: RecordKind, id: PublicId) -> Result<i64, ActionError> {
        kind.number(id).ok_or_else(|| ActionError::not_found(what, id))
    }
}
