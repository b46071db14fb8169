//! The catalogue in SQL: domains, sitemap files, pages and contacts.

mod apply;
pub(crate) mod change;
mod contacts;
mod domains;
mod files;
mod lists;
mod pages;
mod select;

pub(crate) use apply::{Record, apply, follow};
pub use change::{Curated, Deed, RecordChange};
pub use contacts::ContactRow;
pub(crate) use domains::word;
pub use domains::{DomainRow, NewDomain, ScanState, ScannedDomain};
pub use files::SitemapFileRow;
pub use lists::{
    ContactFilter, ContactView, Cursor, DomainFilter, Listed, MOST_LISTED, MOST_SKIPPED, PageFilter, PageRow,
    SitemapFileFilter, Slice, Sorting, Total,
};
pub use pages::PageVersion;
pub use select::RecordFilter;
