//! Domains as people name them, taken in and queued: the one way from a request to a discovery job.

use std::collections::HashMap;

use model::{DomainId, FoundBy, PageUrl, Site};
use store::{FilesFound, FoundFile, NewDomain, ScannedDomain, SitemapFileRow, Store, StoreError};

use crate::classify::Profile;
use crate::plan;

/// How domains are scanned.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Which pages are selected.
    pub profile: Profile,
    /// How many pages a domain may have.
    pub max_pages: Option<i64>,
    /// Whether selected pages are scraped.
    pub scrape: bool,
    /// Whether domains that are done are read again.
    pub again: bool,
    /// Who asked for it.
    pub created_by: String,
}

/// What became of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It names a domain that is kept now.
    Taken(ScannedDomain),
    /// It names the domain of an earlier name.
    Twice(String),
    /// It names none.
    Rejected(String),
}

/// Takes domains in; what became of each, in their order.
///
/// # Errors
/// If the database is not available.
pub async fn domains(store: &Store, given: &[String], how: &Submission) -> Result<Vec<Outcome>, StoreError> {
    let parsed: Vec<_> = given.iter().map(|text| Site::parse(text)).collect();
    let mut wanted = Vec::new();
    let mut first = HashMap::new();
    for (text, site) in given.iter().zip(&parsed) {
        let Ok(site) = site else { continue };
        if !first.contains_key(site.name())
            && let Some(domain) = new_domain(site, text, how)
        {
            first.insert(site.name().to_owned(), wanted.len());
            wanted.push(domain);
        }
    }
    let job = plan::discoveries(Some(how.created_by.clone()));
    let taken = store.scan_domains(&wanted, &job, how.again, store.now()).await?;
    let mut taken: Vec<Option<ScannedDomain>> = taken.into_iter().map(Some).collect();
    let outcome = |site: Result<Site, model::SiteError>| match site {
        Err(error) => Outcome::Rejected(error.to_string()),
        Ok(site) => {
            let at = first.get(site.name()).copied();
            match at.and_then(|at| taken.get_mut(at)).and_then(Option::take) {
                Some(domain) => Outcome::Taken(domain),
                None if at.is_some() => Outcome::Twice(site.name().to_owned()),
                None => Outcome::Rejected("its address cannot be read".to_owned()),
            }
        }
    };
    Ok(parsed.into_iter().map(outcome).collect())
}

/// Records a sitemap file that a person gave, and queues its import if so wanted; the file, and whether it is new.
///
/// # Errors
/// If the database is not available.
pub async fn sitemap_file(
    store: &Store,
    domain_id: DomainId,
    url: &PageUrl,
    import: bool,
    created_by: &str,
) -> Result<(SitemapFileRow, bool), StoreError> {
    let file = FoundFile {
        url: url.as_str().to_owned(),
        url_key: url.key(),
        lane: plan::lane(url),
        parent_url: None,
        depth: 0,
        found_by: FoundBy::Given,
        sitemap_type: None,
        extensions: String::new(),
        size_bytes: None,
        lastmod: None,
    };
    let import = import.then(|| plan::imports(Some(created_by.to_owned())));
    store.add_sitemap_file(&FilesFound { domain_id, files: vec![file], import }, store.now()).await
}

/// A site as it is to be kept; none if its address is none.
fn new_domain(site: &Site, asked: &str, how: &Submission) -> Option<NewDomain> {
    let base = PageUrl::from_url(site.base().clone()).ok()?;
    Some(NewDomain {
        domain: site.name().to_owned(),
        lane: plan::lane(&base),
        base_url: base.into_string(),
        scheme_given: site.scheme_given(),
        select_profile: how.profile.to_string(),
        max_pages: how.max_pages,
        auto_import: true,
        auto_scrape: how.scrape,
        asked: Some(asked.trim().to_owned()),
    })
}
