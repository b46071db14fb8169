//! A list gives each matching row once and in order, page by page, whatever is filtered, whatever was entered in the
//! indexes that are kept aside, and however odd the text is that is searched for.

use engine::QueueName;
use model::{CurationStatus, PageType, PriorityLevel, ProcessingStatus};
use store::{
    Change, Cursor, DomainFilter, Effect, FollowUp, FoundPage, NewDomain, Sorting, PageFilter, PageRow,
    PagesFound, Slice, Store,
};

use crate::home::{Home, QUEUE, claim, outcome};
use engine::{Done, JobStore, NewJob, Verdict};

const PAGES: usize = 80;
const FOLLOW: FollowUp = FollowUp { queue: QueueName::known("scrape"), max_attempts: 1, created_by: None };

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    bring(&store, 0).await;
    compare(&store).await;
    while store.enter_in_lists().await.expect("upkeep") > 0 {}
    store.count_lists().await.expect("counts");
    compare(&store).await;
    bring(&store, 1).await;
    compare(&store).await;
    assert_eq!(store.check().await.expect("check"), Vec::<String>::new());
}

/// Takes two domains in and gives them pages.
async fn bring(store: &Store, round: usize) {
    let domain = |number: usize| NewDomain {
        domain: format!("site{number}.example"),
        base_url: format!("https://site{number}.example/"),
        scheme_given: true,
        lane: 1,
        select_profile: "auto".to_owned(),
        max_pages: None,
        auto_import: true,
        auto_scrape: true,
        asked: None,
    };
    let wanted = [domain(2 * round), domain(2 * round + 1)];
    let taken = store.scan_domains(&wanted, &FOLLOW, false, store.now()).await.expect("domains");
    for (at, domain) in taken.iter().enumerate() {
        assert!(domain.job.is_some(), "its job is told");
        let pages = (0..PAGES).map(|number| page(domain.domain.as_str(), round * 2 + at, number)).collect();
        let found = PagesFound {
            domain_id: domain.id,
            sitemap_file_id: None,
            counted_job_id: 1,
            pages,
            max_pages: None,
            scrape: Some(FOLLOW),
        };
        store.enqueue(vec![NewJob::new(QUEUE)], store.now()).await.expect("a job");
        let job = claim(store, 1).await.remove(0);
        let done = Done { effect: Some(Effect(vec![Change::PagesFound(found)])), ..Done::nothing() };
        assert_eq!(store.commit(&[outcome(&job, Verdict::Complete(done))], store.now()).await.expect("commit"), [true]);
    }
}

fn page(domain: &str, site: usize, number: usize) -> FoundPage {
    let types = [PageType::Unknown, PageType::Blog, PageType::ContactRoot, PageType::Product];
    let levels = [PriorityLevel::Three, PriorityLevel::One, PriorityLevel::Two];
    let odd = ["50%off", "a_b", "Straße", "plain", "under\\score"][number % 5];
    FoundPage {
        url: format!("https://{domain}/{odd}/{number}"),
        url_key: i64::try_from(site * 10_000 + number).expect("small"),
        lane: 1,
        page_type: types[number % 4],
        confidence: 0.5,
        depth: 1,
        priority_level: levels[number % 3],
        curation: if number.is_multiple_of(7) { CurationStatus::Selected } else { CurationStatus::New },
        lastmod: None,
    }
}

/// Every combination of some filters, against the same looked through by hand.
async fn compare(store: &Store) {
    let everything = walk(store, &PageFilter::default(), Sorting::Oldest, 500).await;
    let contains = [None, Some("50%"), Some("a_b"), Some("STRA"), Some("/1"), Some("score/"), Some("nowhere")];
    let types = [vec![], vec![PageType::ContactRoot, PageType::Blog]];
    let curations = [vec![], vec![CurationStatus::Selected]];
    let domains = [None, Some("site0"), Some("example")];
    for contains in contains {
        for page_type in &types {
            for curation in &curations {
                for domain in domains {
                    let filter = PageFilter {
                        domain: domain.map(str::to_owned),
                        url_contains: contains.map(str::to_owned),
                        page_type: page_type.clone(),
                        curation: curation.clone(),
                        ..PageFilter::default()
                    };
                    for order in [Sorting::Oldest, Sorting::Newest, Sorting::Priority] {
                        same(store, &everything, &filter, order).await;
                    }
                }
            }
        }
    }
    let queued = PageFilter { processing: vec![Some(ProcessingStatus::Queued)], ..PageFilter::default() };
    let never = PageFilter {
        processing: vec![None],
        priority_level: vec![PriorityLevel::One],
        has_contacts: Some(false),
        ..PageFilter::default()
    };
    for filter in [queued, never] {
        same(store, &everything, &filter, Sorting::Priority).await;
    }
    names(store).await;
}

async fn names(store: &Store) {
    for (text, expected) in [("site", true), ("SITE0.", true), ("%", false), ("ite_", false)] {
        let filter = DomainFilter { domain: Some(text.to_owned()), ..DomainFilter::default() };
        let listed = store.list_domains(&filter, Slice::first(Sorting::Newest, 10)).await.expect("domains");
        assert_eq!(!listed.rows.is_empty(), expected, "{text}");
    }
}

async fn same(store: &Store, everything: &[PageRow], filter: &PageFilter, order: Sorting) {
    let mut expected: Vec<&PageRow> = everything.iter().filter(|row| fits(filter, row)).collect();
    match order {
        Sorting::Oldest => {}
        Sorting::Newest => expected.reverse(),
        Sorting::Priority => expected.sort_by_key(|row| (i64::from(row.priority_level), row.id)),
    }
    let found = walk(store, filter, order, 37).await;
    let ids = |rows: Vec<&PageRow>| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(found.iter().collect()), ids(expected.clone()), "{filter:?} {order:?}");
    let second = Slice { order, after: None, skip: 37, size: 37 };
    let second = store.list_pages(filter, second).await.expect("a page by number");
    assert_eq!(ids(second.rows.iter().collect()), ids(expected.iter().copied().skip(37).take(37).collect()));
    if !second.total.estimated {
        assert_eq!(second.total.rows, expected.len() as u64, "{filter:?} {order:?}");
    }
}

fn fits(filter: &PageFilter, row: &PageRow) -> bool {
    let holds = |text: &str, part: &Option<String>| {
        part.as_ref().is_none_or(|part| text.to_lowercase().contains(&part.to_lowercase()))
    };
    let any = |empty: bool, found: bool| empty || found;
    holds(&row.domain, &filter.domain)
        && holds(&row.url, &filter.url_contains)
        && any(filter.page_type.is_empty(), filter.page_type.contains(&row.page_type))
        && any(filter.priority_level.is_empty(), filter.priority_level.contains(&row.priority_level))
        && any(filter.curation.is_empty(), filter.curation.contains(&row.curation))
        && any(filter.processing.is_empty(), filter.processing.contains(&row.processing_status))
        && filter.has_contacts.is_none_or(|has| has == (row.contact_count > 0))
}

/// All rows of a list, page by page.
async fn walk(store: &Store, filter: &PageFilter, order: Sorting, size: usize) -> Vec<PageRow> {
    let (mut rows, mut after): (Vec<PageRow>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let slice = Slice { order, after, skip: 0, size };
        let listed = store.list_pages(filter, slice).await.expect("a page");
        assert!(listed.rows.len() <= size);
        rows.extend(listed.rows);
        after = listed.next;
        if after.is_none() {
            return rows;
        }
    }
}
