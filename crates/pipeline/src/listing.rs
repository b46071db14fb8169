//! From a location in a sitemap to a row of the catalogue: normal form, scope, page type, selection; what is not
//! taken is counted by its reason.

use std::collections::BTreeMap;

use clock::Timestamp;
use model::{CurationStatus, PageUrl, PageUrlError};
use store::FoundPage;

use crate::classify::{Profile, Rules};
use crate::plan;
use crate::scope::Scope;

/// Pages of one domain as they come in.
#[derive(Debug)]
pub(crate) struct Listing<'r> {
    rules: &'r Rules,
    profile: Profile,
    scope: Scope,
    pages: Vec<FoundPage>,
    taken: i64,
    rejected: BTreeMap<&'static str, i64>,
}

impl<'r> Listing<'r> {
    pub(crate) fn new(rules: &'r Rules, profile: Profile, scope: Scope) -> Self {
        Self { rules, profile, scope, pages: Vec::new(), taken: 0, rejected: BTreeMap::new() }
    }

    /// Takes a location in, or counts why not.
    pub(crate) fn add(&mut self, loc: &str, lastmod: Option<Timestamp>) {
        match PageUrl::parse(loc) {
            Ok(url) if self.scope.covers(&url) => {
                let page = self.page(url, lastmod);
                self.taken += 1;
                self.pages.push(page);
            }
            Ok(_) => self.reject("other_site", 1),
            Err(PageUrlError::TooLong) => self.reject("too_long", 1),
            Err(PageUrlError::Scheme | PageUrlError::Invalid) => self.reject("invalid_url", 1),
        }
    }

    /// As [`Listing::add`], and selects the page whatever the profile, unless nothing is to be selected.
    pub(crate) fn add_selected(&mut self, loc: &str) {
        let before = self.pages.len();
        self.add(loc, None);
        if self.profile != Profile::None
            && let Some(page) = self.pages.get_mut(before)
        {
            page.curation = CurationStatus::Selected;
        }
    }

    /// How many locations were taken as pages.
    pub(crate) fn taken(&self) -> i64 {
        self.taken
    }

    /// Counts locations that were not taken.
    pub(crate) fn reject(&mut self, reason: &'static str, count: u64) {
        if count > 0 {
            *self.rejected.entry(reason).or_default() += i64::try_from(count).unwrap_or(i64::MAX);
        }
    }

    /// How many pages are in hand.
    pub(crate) fn len(&self) -> usize {
        self.pages.len()
    }

    /// Gives the pages in hand away; the best come first if `best_first`.
    pub(crate) fn take(&mut self, best_first: bool) -> Vec<FoundPage> {
        let mut pages = std::mem::take(&mut self.pages);
        if best_first {
            pages.sort_by_key(|page| page.priority_level);
        }
        pages
    }

    /// How many locations were not taken, and a JSON object from reason to count.
    pub(crate) fn rejected(&self) -> (i64, String) {
        let reasons = serde_json::to_string(&self.rejected).unwrap_or_default();
        (self.rejected.values().sum(), reasons)
    }

    fn page(&self, url: PageUrl, lastmod: Option<Timestamp>) -> FoundPage {
        let class = self.rules.classify(url.as_str());
        let selected = class.selected(self.profile);
        FoundPage {
            url_key: url.key(),
            lane: plan::lane(&url),
            page_type: class.page_type,
            confidence: f64::from(class.confidence),
            depth: i64::from(class.depth),
            priority_level: class.priority_level,
            curation: if selected { CurationStatus::Selected } else { CurationStatus::New },
            lastmod,
            url: url.into_string(),
        }
    }
}
