//! What was read is kept with its version and the rules it was read by; what is unchanged keeps all that was found on it.
//! A page that the home page brought belongs to the first sitemap file that lists it, and is counted as new there.

use engine::{Done, NewJob, QueueName, Verdict};
use model::{ContactKind, CurationStatus, DomainId, FoundBy, PageId, PageType, PageUrl, PriorityLevel, SitemapFileId};
use store::{
    Change, Effect, FileImported, FileRead, FilesFound, FollowUp, FoundContact, FoundFile, FoundPage, NewDomain,
    PageScraped, PageUnchanged, PageVersion, PagesFound, Store,
};

use crate::home::{Home, QUEUE, claim, claim_as, commit, enqueue, outcome, NODE};

const SCRAPES: QueueName = QueueName::known("scrapes");
const CONTACT: &str = "https://acme.org/contact";
const MAP: &str = "https://acme.org/sitemap.xml";

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let domain_id = domain(&store).await;
    apply(&store, Change::PagesFound(pages(domain_id, None))).await;
    apply(&store, Change::FilesFound(FilesFound { domain_id, files: vec![file()], import: None })).await;
    let file = store.sitemap_files_below(domain_id, None).await.expect("files").remove(0);
    assert!(store.sitemap_files_below(domain_id, Some(MAP)).await.expect("files").is_empty());

    apply(&store, Change::PagesFound(pages(domain_id, Some(file.id)))).await;
    apply(&store, Change::FileImported(imported(domain_id, file.id))).await;
    let file = store.sitemap_file(domain_id, file.id).await.expect("a file").expect("the file");
    assert_eq!((file.new_count, file.duplicate_count), (1, 0), "it is new to the file");
    assert_eq!((file.etag.as_deref(), file.read_as.as_deref()), (Some("\"m1\""), Some("rules")));
    assert_eq!(store.selected_pages_of(domain_id, file.id).await.expect("pages"), [CONTACT]);
    assert_eq!(store.domain(domain_id).await.expect("a domain").expect("the domain").page_count, 1);

    let scrape = claim_as(&store, NODE, &SCRAPES, 9).await;
    assert_eq!(scrape.len(), 1, "it is scraped once");
    let page_id = PageId(scrape[0].subject.as_ref().expect("a page").id);
    assert_eq!(store.page_version(domain_id, page_id).await.expect("a version"), None);
    apply(&store, Change::PageScraped(scraped(domain_id, page_id))).await;
    let version = PageVersion {
        etag: Some("\"c1\"".to_owned()),
        last_modified: None,
        read_as: Some("rules".to_owned()),
    };
    apply(&store, Change::PageUnchanged(PageUnchanged { domain_id, page_id })).await;
    assert_eq!(store.page_version(domain_id, page_id).await.expect("a version"), Some(version));
    assert_eq!(store.contacts_of(domain_id).await.expect("contacts").len(), 1);
}

async fn domain(store: &Store) -> DomainId {
    let new = NewDomain {
        domain: "acme.org".to_owned(),
        base_url: "https://acme.org/".to_owned(),
        lane: 1,
        scheme_given: false,
        select_profile: "auto".to_owned(),
        max_pages: None,
        auto_import: true,
        auto_scrape: true,
        asked: None,
    };
    let job = FollowUp { queue: QueueName::known("discovery"), max_attempts: 1, created_by: None };
    store.scan_domains(&[new], &job, false, store.now()).await.expect("a domain")[0].id
}

/// Commits a change with a job.
async fn apply(store: &Store, change: Change) {
    enqueue(store, vec![NewJob::new(QUEUE)]).await;
    let job = claim(store, 1).await.remove(0);
    assert!(commit(store, outcome(&job, Verdict::Complete(Done::with(Effect(vec![change]))))).await);
}

fn pages(domain_id: DomainId, sitemap_file_id: Option<SitemapFileId>) -> PagesFound {
    let url = PageUrl::parse(CONTACT).expect("a page");
    let page = FoundPage {
        url_key: url.key(),
        url: url.into_string(),
        lane: 1,
        page_type: PageType::ContactRoot,
        confidence: 1.0,
        depth: 1,
        priority_level: PriorityLevel::One,
        curation: CurationStatus::Selected,
        lastmod: None,
    };
    let scrape = Some(FollowUp { queue: SCRAPES, max_attempts: 1, created_by: None });
    PagesFound { domain_id, sitemap_file_id, counted_job_id: 7, pages: vec![page], max_pages: None, scrape }
}

fn file() -> FoundFile {
    let url = PageUrl::parse(MAP).expect("a file");
    FoundFile {
        url_key: url.key(),
        url: url.into_string(),
        lane: 1,
        parent_url: None,
        depth: 0,
        found_by: FoundBy::Robots,
        sitemap_type: None,
        extensions: String::new(),
        size_bytes: None,
        lastmod: None,
    }
}

fn imported(domain_id: DomainId, sitemap_file_id: SitemapFileId) -> FileImported {
    let read = FileRead {
        sitemap_type: None,
        extensions: String::new(),
        size_bytes: 10,
        url_count: 1,
        page_count: 1,
        rejected_count: 0,
        rejected_reasons: "{}".to_owned(),
        warnings: "[]".to_owned(),
        etag: Some("\"m1\"".to_owned()),
        last_modified: None,
        read_as: "rules".to_owned(),
    };
    FileImported { domain_id, sitemap_file_id, counted_job_id: 7, read: Some(read) }
}

fn scraped(domain_id: DomainId, page_id: PageId) -> PageScraped {
    let contact = FoundContact {
        kind: ContactKind::Email,
        value: "info@acme.org".to_owned(),
        value_key: 1,
        source: "text".to_owned(),
        detail: "{}".to_owned(),
    };
    PageScraped {
        domain_id,
        page_id,
        http_status: 200,
        title: None,
        etag: Some("\"c1\"".to_owned()),
        last_modified: None,
        read_as: "rules".to_owned(),
        content: "{}".to_owned(),
        contacts: vec![contact],
    }
}
