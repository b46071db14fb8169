//! The second stage: a sitemap file is streamed, never held whole, and its pages are recorded part by part.

use std::sync::Arc;

use clock::Timestamp;
use engine::{Done, Failure, Job, JobContext, QueueName, Stage};
use fetch::{Request, Response, Validators};
use model::{DomainId, FoundBy, SitemapFileId, SitemapType};
use sitemap::{Entry, Parser};
use store::{
    Change, DomainRow, Effect, FileImported, FileRead, FilesFound, FoundFile, PagesFound, SitemapFileRow,
};
use url::Url;

use crate::handover::{Held, Whole};
use crate::listed::{self, INDEX_FILES_MAX, Listed, extensions, sitemap_type};
use crate::listing::Listing;
use crate::scope::Scope;
use crate::{Pipeline, failure, fingerprint, plan};

/// How many pages are written in one part. Keys are spread over the whole index of pages, so a part of any size
/// touches most of it: few large parts cost far less than many small ones, and still end within a tenth of a second.
const PART_PAGES: usize = 8_192;
/// The import stage.
#[derive(Clone, Debug)]
pub struct Import(pub Arc<Pipeline>);

impl Stage<Effect> for Import {
    fn queue(&self) -> QueueName {
        plan::IMPORT
    }

    async fn run(&self, job: &Job, cx: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        let (domain, file) = self.records(job).await?;
        let Some(body) = self.body(&domain, &file, cx).await? else {
            let changes = vec![
                self.files_again(&domain, &file).await?,
                self.pages_again(&domain, &file, job).await?,
                imported(&file, job, None),
            ];
            return Ok(Done::with(Effect(changes)).result(r#"{"unchanged":true}"#));
        };
        let mut run = Run::new(self, &domain, &file, job, body.base(&file), body.charset());
        run.read(body, cx).await
    }
}

impl Import {
    async fn records(&self, job: &Job) -> Result<(DomainRow, SitemapFileRow), Failure> {
        let id = job.subject.as_ref().map_or(0, |subject| subject.id);
        let domain_id = DomainId(job.domain_id);
        let domain = self.0.store.domain(domain_id).await.map_err(crate::store_failure)?;
        let file =
            self.0.store.sitemap_file(domain_id, SitemapFileId(id)).await.map_err(crate::store_failure)?;
        domain
            .zip(file)
            .ok_or_else(|| Failure::fatal("gone", "the sitemap file is no longer in the catalogue"))
    }

    /// The files that an unchanged index lists: they may have changed all the same.
    async fn files_again(&self, domain: &DomainRow, file: &SitemapFileRow) -> Result<Change, Failure> {
        let pipeline = &*self.0;
        let mut files = Vec::new();
        if file.sitemap_type == Some(SitemapType::Index) {
            let rows = pipeline.store.sitemap_files_below(domain.id, Some(&file.url)).await;
            files.extend(rows.map_err(crate::store_failure)?.iter().filter_map(listed::again));
        }
        Ok(Change::FilesFound(FilesFound { domain_id: domain.id, files, import: pipeline.imports(domain) }))
    }

    /// The selected pages of a file that is unchanged: those read before the domain was last asked for are due again,
    /// as they would be if the file had come whole.
    async fn pages_again(
        &self,
        domain: &DomainRow,
        file: &SitemapFileRow,
        job: &Job,
    ) -> Result<Change, Failure> {
        let pipeline = &*self.0;
        let urls =
            pipeline.store.selected_pages_of(domain.id, file.id).await.map_err(crate::store_failure)?;
        let scope = Scope::new(&domain.domain, &domain.base_url);
        let mut listing = Listing::new(&pipeline.rules, pipeline.profile(domain), scope);
        urls.iter().for_each(|url| listing.add_selected(url));
        Ok(Change::PagesFound(PagesFound {
            domain_id: domain.id,
            // They are not counted for the file: nothing new came.
            sitemap_file_id: None,
            counted_job_id: job.id.0,
            pages: listing.take(false),
            max_pages: domain.max_pages,
            scrape: pipeline.scrapes(domain),
        }))
    }

    /// The body to read; none if the site says that it is unchanged since it was last read.
    async fn body(
        &self,
        domain: &DomainRow,
        file: &SitemapFileRow,
        cx: &JobContext<Effect>,
    ) -> Result<Option<Body>, Failure> {
        match self.0.handover.take(&file.url) {
            Some(Held::Whole(whole)) => return Ok(Some(Body::Held(whole))),
            Some(Held::Unchanged) => return Ok(None),
            None => {}
        }
        let url = Url::parse(&file.url).map_err(|e| Failure::fatal("invalid_url", e.to_string()))?;
        let mut request = Request::sitemap(url);
        // The site itself points at what its robots.txt or an index lists.
        if file.found_by != FoundBy::WellKnown {
            request = request.ignoring_robots();
        }
        request.validators = version(file, &fingerprint::of_files(&self.0, domain));
        let response =
            self.0.fetcher.get(&request).await.map_err(|error| failure::of_fetch(&error, cx.now()))?;
        if let Some(failure) = failure::of_status(&response) {
            return Err(failure);
        }
        Ok((!response.not_modified).then(|| Body::Streamed(Box::new(response))))
    }
}

/// The version of a file that was read, if it was read as it would be now.
pub(crate) fn version(file: &SitemapFileRow, read_as: &str) -> Option<Validators> {
    let usable = file.imported_at.is_some() && file.read_as.as_deref() == Some(read_as);
    usable.then(|| Validators { etag: file.etag.clone(), last_modified: file.last_modified.clone() })
}

/// Where the bytes come from.
enum Body {
    Held(Whole),
    Streamed(Box<Response>),
}

impl Body {
    fn base(&self, file: &SitemapFileRow) -> Option<Url> {
        match self {
            Self::Held(_) => Url::parse(&file.url).ok(),
            Self::Streamed(response) => Some(response.url.clone()),
        }
    }

    fn charset(&self) -> Option<String> {
        match self {
            Self::Held(held) => held.charset.clone(),
            Self::Streamed(response) => response.charset(),
        }
    }
}

/// One reading of one file.
struct Run<'a> {
    pipeline: &'a Pipeline,
    domain: &'a DomainRow,
    file: &'a SitemapFileRow,
    job: &'a Job,
    parser: Parser,
    listing: Listing<'a>,
    children: Vec<FoundFile>,
    pages: u64,
    /// Why the reading ended before the end of the file.
    stopped: Option<String>,
}

impl<'a> Run<'a> {
    fn new(
        import: &'a Import,
        domain: &'a DomainRow,
        file: &'a SitemapFileRow,
        job: &'a Job,
        base: Option<Url>,
        charset: Option<String>,
    ) -> Self {
        let pipeline = &*import.0;
        let scope = Scope::new(&domain.domain, &domain.base_url);
        let options = sitemap::Options { base, charset, limits: pipeline.settings.sitemap.clone() };
        Self {
            pipeline,
            domain,
            file,
            job,
            parser: Parser::new(options),
            listing: Listing::new(&pipeline.rules, pipeline.profile(domain), scope),
            children: Vec::new(),
            pages: 0,
            stopped: None,
        }
    }

    async fn read(&mut self, body: Body, cx: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        match body {
            Body::Held(held) => {
                self.feed(&held.body)?;
                self.done(held.etag, held.last_modified, held.body.len() as u64)
            }
            Body::Streamed(mut response) => {
                self.stream(&mut response, cx).await?;
                let validators = response.validators().unwrap_or_default();
                self.done(validators.etag, validators.last_modified, response.body.wire_bytes())
            }
        }
    }

    /// Reads the body part by part; while one part is written, the next one is read.
    async fn stream(&mut self, response: &mut Response, cx: &JobContext<Effect>) -> Result<(), Failure> {
        let total = response.content_length();
        let mut full = self.fill(response, cx.now()).await?;
        while full {
            cx.progress(percent(response.body.wire_bytes(), total), format!("{} URLs", self.pages));
            let part = Effect(vec![self.part()]);
            let (written, more) =
                tokio::join!(cx.commit_part(part, Vec::new()), self.fill(response, cx.now()));
            written?;
            full = more?;
        }
        Ok(())
    }

    /// Reads until a part is full; `false` at the end of the file.
    async fn fill(&mut self, response: &mut Response, now: Timestamp) -> Result<bool, Failure> {
        while self.stopped.is_none() && !self.parser.is_done() {
            match response.body.chunk().await {
                Ok(Some(chunk)) => self.feed(&chunk)?,
                Ok(None) => break,
                Err(error) => self.cut(&error, now)?,
            }
            if self.listing.len() >= PART_PAGES {
                return Ok(true);
            }
            // A body that is there already never waits: whoever writes the last part must get a turn.
            tokio::task::yield_now().await;
        }
        Ok(false)
    }

    /// Hands bytes to the parser. What it refuses after entries have come ends the reading, but loses none of them.
    fn feed(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let (listing, children, file, pages) =
            (&mut self.listing, &mut self.children, self.file, &mut self.pages);
        let mut sink = |entry: Entry<'_>| take(entry, listing, children, file, pages);
        match self.parser.feed(bytes, &mut sink) {
            Err(error) if self.has_entries() => self.stopped = Some(error.to_string()),
            Err(error) => return Err(parse_failure(&error)),
            Ok(()) => {}
        }
        Ok(())
    }

    /// A body that broke off. Another attempt may bring it whole; the last one keeps what came.
    fn cut(&mut self, error: &fetch::Error, now: Timestamp) -> Result<(), Failure> {
        let hopeless = !error.is_transient() || self.job.attempt >= self.job.max_attempts;
        if hopeless && self.has_entries() {
            self.stopped = Some(format!("the rest could not be read: {error}"));
            return Ok(());
        }
        Err(failure::of_fetch(error, now))
    }

    fn has_entries(&self) -> bool {
        self.parser.summary().entries > 0
    }

    /// The pages in hand, as a change.
    fn part(&mut self) -> Change {
        let max_pages = self.domain.max_pages;
        Change::PagesFound(PagesFound {
            domain_id: self.domain.id,
            sitemap_file_id: Some(self.file.id),
            counted_job_id: self.job.id.0,
            pages: self.listing.take(max_pages.is_some()),
            max_pages,
            scrape: self.pipeline.scrapes(self.domain),
        })
    }

    fn done(
        &mut self,
        etag: Option<String>,
        last_modified: Option<String>,
        size: u64,
    ) -> Result<Done<Effect>, Failure> {
        let summary = self.summary()?;
        self.count_rejected(&summary);
        let (rejected_count, rejected_reasons) = self.listing.rejected();
        let warnings = summary.warnings.iter().map(ToString::to_string).chain(self.stopped.clone());
        let read = FileRead {
            sitemap_type: summary.kind.map(sitemap_type),
            extensions: extensions(summary.extensions),
            size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
            url_count: i64::try_from(summary.entries + summary.dropped.total()).unwrap_or(i64::MAX),
            page_count: self.listing.taken(),
            rejected_count,
            rejected_reasons,
            warnings: serde_json::to_string(&warnings.collect::<Vec<_>>()).unwrap_or_default(),
            // A file that was not read whole is to be read again, whatever its version.
            etag: etag.filter(|_| self.stopped.is_none()),
            last_modified: last_modified.filter(|_| self.stopped.is_none()),
            read_as: fingerprint::of_files(self.pipeline, self.domain),
        };
        let result = serde_json::json!({ "urls": read.url_count, "rejected": read.rejected_count });
        let files = Change::FilesFound(FilesFound {
            domain_id: self.domain.id,
            files: std::mem::take(&mut self.children),
            import: self.pipeline.imports(self.domain),
        });
        let changes = vec![files, self.part(), imported(self.file, self.job, Some(read))];
        Ok(Done::with(Effect(changes)).result(result.to_string()))
    }

    /// What the parser says at the end, its last entries taken in.
    fn summary(&mut self) -> Result<sitemap::Summary, Failure> {
        if self.stopped.is_some() {
            return Ok(self.parser.summary().clone());
        }
        let (listing, children, file, pages) =
            (&mut self.listing, &mut self.children, self.file, &mut self.pages);
        let mut sink = |entry: Entry<'_>| take(entry, listing, children, file, pages);
        self.parser.finish(&mut sink).map_err(|error| parse_failure(&error))
    }

    fn count_rejected(&mut self, summary: &sitemap::Summary) {
        let dropped = summary.dropped;
        self.listing.reject("no_loc", dropped.no_loc);
        self.listing.reject("invalid_url", dropped.invalid_loc);
        self.listing.reject("too_long", dropped.loc_too_long);
        self.listing.reject("cut", dropped.cut);
    }
}

/// Takes one entry in.
fn take(
    entry: Entry<'_>,
    listing: &mut Listing<'_>,
    children: &mut Vec<FoundFile>,
    file: &SitemapFileRow,
    pages: &mut u64,
) {
    match Listed::read(&entry, &file.url, file.depth) {
        Listed::Page(lastmod) => {
            *pages += 1;
            listing.add(&entry.loc, lastmod);
        }
        Listed::File(_) if children.len() >= INDEX_FILES_MAX => listing.reject("too_many_sitemaps", 1),
        Listed::File(found) => children.push(found),
        Listed::Rejected(why) => listing.reject(why, 1),
    }
}

fn imported(file: &SitemapFileRow, job: &Job, read: Option<FileRead>) -> Change {
    Change::FileImported(FileImported {
        domain_id: file.domain_id,
        sitemap_file_id: file.id,
        counted_job_id: job.id.0,
        read,
    })
}

/// What a file that is no sitemap means for its job: another attempt brings the same.
pub(crate) fn parse_failure(error: &sitemap::Error) -> Failure {
    let code = match error {
        sitemap::Error::Empty => "empty",
        sitemap::Error::HtmlInsteadOfSitemap { .. } => "html_instead_of_sitemap",
        sitemap::Error::NotASitemap { .. } => "not_a_sitemap",
        _ => "sitemap_too_large",
    };
    Failure::fatal(code, error.to_string())
}

/// How much of a body has come, as far as its length is known.
fn percent(bytes: u64, total: Option<u64>) -> u8 {
    total
        .filter(|total| *total > 0)
        .map_or(0, |total| u8::try_from((bytes * 100 / total).min(99)).unwrap_or(99))
}
