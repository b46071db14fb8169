//! What Sitelode speaks of: domains, sitemap files, pages, contacts, their statuses and pure rules. No IO.

mod audit;
mod cluster;
mod contact;
mod id;
mod page_type;
mod page_url;
mod public_id;
mod role;
mod site;
mod sitemap_file;
mod status;
mod words;

pub use audit::{AuditLevel, AuditOutcome, UnknownAuditLevel, UnknownAuditOutcome};
pub use cluster::{
    ActualState, DesiredState, NodeKind, NodeState, Severity, UnknownActualState, UnknownDesiredState,
    UnknownNodeKind, UnknownNodeState, UnknownSeverity,
};
pub use contact::{ContactKind, UnknownContactKind};
pub use id::{DomainId, PageId, SitemapFileId};
pub use page_type::{PageType, PriorityLevel, UnknownPageType};
pub use page_url::{LOC_BYTES_MAX, PageUrl, PageUrlError};
pub use public_id::{NotAnId, PublicId, RecordKind};
pub use role::{Role, UnknownRole};
pub use site::{Site, SiteError};
pub use sitemap_file::{FoundBy, SitemapType, UnknownFoundBy, UnknownSitemapType};
pub use status::{CurationStatus, ProcessingStatus, UnknownProcessingStatus, UnknownStatus};
