//! The third stage: a page is fetched politely, its contacts are extracted and recorded.

use std::sync::Arc;

use contacts::{Contacts, Options};
use engine::{Done, Failure, Job, JobContext, QueueName, Stage};
use fetch::{Request, Response, Sniffed, Validators};
use model::{ContactKind, DomainId, PageId};
use serde::Serialize;
use store::{Change, Effect, FoundContact, PageScraped, PageUnchanged};
use twox_hash::XxHash3_64;
use url::Url;

use crate::plan::Payload;
use crate::{Pipeline, failure, fingerprint, plan};

/// The longest title that is kept, in bytes.
const TITLE_BYTES_MAX: usize = 300;

/// The scrape stage.
#[derive(Clone, Debug)]
pub struct Scrape(pub Arc<Pipeline>);

impl Stage<Effect> for Scrape {
    fn queue(&self) -> QueueName {
        plan::SCRAPE
    }

    async fn run(&self, job: &Job, cx: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        let payload = Payload::read(&job.payload)
            .ok_or_else(|| Failure::fatal("bad_payload", "no url in the payload"))?;
        let url = Url::parse(&payload.url).map_err(|e| Failure::fatal("invalid_url", e.to_string()))?;
        let mut request = Request::page(url.clone());
        if payload.again {
            request.validators = self.version(job).await?;
        }
        let response =
            self.0.fetcher.get(&request).await.map_err(|error| failure::of_fetch(&error, cx.now()))?;
        if let Some(failure) = failure::of_status(&response) {
            return Err(failure);
        }
        same_site(&url, &response)?;
        if response.not_modified {
            let change =
                Change::PageUnchanged(PageUnchanged { domain_id: domain_of(job), page_id: page_of(job) });
            return Ok(Done::with(Effect(vec![change])).result(r#"{"unchanged":true}"#));
        }
        self.read(job, response, cx).await
    }
}

impl Scrape {
    /// The version of the page that was read, if it was read as it would be now.
    async fn version(&self, job: &Job) -> Result<Option<Validators>, Failure> {
        let version = self.0.store.page_version(domain_of(job), page_of(job)).await;
        let read_as = fingerprint::of_pages(&self.0);
        let version =
            version.map_err(crate::store_failure)?.filter(|version| version.read_as == Some(read_as));
        Ok(version.map(|version| Validators { etag: version.etag, last_modified: version.last_modified }))
    }

    async fn read(
        &self,
        job: &Job,
        mut response: Response,
        cx: &JobContext<Effect>,
    ) -> Result<Done<Effect>, Failure> {
        let sniffed = response.body.sniff().await.map_err(|error| failure::of_fetch(&error, cx.now()))?;
        if !matches!(sniffed, Sniffed::Html | Sniffed::Xml | Sniffed::Text | Sniffed::Empty) {
            return Err(Failure::fatal("not_html", format!("{} is no HTML page", response.url)));
        }
        let options = Options {
            url: Some(response.url.to_string()),
            region: self.0.settings.region.clone(),
            language: response.header("content-language").map(str::to_owned),
            charset: response.charset(),
        };
        let http_status = i64::from(response.status);
        let validators = response.validators().unwrap_or_default();
        let html = response.body.bytes().await.map_err(|error| failure::of_fetch(&error, cx.now()))?;
        let page = contacts::extract_page(&html, &options);
        let found = contact_rows(&page.contacts);
        let result = serde_json::json!({ "contacts": found.len() });
        let change = Change::PageScraped(PageScraped {
            domain_id: domain_of(job),
            page_id: page_of(job),
            http_status,
            title: page.title.map(|title| shortened(&title)),
            etag: validators.etag,
            last_modified: validators.last_modified,
            read_as: fingerprint::of_pages(&self.0),
            content: serde_json::to_string(&page.contacts).unwrap_or_default(),
            contacts: found,
        });
        Ok(Done::with(Effect(vec![change])).result(result.to_string()))
    }
}

fn domain_of(job: &Job) -> DomainId {
    DomainId(job.domain_id)
}

fn page_of(job: &Job) -> PageId {
    PageId(job.subject.as_ref().map_or(0, |subject| subject.id))
}

/// A page that leads to another site says nothing about this one.
fn same_site(asked: &Url, response: &Response) -> Result<(), Failure> {
    let site = model::Site::parse(asked.as_str()).ok();
    if site.is_some_and(|site| !site.covers(&response.url)) {
        return Err(Failure::fatal("left_site", format!("it redirects to another site, {}", response.url)));
    }
    Ok(())
}

fn shortened(title: &str) -> String {
    title[..title.floor_char_boundary(TITLE_BYTES_MAX)].to_owned()
}

/// The contacts as rows: one a value, in order of confidence within their kind.
fn contact_rows(contacts: &Contacts) -> Vec<FoundContact> {
    let mut rows = Vec::new();
    for email in &contacts.emails {
        rows.push(row(ContactKind::Email, &email.value, email.source, email));
    }
    for phone in &contacts.phones {
        rows.push(row(ContactKind::Phone, &phone.e164, phone.source, phone));
    }
    for address in &contacts.addresses {
        rows.push(row(ContactKind::Address, &address.text, address.source, address));
    }
    for social in &contacts.socials {
        rows.push(row(ContactKind::Social, &social.url, social.source, social));
    }
    if let Some(organisation) = &contacts.organisation {
        rows.push(row(ContactKind::Organisation, &organisation.name, organisation.source, organisation));
    }
    rows
}

fn row(kind: ContactKind, value: &str, source: contacts::Source, detail: &impl Serialize) -> FoundContact {
    FoundContact {
        kind,
        value: value.to_owned(),
        value_key: XxHash3_64::oneshot(value.as_bytes()).cast_signed(),
        source: source.as_str().to_owned(),
        detail: serde_json::to_string(detail).unwrap_or_default(),
    }
}
