//! The words of the audit log: what kind of deed a record is of, and how it ended.

use crate::words::words;

/// What kind of deed a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditLevel {
    /// Something was looked at.
    Read,
    /// Something was to be changed.
    Write,
    /// Somebody proved, or failed to prove, who they are.
    SignIn,
}

words! { AuditLevel, UnknownAuditLevel, "audit level", {
    Read => "read",
    Write => "write",
    SignIn => "sign_in",
}}

/// How a deed ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditOutcome {
    /// It is still being done. Read from the log, never written.
    Open,
    /// It was done.
    Done,
    /// Its work was taken in, and is done by a job.
    Accepted,
    /// It was only tried out; nothing was changed.
    DryRun,
    /// The answer to the same request was given again; nothing was done anew.
    Replayed,
    /// It was refused: by role, by limit, by state, or as badly asked for.
    Denied,
    /// It was begun and failed.
    Failed,
    /// The process ended in the middle of it. Read from the log, never written.
    Interrupted,
}

words! { AuditOutcome, UnknownAuditOutcome, "audit outcome", {
    Open => "open",
    Done => "done",
    Accepted => "accepted",
    DryRun => "dry_run",
    Replayed => "replayed",
    Denied => "denied",
    Failed => "failed",
    Interrupted => "interrupted",
}}
