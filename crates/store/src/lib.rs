//! What is kept: all SQL of the product, one text for SQLite and PostgreSQL alike.
//!
//! Every method of [`Store`] is one unit of work and one transaction; it takes slices or parameter structs and the
//! time, and no method hands out a connection. What must differ between the databases stands in `dialect` alone.

mod admin;
mod catalog;
mod cluster;
mod db;
mod dialect;
mod effect;
mod error;
mod gate;
mod jobs;
mod maintenance;
mod operation;
mod options;
mod server;
mod sql;
mod store;
mod subjects;
mod time;

pub use admin::{
    ArtifactRow, Attempt, AuditClosing, AuditEntry, AuditFilter, AuditKey, AuditKeyring, AuditOpening,
    AuditPage, AuditPruned, AuditRecord, AuditVerdict, DatabaseStatus, Deeds, EXPORTS, KeyState,
    NewOperation, NewSession, NewToken, NewUser, OperationRow, OperationState, PartDone, RequestKey,
    SessionRow, SessionUse, SigningKey, TableSize, ThrottleRule, Throttled, TokenRow, TokenUse, UserChange,
    UserRow,
};
pub use catalog::{
    ContactFilter, ContactRow, ContactView, Curated, Cursor, Deed, DomainFilter, DomainRow, Listed,
    MOST_LISTED, MOST_SKIPPED, NewDomain, PageFilter, PageRow, PageVersion, RecordChange, RecordFilter,
    ScanState, ScannedDomain, SitemapFileFilter, SitemapFileRow, Slice, Sorting, Total,
};
pub use cluster::{
    AlertEvent, AlertFilter, AlertRow, AlertWatch, DeclaredWorker, Delivery, Duty, HostGrant, HostRow,
    KeptHost, LeftBehind, LookedThrough, ManagerPolicy, ManagerRow, NewAlert, NewNode, NewWorker, NodeOrder,
    NodeRow, NodeTarget, Order, Period, RecordsLeftBehind, Rollup, ServiceReport, ServiceRow, ServiceWish,
    StuckJobs, StuckLimits, SystemFlag, SystemFlagRow, SystemState, Term, TermRow, WorkerChange,
    WorkerReport, WorkerRow, WorkerTarget,
};
pub use dialect::Dialect;
pub use effect::{
    Change, DomainAnalysed, Effect, FileImported, FileRead, FilesFound, FollowUp, FoundContact, FoundFile,
    FoundPage, PageScraped, PageUnchanged, PagesFound,
};
pub use error::StoreError;
pub use jobs::{
    Ahead, AttemptView, Cancelled, Deleted, FORCED, JobChange, JobChanged, JobCounts, JobCursor, JobFilter,
    JobView, MOST_JOBS, Minute, Prune, Pruned, Retried, RunTimes,
};
pub use maintenance::Backup;
pub use options::{ServerOptions, StoreOptions};
pub use store::Store;
