//! Which URLs belong to a domain: its own registrable domain, and the one it has moved to.

use model::{PageUrl, Site};
use url::Url;

/// The sites that count as one domain.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    sites: Vec<Site>,
    /// The authority judged last, with the judgement: most URLs of a sitemap have the same one.
    last: Option<(String, bool)>,
}

impl Scope {
    /// The scope of a domain named `domain` that lives at `base_url`.
    pub(crate) fn new(domain: &str, base_url: &str) -> Self {
        let sites = [domain, base_url].into_iter().filter_map(|text| Site::parse(text).ok()).collect();
        Self { sites, last: None }
    }

    /// Whether a page belongs to the domain.
    pub(crate) fn covers(&mut self, page: &PageUrl) -> bool {
        let authority = page.authority();
        if let Some((last, covered)) = &self.last
            && last == authority
        {
            return *covered;
        }
        let covered = Url::parse(page.as_str()).is_ok_and(|url| self.covers_url(&url));
        self.last = Some((authority.to_owned(), covered));
        covered
    }

    /// As [`Scope::covers`], for a parsed URL.
    pub(crate) fn covers_url(&self, url: &Url) -> bool {
        self.sites.iter().any(|site| site.covers(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_that_moved_has_both_names() {
        let mut scope = Scope::new("acme.com", "https://www.acme.de/");
        let mut covers = |url: &str| scope.covers(&PageUrl::parse(url).unwrap());
        assert!(covers("https://shop.acme.com/a"));
        assert!(covers("https://acme.de/b"));
        assert!(!covers("https://other.de/c"));
        assert!(!covers("https://other.de/d"));
    }

    #[test]
    fn a_port_of_an_address_is_part_of_it() {
        let mut scope = Scope::new("127.0.0.1:8081", "http://127.0.0.1:8081/");
        assert!(scope.covers(&PageUrl::parse("http://127.0.0.1:8081/x").unwrap()));
        assert!(!scope.covers(&PageUrl::parse("http://127.0.0.1:8082/x").unwrap()));
    }
}
