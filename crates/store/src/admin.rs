//! The control plane's tables: people, sessions, tokens, keys, sign-in attempts, and the audit log.

mod audit;
mod keys;
mod sessions;
mod throttle;
mod tokens;
mod users;

pub use audit::{
    AuditClosing, AuditEntry, AuditFilter, AuditKey, AuditKeyring, AuditOpening, AuditPage, AuditPruned,
    AuditRecord, AuditVerdict,
};
pub use keys::SigningKey;
pub use sessions::{NewSession, SessionRow, SessionUse};
pub use throttle::{Attempt, ThrottleRule, Throttled};
pub use tokens::{NewToken, TokenRow, TokenUse};
pub use users::{NewUser, UserChange, UserRow};
