//! The actions, by area: each file is one.

pub mod alert;
pub mod curate;
pub mod dashboard;
pub mod database;
pub mod job;
pub mod manager;
pub mod operation;
pub mod queue;
pub mod service;
pub mod sitemap_import;
pub mod system;
pub mod token;
pub mod user;
pub mod worker;

/// A payload without fields.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
