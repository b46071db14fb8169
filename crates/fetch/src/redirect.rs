//! Where a redirect leads, forgiving what real servers write into `Location`.

use http::HeaderMap;
use http::header::LOCATION;
use url::Url;

use crate::error::Error;
use crate::guard::shown;
use crate::response::Hop;

/// A chain of redirects, from the URL that was asked for to the one to ask next.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) url: Url,
    pub(crate) hops: Vec<Hop>,
    limit: usize,
}

impl Chain {
    pub(crate) fn new(mut url: Url, limit: usize) -> Self {
        strip(&mut url);
        Self { url, hops: Vec::new(), limit }
    }

    /// Takes the next hop: the status and headers of a redirect.
    pub(crate) fn follow(&mut self, status: u16, headers: &HeaderMap) -> Result<(), Error> {
        let bad = || Error::BadRedirect { url: shown(&self.url), status };
        let location = headers.get(LOCATION).ok_or_else(bad)?;
        let to = resolve(&self.url, location.as_bytes()).ok_or_else(bad)?;
        if to == self.url || self.hops.iter().any(|hop| hop.from == to) {
            return Err(Error::RedirectLoop { url: shown(&to) });
        }
        if self.hops.len() >= self.limit {
            return Err(Error::TooManyRedirects { limit: self.limit });
        }
        let from = std::mem::replace(&mut self.url, to.clone());
        let cross_host = from.host() != to.host() || from.port() != to.port();
        let downgrade = from.scheme() == "https" && to.scheme() == "http";
        let hop = Hop { from, to, status, cross_host, downgrade };
        self.hops.push(hop);
        Ok(())
    }
}

/// Whether a status with a `Location` is followed (RFC 9110 section 15.4).
pub(crate) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// What is neither sent nor compared: fragment and userinfo.
pub(crate) fn strip(url: &mut Url) {
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

fn resolve(base: &Url, location: &[u8]) -> Option<Url> {
    let location = location.trim_ascii();
    if location.is_empty() {
        return None;
    }
    let mut url = match std::str::from_utf8(location) {
        Ok(text) => base.join(text).ok()?,
        // Bytes of an old charset: sent back as they came.
        Err(_) => base.join(&escaped(location)).ok()?,
    };
    strip(&mut url);
    Some(url)
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 16);
    for byte in bytes {
        match byte.is_ascii() {
            true => text.push(char::from(*byte)),
            false => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn follow(chain: &mut Chain, location: &[u8]) -> Result<Hop, Error> {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_bytes(location).unwrap());
        chain.follow(302, &headers)?;
        Ok(chain.hops.last().unwrap().clone())
    }

    fn chain(url: &str) -> Chain {
        Chain::new(Url::parse(url).unwrap(), 5)
    }

    #[test]
    fn locations_are_resolved_however_they_are_written() {
        let check = |location: &[u8], want: &str| {
            let hop = follow(&mut chain("https://a.example/x/y?z"), location).unwrap();
            assert_eq!(hop.to.as_str(), want, "{}", location.escape_ascii());
        };
        check(b"/b", "https://a.example/b");
        check(b"b", "https://a.example/x/b");
        check(b"?q", "https://a.example/x/y?q");
        check(b"//b.example/c", "https://b.example/c");
        check(b" https://b.example/a b ", "https://b.example/a%20b");
        check("https://b.example/\u{e9}".as_bytes(), "https://b.example/%C3%A9");
        check(b"https://b.example/\xe9", "https://b.example/%E9");
        check("https://m\u{fc}nchen.example/".as_bytes(), "https://xn--mnchen-3ya.example/");
        check(b"https://user:pw@b.example/#top", "https://b.example/");
        check(b"\\b", "https://a.example/b");
    }

    #[test]
    fn a_missing_or_unreadable_location_is_a_bad_redirect() {
        assert_eq!(
            chain("http://a.example/").follow(302, &HeaderMap::new()).unwrap_err().code(),
            "bad_redirect"
        );
        assert_eq!(follow(&mut chain("http://a.example/"), b"http://[").unwrap_err().code(), "bad_redirect");
        assert_eq!(follow(&mut chain("http://a.example/"), b" ").unwrap_err().code(), "bad_redirect");
    }

    #[test]
    fn loops_are_found_whatever_their_length() {
        let mut two = chain("http://a.example/1");
        follow(&mut two, b"/2").unwrap();
        assert_eq!(follow(&mut two, b"/1").unwrap_err().code(), "redirect_loop");
        assert_eq!(follow(&mut chain("http://a.example/1"), b"/1#x").unwrap_err().code(), "redirect_loop");
    }

    #[test]
    fn chains_end_at_the_limit() {
        let mut long = chain("http://a.example/");
        for step in 0..5 {
            follow(&mut long, format!("/{step}").as_bytes()).unwrap();
        }
        assert_eq!(follow(&mut long, b"/more").unwrap_err(), Error::TooManyRedirects { limit: 5 });
    }

    #[test]
    fn hops_to_other_hosts_and_down_to_http_are_noted() {
        let mut walk = chain("https://a.example/");
        let hop = follow(&mut walk, b"http://a.example/").unwrap();
        assert_eq!((hop.cross_host, hop.downgrade), (false, true));
        let hop = follow(&mut walk, b"http://www.a.example/").unwrap();
        assert_eq!((hop.cross_host, hop.downgrade), (true, false));
    }
}
