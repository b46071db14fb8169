//! The audit log: entries that are written once, each chained to the one before it on whatever node it was written.

mod append;
mod chain;
mod list;
mod prune;
mod verify;

use clock::Timestamp;
use model::{AuditLevel, AuditOutcome};

pub use chain::{AuditKey, AuditKeyring};
pub use prune::AuditPruned;
pub use verify::AuditVerdict;

/// What is known before a deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditOpening {
    /// When.
    pub at: Timestamp,
    /// What kind of deed.
    pub level: AuditLevel,
    /// The action's type.
    pub action: String,
    /// The public id of the user or token, if there is one.
    pub actor_id: Option<String>,
    /// The name, proved or (when signing in) only claimed.
    pub actor_name: Option<String>,
    /// The role at that time.
    pub role: Option<String>,
    /// How it was proved.
    pub means: Option<String>,
    /// The address of the client.
    pub ip: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// What ties requests together.
    pub trace_id: Option<String>,
    /// This request alone.
    pub request_id: Option<String>,
    /// What kind of thing it is done on.
    pub subject_kind: Option<String>,
    /// The public id or name of that thing.
    pub subject_id: Option<String>,
    /// JSON: the selector, without secrets.
    pub selector: Option<String>,
    /// JSON: the parameters, without secrets.
    pub parameters: Option<String>,
}

/// How many texts of an opening may be absent.
const OPENING_TEXTS: usize = 12;

impl AuditOpening {
    /// The texts that may be absent, in the order of their columns and of the bytes under the hash.
    const fn texts(&self) -> [&Option<String>; OPENING_TEXTS] {
        [
            &self.actor_id,
            &self.actor_name,
            &self.role,
            &self.means,
            &self.ip,
            &self.user_agent,
            &self.trace_id,
            &self.request_id,
            &self.subject_kind,
            &self.subject_id,
            &self.selector,
            &self.parameters,
        ]
    }
}

/// What is known after a deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditClosing {
    /// The record that is closed.
    pub record: i64,
    /// When.
    pub at: Timestamp,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// The stable code of the error.
    pub code: Option<String>,
    /// A sentence.
    pub message: Option<String>,
    /// JSON: what was counted.
    pub counts: Option<String>,
    /// How long it took, in milliseconds.
    pub duration_ms: i64,
}

impl AuditClosing {
    /// The texts that may be absent, in the order of their columns and of the bytes under the hash.
    const fn texts(&self) -> [&Option<String>; 3] {
        [&self.code, &self.message, &self.counts]
    }
}

/// One entry to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditEntry {
    /// Before a deed.
    Opened(Box<AuditOpening>),
    /// After it.
    Closed(AuditClosing),
}

/// A deed as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its number: that of its opening entry.
    pub number: i64,
    /// What was known before it.
    pub opening: AuditOpening,
    /// How it ended; open or interrupted if it has no closing entry.
    pub outcome: AuditOutcome,
    /// What was known after it.
    pub closing: Option<AuditClosing>,
}

/// Which records are wanted; what is left out means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// By someone of this name.
    pub actor_name: Option<String>,
    /// By the user or token with this public id.
    pub actor_id: Option<String>,
    /// Of this action, or of this area (`job.*`).
    pub action: Option<String>,
    /// Of this kind.
    pub level: Option<AuditLevel>,
    /// On this kind of thing.
    pub subject_kind: Option<String>,
    /// On the thing with this public id or name.
    pub subject_id: Option<String>,
    /// That ended like this.
    pub outcome: Option<AuditOutcome>,
    /// From this address.
    pub ip: Option<String>,
    /// With this trace id.
    pub trace_id: Option<String>,
    /// Opened at this time or later.
    pub from: Option<Timestamp>,
    /// Opened before this time.
    pub to: Option<Timestamp>,
    /// With this text in a name, a subject, a parameter, a message or a code; case matters only outside of ASCII.
    pub text: Option<String>,
}

/// Some records, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditPage {
    /// The records.
    pub records: Vec<AuditRecord>,
    /// Where the next page goes on, if there may be one: records with smaller numbers. A page can be short, even
    /// empty, and still have a next one.
    pub next: Option<i64>,
}
