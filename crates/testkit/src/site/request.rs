//! One HTTP/1.1 request head, read from bytes: just enough of RFC 9112 for a fake web.

/// Longest request head that is read; a longer one closes the connection.
pub(super) const HEAD_BYTES_MAX: usize = 64 * 1024;

/// A request as a scripted site sees it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, as sent.
    pub method: &'a str,
    /// Path and query, as sent, always starting with `/` (or `*`).
    pub target: &'a str,
    /// The host that was asked, lower case as sent, without its port; empty if none was named.
    pub host: &'a str,
    head: &'a str,
}

impl<'a> Request<'a> {
    /// Reads a head that ends before its empty line. None if it is no HTTP/1 request.
    pub(super) fn parse(head: &'a str) -> Option<Self> {
        let line = head.split("\r\n").next()?;
        let mut words = line.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if !version.starts_with("HTTP/1.") || words.next().is_some() {
            return None;
        }
        let (named, target) = split_absolute(target);
        let host = named.or_else(|| header(head, "host")).unwrap_or_default();
        Some(Self { method, target, host: without_port(host), head })
    }

    /// The path, without the query.
    pub fn path(&self) -> &'a str {
        self.target.split('?').next().unwrap_or(self.target)
    }

    /// The query, without its `?`; empty if there is none.
    pub fn query(&self) -> &'a str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The first header of that name, in any case, trimmed.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        header(self.head, name)
    }

    pub(super) fn head(&self) -> &'a str {
        self.head
    }
}

/// The first header of that name in a request head, trimmed.
pub(super) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Splits `http://host/path` (what is sent to a proxy) into host and target.
fn split_absolute(target: &str) -> (Option<&str>, &str) {
    let Some(rest) = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://")) else {
        return (None, target);
    };
    match rest.find('/') {
        Some(at) => (Some(&rest[..at]), &rest[at..]),
        None => (Some(rest), "/"),
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_with_its_host_path_and_query() {
        let request =
            Request::parse("GET /a/b?page=2 HTTP/1.1\r\nHost: Shop.localhost:81\r\nX-One: 1 ").unwrap();
        assert_eq!((request.method, request.host), ("GET", "Shop.localhost"));
        assert_eq!((request.path(), request.query()), ("/a/b", "page=2"));
        assert_eq!(request.header("x-one"), Some("1"));
    }

    #[test]
    fn a_request_to_a_proxy_names_its_host_in_the_target() {
        let request = Request::parse("GET http://far.example:80/x HTTP/1.1\r\nHost: near").unwrap();
        assert_eq!((request.host, request.target), ("far.example", "/x"));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for head in ["", "GET /", "GET / HTTP/2", "GET / x HTTP/1.1", "\u{16}\u{3}\u{1}"] {
            assert!(Request::parse(head).is_none(), "{head:?}");
        }
    }
}
