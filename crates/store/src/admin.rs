//! The control plane's tables: people, sessions, tokens, keys, sign-in attempts, the audit log, kept answers, bulk
//! operations and files to download.

mod artifacts;
mod audit;
mod database;
mod idempotency;
mod keys;
mod operations;
mod sessions;
mod throttle;
mod tokens;
mod users;

pub use artifacts::ArtifactRow;
pub use audit::{
    AuditClosing, AuditEntry, AuditFilter, AuditKey, AuditKeyring, AuditOpening, AuditPage, AuditPruned,
    AuditRecord, AuditVerdict,
};
pub use database::{DatabaseStatus, EXPORTS, TableSize};
pub use idempotency::{KeyState, RequestKey};
pub use keys::SigningKey;
pub use operations::{Deeds, NewOperation, OperationRow, OperationState, PartDone};
pub use sessions::{NewSession, SessionRow, SessionUse};
pub use throttle::{Attempt, ThrottleRule, Throttled};
pub use tokens::{NewToken, TokenRow, TokenUse};
pub use users::{NewUser, UserChange, UserRow};
