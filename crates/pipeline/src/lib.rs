//! The stages: discover, import, scrape; and the rules between them.
//!
//! Each stage is one room that reads one record, does its slow work and returns an effect; [`plan`] says which job
//! follows which. Absences to keep: no SQL stands here, no HTTP server is known, and no stage writes by itself.

pub mod classify;
mod discover;
mod failure;
mod fingerprint;
mod handover;
mod import;
pub mod intake;
mod listed;
mod listing;
pub mod plan;
mod scope;
mod scrape;
pub mod submit;

use std::sync::Arc;

use engine::{Failure, Stages};
use fetch::Fetcher;
use store::{DomainRow, Effect, FollowUp, Store, StoreError};

pub use discover::Discover;
pub use import::Import;
pub use scrape::Scrape;

use crate::classify::{Profile, Rules};
use crate::handover::Handover;

/// What all stages share.
#[derive(Debug)]
pub struct Pipeline {
    /// Where records are kept.
    pub store: Arc<Store>,
    /// The way to the outside web.
    pub fetcher: Fetcher,
    /// How pages are classified.
    pub rules: Rules,
    /// What can be set.
    pub settings: Settings,
    handover: Handover,
}

/// What can be set about the stages.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The limits of sitemap files.
    pub sitemap: sitemap::Limits,
    /// The country whose national phone numbers are read, ISO 3166-1 alpha-2; none to infer it page by page.
    pub region: Option<String>,
    /// Who is noted as having asked for follow-up jobs.
    pub created_by: Option<String>,
}

impl Pipeline {
    /// The stages' common ground.
    pub fn new(store: Arc<Store>, fetcher: Fetcher, rules: Rules, settings: Settings) -> Arc<Self> {
        Arc::new(Self { store, fetcher, rules, settings, handover: Handover::default() })
    }

    /// The selection profile of a domain; the usual one if the stored word is none.
    fn profile(&self, domain: &DomainRow) -> Profile {
        domain.select_profile.parse().unwrap_or_default()
    }

    /// The jobs that import the files of a domain; none if a person is to choose them.
    fn imports(&self, domain: &DomainRow) -> Option<FollowUp> {
        domain.auto_import.then(|| plan::imports(self.settings.created_by.clone()))
    }

    /// The jobs that scrape the selected pages of a domain; none if that is not wanted.
    fn scrapes(&self, domain: &DomainRow) -> Option<FollowUp> {
        domain.auto_scrape.then(|| plan::scrapes(self.settings.created_by.clone()))
    }

    /// All stages, ready for a worker.
    pub fn stages(self: &Arc<Self>) -> Stages<Effect> {
        Stages::new().with(Discover(self.clone())).with(Import(self.clone())).with(Scrape(self.clone()))
    }
}

/// What a failing store means for a job: it is tried again.
fn store_failure(error: StoreError) -> Failure {
    Failure::retry("store_unavailable", error.to_string())
}
