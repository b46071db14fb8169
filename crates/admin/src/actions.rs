//! The actions, by area: each file is one.

pub mod curate;
pub mod job;
pub mod operation;
pub mod queue;
pub mod sitemap_import;
