//! What a job brings: changes to the catalogue, committed with the job's own state in one transaction.
//!
//! Every change is an upsert by natural key or a setting of values, so that committing it twice is harmless.

use clock::Timestamp;
use engine::QueueName;
use model::{
    ContactKind, CurationStatus, DomainId, FoundBy, PageId, PageType, PriorityLevel, SitemapFileId,
    SitemapType,
};

/// The changes that a job brings, applied in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effect(pub Vec<Change>);

/// One change to the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Sitemap files were found: new ones are recorded and, if so wanted, queued.
    FilesFound(FilesFound),
    /// A domain was looked through: where it lives and what is to be said of it.
    DomainAnalysed(DomainAnalysed),
    /// Pages were found: new ones are recorded, the selected ones queued.
    PagesFound(PagesFound),
    /// A sitemap file was read to its end.
    FileImported(FileImported),
    /// A page was fetched and read.
    PageScraped(PageScraped),
    /// A page was asked for and is as it was when it was read: what was found on it stays.
    PageUnchanged(PageUnchanged),
}

/// Jobs that a change queues for the records it makes, one a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Which queue.
    pub queue: QueueName,
    /// How many attempts each has.
    pub max_attempts: u32,
    /// Who asked for the job that brought the change.
    pub created_by: Option<String>,
}

/// See [`Change::FilesFound`].
#[derive(Clone, Debug, PartialEq)]
pub struct FilesFound {
    /// Whose.
    pub domain_id: DomainId,
    /// The files.
    pub files: Vec<FoundFile>,
    /// The job that imports a new file; none to leave them to a person.
    pub import: Option<FollowUp>,
}

/// A sitemap file as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundFile {
    /// Its address in normal form.
    pub url: String,
    /// The key of its address ([`model::PageUrl::key`]).
    pub url_key: i64,
    /// The lane of its host.
    pub lane: i64,
    /// The index that lists it.
    pub parent_url: Option<String>,
    /// How many indexes lead to it.
    pub depth: i64,
    /// How it was found.
    pub found_by: FoundBy,
    /// What it is, as far as is known.
    pub sitemap_type: Option<SitemapType>,
    /// The extensions it uses: words out of `image`, `video`, `news`, `alternates`, separated by spaces.
    pub extensions: String,
    /// Bytes as they came, if known.
    pub size_bytes: Option<i64>,
    /// When it was last changed, as it or its index says.
    pub lastmod: Option<Timestamp>,
}

/// See [`Change::DomainAnalysed`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainAnalysed {
    /// Which.
    pub domain_id: DomainId,
    /// Where it lives, after redirects.
    pub base_url: String,
    /// What a person should know, such as why nothing was found; empty for nothing.
    pub note: String,
}

/// See [`Change::PagesFound`].
#[derive(Clone, Debug, PartialEq)]
pub struct PagesFound {
    /// Whose.
    pub domain_id: DomainId,
    /// The file that lists them; none for links of the home page.
    pub sitemap_file_id: Option<SitemapFileId>,
    /// The job that counts them for its file.
    pub counted_job_id: i64,
    /// The pages, best first if `max_pages` is set.
    pub pages: Vec<FoundPage>,
    /// How many pages the domain may have; more are left out.
    pub max_pages: Option<i64>,
    /// The job that scrapes a selected page; none to leave them.
    pub scrape: Option<FollowUp>,
}

/// A page as it was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPage {
    /// Its address in normal form.
    pub url: String,
    /// The key of its address ([`model::PageUrl::key`]).
    pub url_key: i64,
    /// The lane of its host.
    pub lane: i64,
    /// What it seems to be.
    pub page_type: PageType,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// How many path segments deep it lies.
    pub depth: i64,
    /// How likely it bears contacts.
    pub priority_level: PriorityLevel,
    /// Selected or not, by rule.
    pub curation: CurationStatus,
    /// When it was last changed, as the file says.
    pub lastmod: Option<Timestamp>,
}

/// See [`Change::FileImported`].
#[derive(Clone, Debug, PartialEq)]
pub struct FileImported {
    /// Whose.
    pub domain_id: DomainId,
    /// Which.
    pub sitemap_file_id: SitemapFileId,
    /// The job that counted its pages.
    pub counted_job_id: i64,
    /// What came; none if it is unchanged since it was last read.
    pub read: Option<FileRead>,
}

/// What was read of a sitemap file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRead {
    /// What it is.
    pub sitemap_type: Option<SitemapType>,
    /// The extensions it uses, as in [`FoundFile::extensions`].
    pub extensions: String,
    /// Bytes as they came.
    pub size_bytes: i64,
    /// Entries in it, sitemaps and pages, good and bad.
    pub url_count: i64,
    /// Entries that were taken as pages, new or not.
    pub page_count: i64,
    /// Entries that were not taken.
    pub rejected_count: i64,
    /// Why not: a JSON object from reason to count.
    pub rejected_reasons: String,
    /// What was damaged or odd: a JSON array of sentences.
    pub warnings: String,
    /// Its `ETag`.
    pub etag: Option<String>,
    /// Its `Last-Modified`.
    pub last_modified: Option<String>,
    /// The fingerprint of the rules it was read by.
    pub read_as: String,
}

/// See [`Change::PageScraped`].
#[derive(Clone, Debug, PartialEq)]
pub struct PageScraped {
    /// Whose.
    pub domain_id: DomainId,
    /// Which.
    pub page_id: PageId,
    /// The answer's status.
    pub http_status: i64,
    /// The page's title.
    pub title: Option<String>,
    /// The answer's `ETag`.
    pub etag: Option<String>,
    /// The answer's `Last-Modified`.
    pub last_modified: Option<String>,
    /// The fingerprint of the rules it was read by.
    pub read_as: String,
    /// Everything that was extracted, as JSON.
    pub content: String,
    /// The contacts in order of confidence; they take the place of those found before.
    pub contacts: Vec<FoundContact>,
}

/// See [`Change::PageUnchanged`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageUnchanged {
    /// Whose.
    pub domain_id: DomainId,
    /// Which.
    pub page_id: PageId,
}

/// A contact as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundContact {
    /// What kind of contact.
    pub kind: ContactKind,
    /// Its canonical value.
    pub value: String,
    /// The key of its value within its page and kind.
    pub value_key: i64,
    /// How it was found: `mailto`, `text`, `json-ld` ...
    pub source: String,
    /// Everything that is known of it, as JSON.
    pub detail: String,
}
