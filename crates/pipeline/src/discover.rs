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
use store::{Change, DomainAnalysed, DomainRow, Effect, FilesFound, PagesFound, SitemapFileRow};

use crate::discover::candidates::Candidates;
use crate::discover::home::Home;
use crate::discover::probe::{Found, Known, KnownFile};
use crate::discover::verdict::Verdict;
use crate::listing::Listing;
use crate::scope::Scope;
use crate::{Pipeline, fingerprint, import, listed, plan};

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
        let known = self.known(&domain).await?;
        let mut search = Search { pipeline: &self.0, domain: &domain, home, cx, known, found, patience };
        search.run().await?;
        search.done(job)
    }
}

impl Discover {
    /// The sitemap files that the domain is known to have, but those that an index lists.
    async fn known(&self, domain: &DomainRow) -> Result<Known, Failure> {
        let rows = self.0.store.sitemap_files_below(domain.id, None).await.map_err(crate::store_failure)?;
        let read_as = fingerprint::of_files(&self.0, domain);
        let known = |row: &SitemapFileRow| {
            let validators = import::version(row, &read_as).filter(|version| !version.is_empty())?;
            Some((row.url.clone(), KnownFile { file: listed::again(row)?, validators }))
        };
        Ok(rows.iter().filter_map(known).collect())
    }
}

/// One search of one domain.
struct Search<'a> {
    pipeline: &'a Pipeline,
    domain: &'a DomainRow,
    home: Home,
    cx: &'a JobContext<Effect>,
    known: Known,
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
            let now = self.cx.now();
            probe::look(self.pipeline, candidate, &self.known, &mut self.found, now, self.patience).await?;
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
        let pages = self.home_pages(job);
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

    /// What the home page links to on its own site. Of a site with sitemaps only the links to contact pages and the like
    /// are taken: sitemaps often leave these out. Of one without, that and the home page itself is all there is.
    fn home_pages(&self, job: &Job) -> Option<PagesFound> {
        self.home.page.as_ref()?;
        let profile = self.pipeline.profile(self.domain);
        let scope = Scope::new(&self.domain.domain, self.home.origin.as_str());
        let mut listing = Listing::new(&self.pipeline.rules, profile, scope);
        let has_sitemap = !self.found.files.is_empty();
        if !has_sitemap {
            listing.add_selected(self.home.url.as_str());
        }
        let only = has_sitemap.then(|| listing.telling());
        for link in self.home.hints.links.iter().take(HOME_LINKS_MAX) {
            listing.add_link(&link.url, &link.text, only);
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
