//! What is asked for.

use url::Url;

/// What the body will be used as; decides limits, the `Accept` header and the route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// A page to read.
    #[default]
    Page,
    /// A sitemap or feed, possibly very long: meant to be read chunk by chunk.
    Sitemap,
    /// A robots.txt: cut at its limit instead of refused, and never itself subject to robots rules.
    Robots,
}

/// Whether the site's robots.txt is asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RobotsPolicy {
    /// Ask and obey; the default.
    #[default]
    Obey,
    /// Do not ask. For what the site itself pointed at (a `Sitemap:` line), or by the user's explicit choice.
    Ignore,
}

/// What an earlier response said about its version: sent back so that an unchanged body need not come again.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Validators {
    /// The `ETag`, with its quotes, as it came.
    pub etag: Option<String>,
    /// The `Last-Modified` date, as it came.
    pub last_modified: Option<String>,
}

impl Validators {
    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// One GET.
#[derive(Clone, Debug)]
pub struct Request {
    /// What to fetch; userinfo and fragment are not sent.
    pub url: Url,
    /// What it is fetched as.
    pub kind: Kind,
    /// Versions already known.
    pub validators: Option<Validators>,
    /// Decoded bytes allowed, instead of the limit of the kind.
    pub max_body_bytes: Option<u64>,
    /// Whether robots.txt is obeyed.
    pub robots: RobotsPolicy,
}

impl Request {
    /// A page.
    pub fn page(url: Url) -> Self {
        Self::new(url, Kind::Page)
    }

    /// A sitemap.
    pub fn sitemap(url: Url) -> Self {
        Self::new(url, Kind::Sitemap)
    }

    /// A request with nothing special.
    pub fn new(url: Url, kind: Kind) -> Self {
        Self { url, kind, validators: None, max_body_bytes: None, robots: RobotsPolicy::Obey }
    }

    /// The same, conditional on what is already known.
    pub fn with_validators(self, validators: Validators) -> Self {
        Self { validators: Some(validators), ..self }
    }

    /// The same, with its own body limit in decoded bytes.
    pub fn with_max_body_bytes(self, bytes: u64) -> Self {
        Self { max_body_bytes: Some(bytes), ..self }
    }

    /// The same, without asking robots.txt.
    pub fn ignoring_robots(self) -> Self {
        Self { robots: RobotsPolicy::Ignore, ..self }
    }
}
