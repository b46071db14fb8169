//! The sample sites of `sitelode demo`: small, invented businesses in many languages and styles, and the
//! contacts that have to come out of each.

use serde::Deserialize;

use crate::site::Site;

mod catalogue;
mod pages;

/// One sample site.
pub struct Sample {
    /// Its host name, such as `baeckerei-sonnenkorn.localhost`.
    pub host: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The language of its pages.
    pub language: &'static str,
    files: catalogue::Files,
    publish: fn(Site, &catalogue::Files) -> Site,
}

/// The contacts that have to come out of a site, over all its pages; nothing else may.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The organisation's name as its contact page gives it.
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
        let site = pages::add(Site::new(self.host), self.files.frame, self.files.pages);
        (self.publish)(site, &self.files)
    }

    /// The paths of its pages.
    pub fn paths(&self) -> Vec<&'static str> {
        pages::paths(self.files.pages)
    }

    /// What has to come out of it.
    ///
    /// # Panics
    /// Never: a test reads the built-in lists.
    pub fn expected(&self) -> Expected {
        serde_json::from_str(self.files.expected).expect("a built-in list of contacts is valid JSON")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Web;

    #[test]
    fn every_sample_has_pages_to_find_and_contacts_to_expect() {
        assert!(all().len() >= 11);
        for sample in all() {
            let (paths, expected) = (sample.paths(), sample.expected());
            assert!((6..=12).contains(&paths.len()), "{}: {} pages", sample.host, paths.len());
            assert!(expected.pages_listed <= paths.len(), "{}", sample.host);
            assert!(!expected.emails.is_empty() && !expected.addresses.is_empty(), "{}", sample.host);
            assert!(expected.phones.iter().all(|phone| phone.starts_with('+')), "{}", sample.host);
            assert!(paths.iter().all(|path| path.starts_with('/') && !path.contains(' ')), "{}", sample.host);
        }
    }

    #[test]
    fn every_frame_has_room_for_title_and_content() {
        for sample in all() {
            let frame = sample.files.frame;
            assert!(frame.contains("{title}") && frame.contains("{content}"), "{}", sample.host);
            let pages = pages::list(sample.files.pages);
            assert_eq!(sample.files.pages.matches("=== /").count(), pages.len(), "{}", sample.host);
        }
    }

    #[tokio::test]
    async fn all_samples_are_served_by_one_web() {
        let web = Web::builder().sites(sites()).start().await.unwrap();
        assert_eq!(web.hosts().len(), all().len());
        assert!(web.origin(all()[0].host).starts_with("http://baeckerei-sonnenkorn.localhost:"));
    }
}
