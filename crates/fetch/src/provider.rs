//! Through what a request goes: straight, through a proxy, or through a scraping API that is paid by the credit.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use url::Url;

use crate::error::Error;
use crate::secret::Secret;

/// The way out. What the operator configured as the way is trusted: only the *target* is judged by the guard,
/// as a literal address always, as a name where this machine resolves it.
#[derive(Clone, Debug, Default)]
pub enum Provider {
    /// Straight to the site.
    #[default]
    Direct,
    /// An HTTP proxy.
    Http(HttpProxy),
    /// A SOCKS5 proxy.
    Socks5(Socks5),
    /// A scraping API.
    ScrapingApi(Arc<ScrapingApi>),
}

impl Provider {
    /// Whether two routes are one, so that they can share connections.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Direct, Self::Direct) => true,
            (Self::Http(a), Self::Http(b)) => a == b,
            (Self::Socks5(a), Self::Socks5(b)) => a == b,
            (Self::ScrapingApi(a), Self::ScrapingApi(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

/// An HTTP proxy: `CONNECT` for https, absolute-form requests for http (RFC 9110 section 9.3.6, RFC 9112 section 3.2.2).
/// The proxy resolves the names, so a name that leads to a private address is for the proxy to refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpProxy {
    /// `host:port` of the proxy.
    pub address: String,
    /// User and password for basic authentication.
    pub auth: Option<(String, Secret)>,
}

/// A SOCKS5 proxy (RFC 1928, RFC 1929).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Socks5 {
    /// `host:port` of the proxy.
    pub address: String,
    /// User and password.
    pub auth: Option<(String, Secret)>,
    /// False: names are resolved and judged here, and the proxy gets the address. True: the proxy gets the name.
    pub remote_dns: bool,
}

/// A scraping API: an HTTP endpoint that fetches a URL for us and takes credits for it.
pub struct ScrapingApi {
    name: String,
    endpoint: String,
    key: Secret,
    credits_per_call: u64,
    budget: Option<u64>,
    spent: AtomicU64,
}

/// The credits of a scraping API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credits {
    /// The API's name in the configuration.
    pub provider: String,
    /// Credits spent by this process.
    pub spent: u64,
    /// Credits that may be spent; none for no bound.
    pub budget: Option<u64>,
}

impl ScrapingApi {
    /// An API called `name` whose `endpoint` holds `{url}` and, where it wants it, `{key}`; both are put in percent-encoded.
    ///
    /// # Errors
    /// [`Error::Config`] if the template has no `{url}` or is no http(s) URL.
    pub fn new(
        name: &str,
        endpoint: &str,
        key: Secret,
        credits_per_call: u64,
        budget: Option<u64>,
    ) -> Result<Self, Error> {
        let api = Self {
            name: name.to_owned(),
            endpoint: endpoint.to_owned(),
            key,
            credits_per_call,
            budget,
            spent: AtomicU64::new(0),
        };
        if !endpoint.contains("{url}") {
            return Err(Error::Config { detail: format!("the endpoint of {name} has no {{url}}") });
        }
        api.call_url(
            &Url::parse("http://example.com/").map_err(|e| Error::Config { detail: e.to_string() })?,
        )?;
        Ok(api)
    }

    /// The credits so far.
    pub fn credits(&self) -> Credits {
        Credits {
            provider: self.name.clone(),
            spent: self.spent.load(Ordering::Relaxed),
            budget: self.budget,
        }
    }

    /// The URL that has the API fetch `target`. It holds the key: never log it.
    pub(crate) fn call_url(&self, target: &Url) -> Result<Url, Error> {
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        // The key first: a target that spells `{key}` must not draw it into itself.
        let filled = self.endpoint.replace("{key}", &encode(self.key.expose()));
        let filled = filled.replace("{url}", &encode(target.as_str()));
        match Url::parse(&filled) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
            _ => {
                Err(Error::Config { detail: format!("the endpoint of {} is not an http(s) URL", self.name) })
            }
        }
    }

    /// Takes the credits of one call, before it is made.
    pub(crate) fn spend(&self) -> Result<(), Error> {
        let budget = self.budget.unwrap_or(u64::MAX);
        let take = |spent: u64| spent.checked_add(self.credits_per_call).filter(|sum| *sum <= budget);
        match self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
            Ok(_) => Ok(()),
            Err(_) => Err(Error::BudgetSpent { budget }),
        }
    }

    /// Gives back the credits of a call that never reached the API.
    pub(crate) fn refund(&self) {
        let give = |spent: u64| Some(spent.saturating_sub(self.credits_per_call));
        let _ = self.spent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
    }
}

/// Without the endpoint: a key may be spelt out in it.
impl fmt::Debug for ScrapingApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScrapingApi").field("credits", &self.credits()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(endpoint: &str, budget: Option<u64>) -> Result<ScrapingApi, Error> {
        ScrapingApi::new("api", endpoint, Secret::new("k&y"), 5, budget)
    }

    #[test]
    fn key_and_target_are_filled_in_encoded() {
        let api = api("https://api.example/v1?key={key}&url={url}", None).unwrap();
        let url = api.call_url(&Url::parse("http://a.example/x?y={key}&z").unwrap()).unwrap();
        assert_eq!(
            url.as_str(),
            "https://api.example/v1?key=k%26y&url=http%3A%2F%2Fa.example%2Fx%3Fy%3D%7Bkey%7D%26z"
        );
    }

    #[test]
    fn a_template_without_a_place_for_the_target_is_refused() {
        assert_eq!(api("https://api.example/", None).unwrap_err().code(), "config");
        assert_eq!(api("ftp://api.example/{url}", None).unwrap_err().code(), "config");
    }

    #[test]
    fn credits_stop_at_the_budget() {
        let api = api("https://api.example/{url}", Some(12)).unwrap();
        assert_eq!([api.spend().is_ok(), api.spend().is_ok(), api.spend().is_ok()], [true, true, false]);
        api.refund();
        assert_eq!(api.credits().spent, 5);
    }

    #[test]
    fn debug_output_hides_the_key() {
        assert!(!format!("{:?}", api("https://a.example/{url}", None)).contains("k&y"));
    }
}
