//! The first stage: where a domain lives, and which sitemap files it has.
//!
//! In this order: the home page (it shows which host answers, and carries hints), robots.txt and all its `Sitemap:`
//! lines, the paths where sitemaps usually stand, the home page's hints. If no file is found, the pages that the
//! home page links to are recorded, so that a small site without a sitemap still gives its contacts.

mod candidates;
mod hints;
mod home;
mod probe;
mod verdict;

use std::sync::Arc;

use engine::{Done, Failure, Job, JobContext, QueueName, Stage};
use model::DomainId;
use store::{Change, DomainAnalysed, DomainRow, Effect, FilesFound, PagesFound};

use crate::discover::candidates::Candidates;
use crate::discover::home::Home;
use crate::discover::probe::Found;
use crate::discover::verdict::Verdict;
use crate::listing::Listing;
use crate::scope::Scope;
use crate::{Pipeline, plan};

/// How many pages are taken from the home page of a site without sitemaps.
const HOME_LINKS_MAX: usize = 500;

/// The discovery stage.
#[derive(Clone, Debug)]
pub struct Discover(pub Arc<Pipeline>);

impl Stage<Effect> for Discover {
    fn queue(&self) -> QueueName {
        plan::DISCOVERY
    }

    async fn run(&self, job: &Job, cx: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        let domain_id = DomainId(job.subject.as_ref().map_or(0, |subject| subject.id));
        let domain = self.0.store.domain(domain_id).await.map_err(crate::store_failure)?;
        let domain =
            domain.ok_or_else(|| Failure::fatal("gone", "the domain is no longer in the catalogue"))?;
        cx.progress(5, "looking for the home page");
        let home = home::find(&self.0.fetcher, &domain, cx).await?;
        let patience = job.attempt < job.max_attempts;
        let found = Found::default();
        let mut search = Search { pipeline: &self.0, domain: &domain, home, cx, found, patience };
        search.run().await?;
        search.done(job)
    }
}

/// One search of one domain.
struct Search<'a> {
    pipeline: &'a Pipeline,
    domain: &'a DomainRow,
    home: Home,
    cx: &'a JobContext<Effect>,
    found: Found,
    /// Whether a host that asks for time gets it: there will be another attempt.
    patience: bool,
}

impl Search<'_> {
    async fn run(&mut self) -> Result<(), Failure> {
        let robots = self.pipeline.fetcher.robots(&self.home.origin).await;
        let robots = robots.map_err(|error| crate::failure::of_fetch(&error, self.cx.now()))?;
        self.cx.progress(15, "reading robots.txt");
        self.probe(Candidates::listed(&robots.sitemaps(&self.home.origin))).await?;
        self.cx.progress(40, "trying the usual paths");
        if self.found.files.is_empty() {
            self.probe(Candidates::usual(&self.home.origin)).await?;
        } else {
            self.probe(Candidates::likely(&self.home.origin)).await?;
        }
        self.cx.progress(70, "reading the home page's hints");
        self.probe(Candidates::hinted(&self.home.hints.sitemaps)).await?;
        if self.found.files.is_empty()
            && let Some(twin) = home::twin(&self.home.origin)
        {
            self.probe(Candidates::likely(&twin)).await?;
        }
        if self.found.files.is_empty() {
            self.probe(Candidates::hinted(&self.home.hints.feeds)).await?;
        }
        Ok(())
    }

    async fn probe(&mut self, candidates: Candidates) -> Result<(), Failure> {
        for candidate in candidates.0 {
            probe::look(self.pipeline, candidate, &mut self.found, self.cx.now(), self.patience).await?;
        }
        Ok(())
    }

    fn done(self, job: &Job) -> Result<Done<Effect>, Failure> {
        let verdict = Verdict::of(&self.home, &self.found);
        if let Some(failure) = verdict.failure() {
            return Err(failure);
        }
        let domain = self.domain;
        let base_url = self.home.origin.as_str().to_owned();
        let pages = if self.found.files.is_empty() { self.home_pages(job) } else { None };
        let result = serde_json::json!({ "sitemap_files": self.found.files.len(), "note": verdict.note() });
        let mut changes = vec![Change::DomainAnalysed(DomainAnalysed {
            domain_id: domain.id,
            base_url,
            note: verdict.note(),
        })];
        changes.push(Change::FilesFound(FilesFound {
            domain_id: domain.id,
            files: self.found.files,
            import: self.pipeline.imports(domain),
        }));
        changes.extend(pages.map(Change::PagesFound));
        Ok(Done::with(Effect(changes)).result(result.to_string()))
    }

    /// The home page and what it links to on its own site: all there is of a site without sitemaps. The home page
    /// itself is always read then.
    fn home_pages(&self, job: &Job) -> Option<PagesFound> {
        let profile = self.pipeline.profile(self.domain);
        let scope = Scope::new(&self.domain.domain, self.home.origin.as_str());
        let mut listing = Listing::new(&self.pipeline.rules, profile, scope);
        self.home.page.as_ref()?;
        listing.add_selected(self.home.url.as_str());
        for link in self.home.hints.links.iter().take(HOME_LINKS_MAX) {
            listing.add(link, None);
        }
        let max_pages = self.domain.max_pages;
        Some(PagesFound {
            domain_id: self.domain.id,
            sitemap_file_id: None,
            counted_job_id: job.id.0,
            pages: listing.take(max_pages.is_some()),
            max_pages,
            scrape: self.pipeline.scrapes(self.domain),
        })
    }
}
