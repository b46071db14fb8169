//! Whose pace a URL falls under.

use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::dns::canonical;

/// A host as far as politeness goes: its name and, where it is not the default one, its port.
///
/// http and https share a pace, and so do the spellings of a name; another port is another server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostKey(Arc<str>);

impl HostKey {
    /// The key of `url`; with `www_shares`, `www.example.com` counts as `example.com`.
    pub fn of(url: &Url, www_shares: bool) -> Self {
        let host = canonical(url.host_str().unwrap_or_default());
        let host = if www_shares { host.strip_prefix("www.").unwrap_or(&host) } else { &host };
        match url.port() {
            None => Self(host.into()),
            Some(port) => Self(format!("{host}:{port}").into()),
        }
    }

    /// The key as text, for rows and logs.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(url: &str, www_shares: bool) -> String {
        HostKey::of(&Url::parse(url).unwrap(), www_shares).to_string()
    }

    #[test]
    fn a_host_is_its_name_and_unusual_port() {
        let check = |url, want: &str| assert_eq!(key(url, false), want, "{url}");
        check("http://Example.com/a", "example.com");
        check("https://example.com.:443/", "example.com");
        check("http://example.com:8080/", "example.com:8080");
        check("http://www.example.com/", "www.example.com");
        check("http://[::1]:8080/", "[::1]:8080");
        assert_eq!(key("http://www.example.com/", true), "example.com");
    }
}
