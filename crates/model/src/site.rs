//! A web site as a person names it: a bare domain, a host with a port, or any URL of it.

use url::{Host, Url};

/// A site to scan, parsed once from what was typed, pasted or uploaded.
///
/// Two spellings of one site have one [`name`](Site::name): letter case, `www.`, scheme, path, user name and a
/// default port do not count, an international name is the same as its punycode.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    name: String,
    base: Url,
    scheme_given: bool,
}

/// Why a text names no site.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// There is nothing but white space.
    #[error("empty")]
    Empty,
    /// Longer than [`Site::TEXT_BYTES_MAX`].
    #[error("longer than {} bytes", Site::TEXT_BYTES_MAX)]
    TooLong,
    /// An e-mail address; holds its domain.
    #[error("an e-mail address, not a domain; write {0} to scan its domain")]
    Email(String),
    /// A scheme other than http and https.
    #[error("the scheme {0}: is not http or https")]
    Scheme(String),
    /// No dot in the name, and not `localhost`.
    #[error("\"{0}\" has no dot, so it is no domain")]
    NoDot(String),
    /// Not a host at all; holds the parser's reason.
    #[error("not a domain or URL: {0}")]
    Invalid(String),
}

impl Site {
    /// The longest text that is looked at, in bytes.
    pub const TEXT_BYTES_MAX: usize = 2_048;

    /// Reads a domain (`example.com`), a host with port (`127.0.0.1:8080`) or a URL.
    ///
    /// # Errors
    /// What is wrong with the text, in words for the person who gave it.
    pub fn parse(text: &str) -> Result<Self, SiteError> {
        let text = text.trim().trim_matches(['"', '\'', '<', '>', ',', ';', '\u{feff}']).trim();
        if text.is_empty() {
            return Err(SiteError::Empty);
        }
        if text.len() > Self::TEXT_BYTES_MAX {
            return Err(SiteError::TooLong);
        }
        let scheme = scheme_of(text);
        if scheme.is_none() && text.contains('@') && !text.contains('/') {
            let domain = text.rsplit('@').next().unwrap_or_default();
            return Err(SiteError::Email(domain.to_owned()));
        }
        let with_scheme = match scheme {
            Some("http" | "https") => text.to_owned(),
            Some(other) => return Err(SiteError::Scheme(other.to_owned())),
            None => format!("https://{}", text.trim_start_matches('/')),
        };
        let url = Url::parse(&with_scheme).map_err(|e| SiteError::Invalid(e.to_string()))?;
        let bare = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
        if scheme.is_none() && url.domain().is_none() && !bare.contains('.') && !text.starts_with('[') {
            // The URL standard reads a number as an address; in a list it is a row number or worse.
            return Err(SiteError::NoDot(bare.to_owned()));
        }
        Self::from_url(url, scheme.is_some())
    }

    fn from_url(mut url: Url, scheme_given: bool) -> Result<Self, SiteError> {
        check_host(&url)?;
        url.set_fragment(None);
        url.set_query(None);
        // The setters refuse only URLs without a host, and this one has one.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let host = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        let bare = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(&host);
        let name = match url.port() {
            Some(port) => format!("{bare}:{port}"),
            None => bare.to_owned(),
        };
        Ok(Self { name, base: url, scheme_given })
    }

    /// The one name of the site: its host without `www.`, with a port if that is not the scheme's own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where to begin: the URL as given, `https` where no scheme was.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Whether the person wrote a scheme; if not, `http` is worth a try where `https` fails.
    pub fn scheme_given(&self) -> bool {
        self.scheme_given
    }

    /// The host's twin: with `www.` if it is without, without if it is with. None for addresses and `localhost`.
    pub fn twin_host(&self) -> Option<String> {
        let host = self.base.domain()?;
        if !host.contains('.') || host.ends_with(".localhost") {
            return None;
        }
        match host.strip_prefix("www.") {
            Some(rest) if rest.contains('.') => Some(rest.to_owned()),
            _ => Some(format!("www.{host}")),
        }
    }

    /// Whether `url` belongs to this site: the same registrable domain (Public Suffix List, private section
    /// included, so that two users of one hosting domain stay apart); for an IP address the same host and port.
    pub fn covers(&self, url: &Url) -> bool {
        match (self.base.host(), url.host()) {
            (Some(Host::Domain(own)), Some(Host::Domain(other))) => same_registrable(own, other),
            (Some(own), Some(other)) => {
                own == other && self.base.port_or_known_default() == url.port_or_known_default()
            }
            _ => false,
        }
    }
}

/// Whether two host names belong to one registrable domain.
fn same_registrable(own: &str, other: &str) -> bool {
    if own == other {
        return true;
    }
    match (psl::domain_str(own), psl::domain_str(other)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The scheme that a text begins with, if it begins with one: `host:8080` does not.
fn scheme_of(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let word = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-'));
    let port = rest.split(['/', '?', '#']).next().is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()));
    if !word || (port && !rest.starts_with("//")) {
        return None;
    }
    Some(match scheme.to_ascii_lowercase().as_str() {
        "http" => "http",
        "https" => "https",
        _ => scheme,
    })
}

fn check_host(url: &Url) -> Result<(), SiteError> {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            if name == "localhost" {
                return Ok(());
            }
            if !name.contains('.') {
                return Err(SiteError::NoDot(name.to_owned()));
            }
            let valid = name.len() <= 253
                && name.split('.').all(|label| {
                    (1..=63).contains(&label.len())
                        && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                });
            if valid { Ok(()) } else { Err(SiteError::Invalid(format!("\"{name}\" is no host name"))) }
        }
        Some(_) => Ok(()),
        None => Err(SiteError::Invalid("no host".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        Site::parse(text).unwrap().name().to_owned()
    }

    #[test]
    fn spellings_of_one_site_have_one_name() {
        for text in [
            "example.com",
            "EXAMPLE.com.",
            "www.example.com",
            "https://example.com/",
            "http://www.example.com:80/a?b#c",
            " \"example.com\", ",
            "https://user:pw@example.com/x",
            "//example.com/",
            "HTTPS://Example.Com",
        ] {
            assert_eq!(name(text), "example.com", "{text}");
        }
    }

    #[test]
    fn ports_addresses_and_international_names_are_kept() {
        assert_eq!(name("127.0.0.1:8080"), "127.0.0.1:8080");
        assert_eq!(name("http://127.0.0.1:8080/x"), "127.0.0.1:8080");
        assert_eq!(name("localhost:9000"), "localhost:9000");
        assert_eq!(name("bücher.de"), "xn--bcher-kva.de");
        assert_eq!(name("[::1]:8080"), "[::1]:8080");
        assert_eq!(name("www.de"), "www.de");
    }

    #[test]
    fn rubbish_is_refused_with_its_reason() {
        let cases = [
            ("   ", "empty"),
            ("info@acme.org", "an e-mail address, not a domain; write acme.org to scan its domain"),
            ("ftp://acme.org", "the scheme ftp: is not http or https"),
            ("javascript:alert(1)", "the scheme javascript: is not http or https"),
            ("acme", "\"acme\" has no dot, so it is no domain"),
            ("17", "\"17\" has no dot, so it is no domain"),
        ];
        for (text, reason) in cases {
            assert_eq!(Site::parse(text).unwrap_err().to_string(), reason, "{text}");
        }
        for text in ["https://", "a b.com", "exa mple.com", "-", "..", "https://?x", "acme..com", "<html>"] {
            assert!(Site::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_site_covers_its_registrable_domain_only() {
        let covers = |site: &str, url: &str| Site::parse(site).unwrap().covers(&Url::parse(url).unwrap());
        assert!(covers("example.com", "http://www.example.com/a"));
        assert!(covers("shop.example.co.uk", "https://example.co.uk/"));
        assert!(!covers("example.co.uk", "https://other.co.uk/"));
        assert!(!covers("a.github.io", "https://b.github.io/"));
        assert!(covers("127.0.0.1:81", "http://127.0.0.1:81/x"));
        assert!(!covers("127.0.0.1:81", "http://127.0.0.1:82/x"));
        assert!(!covers("cafe.localhost:81", "http://other.localhost:81/"));
    }

    #[test]
    fn the_twin_of_a_host_is_with_or_without_www() {
        let twin = |text: &str| Site::parse(text).unwrap().twin_host();
        assert_eq!(twin("example.com").as_deref(), Some("www.example.com"));
        assert_eq!(twin("www.example.com").as_deref(), Some("example.com"));
        assert_eq!(twin("127.0.0.1:80"), None);
    }
}
