//! Where a domain lives: the first of its possible addresses that answers, followed to where it leads.

use bytes::Bytes;
use engine::{Failure, JobContext};
use fetch::{Fetcher, Request};
use model::Site;
use store::{DomainRow, Effect};
use url::Url;

use crate::discover::hints::{self, Hints};
use crate::failure;

/// A domain's home page, as far as it could be had.
#[derive(Clone, Debug)]
pub(super) struct Home {
    /// Where the domain lives: the address to which relative ones are joined, without a file name.
    pub(super) origin: Url,
    /// The home page's own address.
    pub(super) url: Url,
    /// Its status; none if robots.txt forbids to fetch it.
    pub(super) status: Option<u16>,
    /// Its body, if it was a success.
    pub(super) page: Option<Bytes>,
    /// What it points at.
    pub(super) hints: Hints,
    /// The address on another site to which the domain leads.
    pub(super) moved_to: Option<String>,
}

/// Finds the home page: https before http unless a person wrote the scheme, the given host before its twin.
///
/// # Errors
/// The failure of the given address if no address answers.
pub(super) async fn find(
    fetcher: &Fetcher,
    domain: &DomainRow,
    cx: &JobContext<Effect>,
) -> Result<Home, Failure> {
    let site =
        Site::parse(&domain.base_url).map_err(|error| Failure::fatal("invalid_url", error.to_string()))?;
    let mut first_error = None;
    for url in addresses(&site, domain.scheme_given) {
        match fetch(fetcher, &site, url).await {
            Ok(home) => return Ok(home),
            Err(error @ fetch::Error::Busy { .. }) => return Err(failure::of_fetch(&error, cx.now())),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    let error = first_error.map(|error| failure::of_fetch(&error, cx.now()));
    Err(error.unwrap_or_else(|| Failure::fatal("invalid_url", "the domain has no address")))
}

/// The addresses to try, in order.
fn addresses(site: &Site, scheme_given: bool) -> Vec<Url> {
    let given = site.base().clone();
    let plain = |url: &Url| {
        let mut url = url.clone();
        url.set_scheme("http").ok().map(|()| url)
    };
    let mut urls = vec![given.clone()];
    if !scheme_given {
        urls.extend(plain(&given));
    }
    if let Some(twin) = twin(&given) {
        urls.push(twin.clone());
        if !scheme_given {
            urls.extend(plain(&twin));
        }
    }
    urls
}

/// The same address on the host's www or non-www twin.
pub(super) fn twin(url: &Url) -> Option<Url> {
    let host = Site::parse(url.as_str()).ok()?.twin_host()?;
    let mut twin = url.clone();
    twin.set_host(Some(&host)).ok()?;
    Some(twin)
}

async fn fetch(fetcher: &Fetcher, site: &Site, url: Url) -> Result<Home, fetch::Error> {
    let response = match fetcher.get(&Request::page(url.clone())).await {
        Ok(response) => response,
        Err(fetch::Error::RobotsDisallowed { .. }) => return Ok(Home::unseen(url)),
        Err(error) => return Err(error),
    };
    let status = response.status;
    let landed = response.url.clone();
    let moved_to = (!site.covers(&landed)).then(|| landed.to_string());
    let charset = response.charset();
    let page = if response.is_success() { response.body.bytes().await.ok() } else { None };
    let hints = page.as_ref().map(|html| hints::read(html, &landed, charset)).unwrap_or_default();
    // A redirect to a page (/de/start.html) does not change where the site lives, one to a host does.
    let mut origin = landed.clone();
    if landed.path() != url.path() {
        origin.set_path(if landed.host_str() == url.host_str() { url.path() } else { "/" });
    }
    origin.set_query(None);
    Ok(Home { origin, url: landed, status: Some(status), page, hints, moved_to })
}

impl Home {
    fn unseen(url: Url) -> Self {
        Self { origin: url.clone(), url, status: None, page: None, hints: Hints::default(), moved_to: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(text: &str) -> Vec<String> {
        let site = Site::parse(text).unwrap();
        addresses(&site, site.scheme_given()).into_iter().map(String::from).collect()
    }

    #[test]
    fn https_goes_before_http_and_the_given_host_before_its_twin() {
        assert_eq!(
            tried("acme.org"),
            ["https://acme.org/", "http://acme.org/", "https://www.acme.org/", "http://www.acme.org/"]
        );
        assert_eq!(tried("http://www.acme.org"), ["http://www.acme.org/", "http://acme.org/"]);
        assert_eq!(tried("http://127.0.0.1:81/x"), ["http://127.0.0.1:81/x"]);
    }
}
