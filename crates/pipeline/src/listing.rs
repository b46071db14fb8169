//! From a location in a sitemap to a row of the catalogue: normal form, scope, page type, selection; what is not
//! taken is counted by its reason.

use std::collections::BTreeMap;

use clock::Timestamp;
use model::{CurationStatus, PageUrl, PageUrlError};
use store::FoundPage;

use crate::classify::{Classification, Profile, Rules};
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
        let Some(url) = self.own(loc) else { return };
        let class = self.rules.classify(url.as_str());
        let selected = class.selected(self.profile);
        self.push(page(url, class, selected, lastmod));
    }

    /// Takes in what a home page links to with `text`; if `only` is given, nothing but what that profile selects.
    pub(crate) fn add_link(&mut self, loc: &str, text: &str, only: Option<Profile>) {
        let Some(url) = self.own(loc) else { return };
        let class = self.rules.classify_link(url.as_str(), text);
        if only.is_none_or(|only| class.selected(only)) {
            let selected = class.selected(self.profile);
            self.push(page(url, class, selected, None));
        }
    }

    /// The profile that selects what is worth a look beside what sitemaps list: contact pages and the like.
    pub(crate) fn telling(&self) -> Profile {
        if self.profile == Profile::All { Profile::Wide } else { self.profile }
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

    /// The normal form of a location that is the domain's own; else it is counted why not.
    fn own(&mut self, loc: &str) -> Option<PageUrl> {
        let why = match PageUrl::parse(loc) {
            Ok(url) if self.scope.covers(&url) => return Some(url),
            Ok(_) => "other_site",
            Err(PageUrlError::TooLong) => "too_long",
            Err(PageUrlError::Scheme | PageUrlError::Invalid) => "invalid_url",
        };
        self.reject(why, 1);
        None
    }

    fn push(&mut self, page: FoundPage) {
        self.taken += 1;
        self.pages.push(page);
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
}

fn page(url: PageUrl, class: Classification<'_>, selected: bool, lastmod: Option<Timestamp>) -> FoundPage {
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
