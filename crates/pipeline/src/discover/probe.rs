//! Looking at one place where a sitemap may stand: what is there, or why nothing is.

use std::collections::{BTreeMap, HashMap, HashSet};

use clock::Timestamp;
use engine::Failure;
use fetch::{Request, Response, Validators};
use model::{FoundBy, PageUrl, SitemapType};
use sitemap::{Entry, Parser};
use store::FoundFile;

use crate::discover::candidates::Candidate;
use crate::handover::{FILE_BYTES_MAX, Held, Whole};
use crate::listed::{self, INDEX_FILES_MAX, Listed};
use crate::{Pipeline, failure};

/// What was found so far, and where nothing was.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files, each once.
    pub(super) files: Vec<FoundFile>,
    /// How many places gave which answer instead of a sitemap.
    pub(super) misses: BTreeMap<String, u32>,
    /// The places that need not be looked at any more.
    seen: HashSet<String>,
    /// The addresses of `files`.
    recorded: HashSet<String>,
}

impl Found {
    fn add(&mut self, file: FoundFile) {
        self.seen.insert(file.url.clone());
        if self.recorded.insert(file.url.clone()) {
            self.files.push(file);
        }
    }

    fn miss(&mut self, why: impl Into<String>) {
        *self.misses.entry(why.into()).or_default() += 1;
    }
}

/// The files that earlier discoveries came upon and that were read as they would be read now, by their addresses.
pub(super) type Known = HashMap<String, KnownFile>;

/// A file that need not come whole if it is as it was.
#[derive(Clone, Debug)]
pub(super) struct KnownFile {
    pub(super) file: FoundFile,
    pub(super) validators: Validators,
}

/// Looks at one place. Only a host that asks for patience (and has it, as long as there are attempts left) ends the
/// search for now; everything else is a miss.
///
/// # Errors
/// If the host is to be left alone for a while.
pub(super) async fn look(
    pipeline: &Pipeline,
    candidate: Candidate,
    known: &Known,
    found: &mut Found,
    now: Timestamp,
    patience: bool,
) -> Result<(), Failure> {
    let Ok(asked) = PageUrl::from_url(candidate.url.clone()) else { return Ok(()) };
    if !found.seen.insert(asked.as_str().to_owned()) {
        return Ok(());
    }
    let mut request = Request::sitemap(candidate.url);
    let known = known.get(asked.as_str());
    request.validators = known.map(|known| known.validators.clone());
    if candidate.found_by != FoundBy::WellKnown {
        request = request.ignoring_robots();
    }
    let response = match pipeline.fetcher.get(&request).await {
        Ok(response) => response,
        Err(error @ fetch::Error::Busy { .. }) => return Err(failure::of_fetch(&error, now)),
        Err(error) => {
            found.miss(error.code());
            return Ok(());
        }
    };
    if let Some(failure) = failure::of_status(&response) {
        if patience && failure.error.code == "throttled" {
            return Err(failure);
        }
        found.miss(if failure.error.code == "not_found" {
            "404".into()
        } else {
            response.status.to_string()
        });
        return Ok(());
    }
    if let (true, Some(known)) = (response.not_modified, known) {
        pipeline.handover.put(asked.as_str(), Held::Unchanged);
        found.add(known.file.clone());
        return Ok(());
    }
    // A place that leads to a file already read is that file.
    let Ok(landed) = PageUrl::from_url(response.url.clone()) else { return Ok(()) };
    if landed != asked && !found.seen.insert(landed.as_str().to_owned()) {
        return Ok(());
    }
    match read(response, &landed, candidate.found_by, pipeline).await {
        Ok(files) => files.into_iter().for_each(|file| found.add(file)),
        Err(why) => found.miss(why),
    }
    Ok(())
}

/// Reads a file far enough to tell what it is; an index is read whole. The file, and what an index lists.
async fn read(
    mut response: Response,
    url: &PageUrl,
    found_by: FoundBy,
    pipeline: &Pipeline,
) -> Result<Vec<FoundFile>, String> {
    let charset = response.charset();
    let base = Some(response.url.clone());
    let options =
        sitemap::Options { base, charset: charset.clone(), limits: pipeline.settings.sitemap.clone() };
    let mut reading =
        Reading { parser: Parser::new(options), children: Vec::new(), body: Vec::new(), pages: 0 };
    let whole = reading.stream(&mut response, url).await?;
    let kind = reading.kind(whole, url)?;
    let size = response.content_length().or(whole.then(|| response.body.wire_bytes()));
    let file = FoundFile {
        sitemap_type: Some(kind),
        extensions: listed::extensions(reading.parser.summary().extensions),
        size_bytes: size.and_then(|size| i64::try_from(size).ok()),
        ..listed::file(url.clone(), found_by)
    };
    let children = std::mem::take(&mut reading.children);
    if whole && reading.body.len() <= FILE_BYTES_MAX {
        let validators = response.validators().unwrap_or_default();
        let (etag, last_modified) = (validators.etag, validators.last_modified);
        let whole = Whole { body: reading.body, charset, etag, last_modified };
        pipeline.handover.put(&file.url, Held::Whole(whole));
    }
    Ok(std::iter::once(file).chain(children).collect())
}

/// A file while it is read.
struct Reading {
    parser: Parser,
    children: Vec<FoundFile>,
    body: Vec<u8>,
    pages: usize,
}

impl Reading {
    /// Reads until it is clear what the file is; whether it was read to its end.
    async fn stream(&mut self, response: &mut Response, url: &PageUrl) -> Result<bool, String> {
        let mut read = 0;
        loop {
            let chunk = match response.body.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(true),
                // What came before the damage may still tell what the file is; import meets the damage itself.
                Err(error) if self.pages + self.children.len() == 0 => return Err(error.code().to_owned()),
                Err(_) => return Ok(false),
            };
            read += chunk.len();
            if self.body.len() <= FILE_BYTES_MAX {
                self.body.extend_from_slice(&chunk);
            }
            self.feed(&chunk, url)?;
            let is_index = self.parser.summary().kind == Some(sitemap::Kind::Index);
            if self.parser.is_done() || (read >= FILE_BYTES_MAX && self.pages > 0 && !is_index) {
                return Ok(false);
            }
        }
    }

    fn feed(&mut self, bytes: &[u8], url: &PageUrl) -> Result<(), String> {
        let (children, pages) = (&mut self.children, &mut self.pages);
        let mut sink = |entry: Entry<'_>| take(entry, url, children, pages);
        match self.parser.feed(bytes, &mut sink) {
            Err(error) if *pages + children.len() == 0 => Err(miss(&error).to_owned()),
            _ => Ok(()),
        }
    }

    fn kind(&mut self, whole: bool, url: &PageUrl) -> Result<SitemapType, String> {
        if whole {
            let (children, pages) = (&mut self.children, &mut self.pages);
            let mut sink = |entry: Entry<'_>| take(entry, url, children, pages);
            self.parser.finish(&mut sink).map_err(|error| miss(&error).to_owned())?;
        }
        let kind = self.parser.summary().kind.ok_or("not_a_sitemap")?;
        Ok(listed::sitemap_type(kind))
    }
}

fn take(entry: Entry<'_>, url: &PageUrl, children: &mut Vec<FoundFile>, pages: &mut usize) {
    match Listed::read(&entry, url.as_str(), 0) {
        Listed::Page(_) => *pages += 1,
        Listed::File(file) if children.len() < INDEX_FILES_MAX => children.push(file),
        // Import counts what is not taken.
        Listed::File(_) | Listed::Rejected(_) => {}
    }
}

fn miss(error: &sitemap::Error) -> &'static str {
    match error {
        sitemap::Error::Empty => "empty",
        sitemap::Error::HtmlInsteadOfSitemap { .. } => "html",
        _ => "not_a_sitemap",
    }
}
