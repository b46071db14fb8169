//! The sample sites of `sitelode demo`: small, invented businesses in many languages and styles, and the
//! contacts that have to come out of each.

use serde::Deserialize;

use crate::site::Site;

mod catalogue;

/// One sample site.
pub struct Sample {
    /// Its host name, such as `baeckerei-sonnenkorn.localhost`.
    pub host: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The language of its pages.
    pub language: &'static str,
    expected: &'static str,
    build: fn(Site) -> Site,
}

/// The contacts that have to come out of a site, over all its pages; nothing else may.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The organisation's name.
    pub organisation: String,
    /// Email addresses, lower case.
    pub emails: Vec<String>,
    /// Phone and fax numbers in E.164.
    pub phones: Vec<String>,
    /// Postal addresses.
    pub addresses: Vec<Address>,
    /// Addresses of social profiles.
    pub socials: Vec<String>,
    /// How many pages its sitemaps list; 0 if none can be read.
    pub pages_listed: usize,
}

/// The parts of a postal address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postal_code: String,
    /// City.
    pub city: String,
    /// Country, ISO 3166-1 alpha-2.
    pub country: String,
}

impl Sample {
    /// The site, ready to be served.
    pub fn site(&self) -> Site {
        (self.build)(Site::new(self.host))
    }

    /// What has to come out of it.
    ///
    /// # Panics
    /// Never: a test reads the built-in lists.
    pub fn expected(&self) -> Expected {
        serde_json::from_str(self.expected).expect("a built-in list of contacts is valid JSON")
    }
}

/// All sample sites.
pub fn all() -> &'static [Sample] {
    &catalogue::SAMPLES
}

/// All sample sites, to be given to [`crate::site::WebBuilder::sites`].
pub fn sites() -> Vec<Site> {
    all().iter().map(Sample::site).collect()
}
