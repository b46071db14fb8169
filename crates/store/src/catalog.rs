//! The catalogue in SQL: domains, sitemap files, pages and contacts.

mod apply;
mod contacts;
mod domains;
mod files;
mod pages;

pub(crate) use apply::apply;
pub use contacts::ContactRow;
pub use domains::{DomainRow, NewDomain, ScanState, ScannedDomain};
pub use files::SitemapFileRow;
