//! What a robots.txt allows: RFC 9309 read the way Google's crawler reads it. Pure: bytes in, verdicts out.

mod cache;
mod parse;
mod pattern;

use std::time::Duration;

use url::Url;

pub use cache::RobotsConfig;
pub(crate) use cache::{Answer, Entry, RobotsCache};

use pattern::Pattern;

/// The bytes of a robots.txt that are read; the rest is cut off at a line (RFC 9309 section 2.5 asks for at least this much).
pub const MAX_BYTES: usize = 500 * 1024;
/// The bytes of one line that are read; the rest of it is ignored, as Google's parser does.
pub const MAX_LINE_BYTES: usize = 2_083 * 8 - 1;
/// `Sitemap:` lines kept.
pub const MAX_SITEMAPS: usize = 10_000;

/// The rules of one robots.txt for one crawler.
#[derive(Debug, Clone, Default)]
pub struct Robots {
    /// Longest first, allow before disallow: the first that matches decides.
    rules: Vec<Rule>,
    forbids_all: bool,
    crawl_delay: Option<Duration>,
    sitemaps: Vec<Box<str>>,
}

#[derive(Debug, Clone)]
struct Rule {
    allow: bool,
    pattern: Pattern,
}

/// What the rules say of one URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// Whether it may be fetched.
    pub allowed: bool,
    /// The pattern that decided, percent-encoded; none if no rule matched.
    pub rule: Option<&'a str>,
}

impl Robots {
    /// Reads a robots.txt for the crawler `agent`: a product token, or a whole `User-Agent` whose first token counts.
    ///
    /// Never fails: what is no rule is skipped, be it HTML or noise.
    pub fn parse(bytes: &[u8], agent: &str) -> Self {
        parse::parse(bytes, agent)
    }

    /// Everything may be fetched: there is no robots.txt.
    pub fn allow_all() -> Self {
        Self::default()
    }

    /// Nothing may be fetched: the robots.txt cannot be had.
    pub fn disallow_all() -> Self {
        Self { forbids_all: true, ..Self::default() }
    }

    /// Whether the path with its query, as the request line would have it (percent-encoded), may be fetched.
    ///
    /// Octets are compared as they are spelt, but for the case of hex digits and raw bytes in *rules*: so do Google's test
    /// cases ask. [`Robots::allows_url`] also knows that `%61` is `a`, as RFC 9309 section 2.2.2 asks.
    pub fn allows(&self, path_and_query: &str) -> Verdict<'_> {
        let path = if path_and_query.is_empty() { "/" } else { path_and_query };
        self.judge(path, |pattern| pattern.matches(path))
    }

    /// Whether a URL may be fetched, percent-encodings compared by what they mean.
    pub fn allows_url(&self, url: &Url) -> Verdict<'_> {
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let meant = pattern::meant_path(path);
        self.judge(path, |pattern| pattern.matches_meant(&meant))
    }

    /// The `Crawl-delay` of the group that applies, uncapped; the longest if there are several.
    pub fn crawl_delay(&self) -> Option<Duration> {
        self.crawl_delay
    }

    /// The values of the `Sitemap:` lines as written, without duplicates, in order.
    pub fn sitemap_values(&self) -> impl ExactSizeIterator<Item = &str> {
        self.sitemaps.iter().map(|value| &**value)
    }

    /// The sitemaps the file names, resolved against the URL it was read from; other hosts are allowed, other schemes are not.
    pub fn sitemaps(&self, base: &Url) -> Vec<Url> {
        let mut urls: Vec<Url> = Vec::with_capacity(self.sitemaps.len());
        let mut seen = std::collections::HashSet::with_capacity(self.sitemaps.len());
        for value in self.sitemap_values() {
            let Ok(mut url) = base.join(value) else { continue };
            url.set_fragment(None);
            if matches!(url.scheme(), "http" | "https") && seen.insert(url.clone()) {
                urls.push(url);
            }
        }
        urls
    }

    /// How many rules apply to this crawler.
    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }

    /// Whether everything is forbidden because the file cannot be had.
    pub fn is_unavailable(&self) -> bool {
        self.forbids_all
    }

    fn judge(&self, path: &str, matches: impl Fn(&Pattern) -> bool) -> Verdict<'_> {
        // RFC 9309 section 2.2.2: the file itself is always allowed.
        if path == "/robots.txt" {
            return Verdict { allowed: true, rule: None };
        }
        if self.forbids_all {
            return Verdict { allowed: false, rule: None };
        }
        match self.rules.iter().find(|rule| matches(&rule.pattern)) {
            Some(rule) => Verdict { allowed: rule.allow, rule: Some(rule.pattern.as_str()) },
            None => Verdict { allowed: true, rule: None },
        }
    }
}

#[cfg(test)]
mod tests;
