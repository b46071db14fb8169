//! One URL for one page: the normal form under which pages are deduplicated.
//!
//! RFC 3986 section 6.2.2 (case, percent-encoding, dot segments) and 6.2.3 (default port, empty path), as the WHATWG
//! URL standard parses; beyond them the fragment, user name and the tracking parameters of [`TRACKING`] go. What could
//! change the page stays: scheme, `www.`, letter case of the path, a trailing slash, the order of the query.

use twox_hash::XxHash3_64;
use url::Url;

/// The longest URL that is kept, in bytes: the limit of sitemaps.org's protocol (2,048 characters).
pub const LOC_BYTES_MAX: usize = 2_048;

/// Query parameters that only say where a visitor came from, beside all that begin with `utm_`.
const TRACKING: &[&str] = &[
    "_ga", "_gl", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igshid", "mc_cid", "mc_eid", "msclkid",
    "srsltid", "ttclid", "twclid", "wbraid", "yclid",
];

/// The normal form of a page's URL. Two URLs of one page are equal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageUrl(String);

/// Why a text is no page's URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PageUrlError {
    /// Longer than [`LOC_BYTES_MAX`].
    #[error("longer than {LOC_BYTES_MAX} bytes")]
    TooLong,
    /// Not http or https.
    #[error("not http or https")]
    Scheme,
    /// Not a URL with a host.
    #[error("not a URL")]
    Invalid,
}

impl PageUrl {
    /// Brings an absolute URL into its normal form.
    ///
    /// # Errors
    /// Why the text is no page's URL.
    pub fn parse(text: &str) -> Result<Self, PageUrlError> {
        if text.len() > LOC_BYTES_MAX {
            return Err(PageUrlError::TooLong);
        }
        if is_normal(text) {
            return Ok(Self(text.to_owned()));
        }
        let url = Url::parse(text).map_err(|_| PageUrlError::Invalid)?;
        Self::from_url(url)
    }

    /// Brings a parsed URL into its normal form.
    ///
    /// # Errors
    /// As [`PageUrl::parse`].
    pub fn from_url(mut url: Url) -> Result<Self, PageUrlError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PageUrlError::Scheme);
        }
        url.set_fragment(None);
        // The setters refuse only URLs without a host; http and https URLs have one.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        if let Some(host) = url.host_str().filter(|h| h.ends_with('.')) {
            let host = host.trim_end_matches('.').to_owned();
            url.set_host(Some(&host)).map_err(|_| PageUrlError::Invalid)?;
        }
        strip_query(&mut url);
        let text = normal_percents(url.into());
        if text.len() > LOC_BYTES_MAX { Err(PageUrlError::TooLong) } else { Ok(Self(text)) }
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL as text, given away.
    pub fn into_string(self) -> String {
        self.0
    }

    /// The 64-bit key under which the page is unique in its domain: XXH3 of the text, the same for ever.
    pub fn key(&self) -> i64 {
        XxHash3_64::oneshot(self.0.as_bytes()).cast_signed()
    }

    /// The host, with a port if there is one.
    pub fn authority(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        &rest[..rest.find(['/', '?']).unwrap_or(rest.len())]
    }

    /// The path and the query.
    pub fn path_and_query(&self) -> &str {
        let start = self.0.find("://").map_or(0, |at| at + 3);
        self.0[start..].find('/').map_or("/", |at| &self.0[start + at..])
    }
}

impl std::fmt::Display for PageUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a text certainly stands in normal form already: true of most URLs in real sitemaps, and ten times
/// cheaper to see than to parse. A `false` only means that the full way must be gone.
fn is_normal(text: &str) -> bool {
    let (rest, own_port) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(rest), _) => (rest, "443"),
        (_, Some(rest)) => (rest, "80"),
        _ => return false,
    };
    let Some(slash) = rest.find('/') else { return false };
    let (authority, path) = rest.split_at(slash);
    let host = match authority.split_once(':') {
        Some((_, port)) if port == own_port || !is_plain_number(port, 65_535) => return false,
        Some((host, _)) => host,
        None => authority,
    };
    (is_plain_host(host) || is_plain_v4(host))
        && path.bytes().all(|b| PLAIN_PATH[usize::from(b)])
        && !path.contains("/.")
}

/// A host of lower-case labels whose last is not a number; no punycode, which must be checked.
fn is_plain_host(host: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    let last = host.rsplit('.').next().unwrap_or_default();
    host.bytes().all(plain)
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !host.contains("xn--")
        && !host.contains("..")
        && !host.starts_with('.')
}

/// Four decimal numbers, as an address is written out.
fn is_plain_v4(host: &str) -> bool {
    host.split('.').count() == 4 && host.split('.').all(|part| is_plain_number(part, 255))
}

/// A decimal number up to `max` without a sign or leading zeros.
fn is_plain_number(text: &str, max: u32) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
        && text.parse::<u32>().is_ok_and(|number| number <= max)
}

/// Bytes of a path that no rule changes: no `%` `?` `#` `\`, nothing that the standard percent-encodes.
const PLAIN_PATH: [bool; 256] = {
    let mut table = [false; 256];
    let plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~!$&'()*+,;=:@";
    let mut i = 0;
    while i < plain.len() {
        table[plain[i] as usize] = true;
        i += 1;
    }
    table
};

/// Drops the tracking parameters, and a `?` with nothing behind it.
fn strip_query(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let tracking = |pair: &str| {
        let name = pair.split('=').next().unwrap_or_default();
        name.starts_with("utm_") || TRACKING.binary_search(&name).is_ok()
    };
    if !query.is_empty() && !query.split('&').any(tracking) {
        return;
    }
    let kept: Vec<&str> = query.split('&').filter(|pair| !tracking(pair)).collect();
    let kept = kept.join("&");
    url.set_query(if kept.is_empty() { None } else { Some(&kept) });
}

/// Upper-case hex digits, and unreserved characters not encoded at all (RFC 3986 sections 6.2.2.1 and 6.2.2.2).
fn normal_percents(text: String) -> String {
    if !text.contains('%') {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        match rest.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte))
            }
            Some(byte) => out.push_str(&format!("%{byte:02X}")),
            None => {
                out.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(text: &str) -> String {
        PageUrl::parse(text).unwrap().into_string()
    }

    #[test]
    fn spellings_of_one_url_are_one() {
        let cases = [
            ("https://a.b", "https://a.b/"),
            ("HTTPS://A.B:443/x", "https://a.b/x"),
            ("https://a.b./x", "https://a.b/x"),
            ("https://a.b/x#top", "https://a.b/x"),
            ("https://u:p@a.b/x", "https://a.b/x"),
            ("https://a.b/x/../y/./z", "https://a.b/y/z"),
            ("https://a.b/%7euser/%c3%a9", "https://a.b/~user/%C3%A9"),
            ("https://a.b/é", "https://a.b/%C3%A9"),
            ("https://a.b/x?", "https://a.b/x"),
            ("https://a.b/x?utm_source=n&id=7&gclid=q", "https://a.b/x?id=7"),
            ("https://a.b/x?utm_source=n", "https://a.b/x"),
            ("https://bücher.de/", "https://xn--bcher-kva.de/"),
            ("https://a.b/100%", "https://a.b/100%"),
        ];
        for (given, wanted) in cases {
            assert_eq!(normal(given), wanted, "{given}");
        }
    }

    #[test]
    fn what_may_be_another_page_stays_apart() {
        for (a, b) in [
            ("https://a.b/x", "https://a.b/x/"),
            ("https://a.b/About", "https://a.b/about"),
            ("https://a.b/?a=1&b=2", "https://a.b/?b=2&a=1"),
            ("https://www.a.bc/", "https://a.bc/"),
            ("https://a.b/a%2Fb", "https://a.b/a/b"),
        ] {
            assert_ne!(normal(a), normal(b));
        }
    }

    #[test]
    fn what_is_no_page_is_refused() {
        assert_eq!(PageUrl::parse("ftp://a.b/"), Err(PageUrlError::Scheme));
        assert_eq!(PageUrl::parse("mailto:a@b.c"), Err(PageUrlError::Scheme));
        assert_eq!(PageUrl::parse("/x"), Err(PageUrlError::Invalid));
        assert_eq!(PageUrl::parse("https://"), Err(PageUrlError::Invalid));
        assert_eq!(PageUrl::parse(&format!("https://a.b/{}", "x".repeat(3_000))), Err(PageUrlError::TooLong));
    }

    #[test]
    fn the_key_of_a_url_never_changes() {
        assert_eq!(PageUrl::parse("https://example.com/").unwrap().key(), 5_522_761_390_303_137_003);
    }

    #[test]
    fn parts_of_a_url_are_told() {
        let url = PageUrl::parse("http://127.0.0.1:8080/a/b?c=d").unwrap();
        assert_eq!(url.authority(), "127.0.0.1:8080");
        assert_eq!(url.path_and_query(), "/a/b?c=d");
    }

    #[test]
    fn the_tracking_parameters_stand_in_order() {
        assert!(TRACKING.is_sorted());
    }

    proptest! {
        #[test]
        fn the_normal_form_is_its_own(path in "[ -~é]{0,40}", host in "[a-z0-9.-]{1,20}") {
            if let Ok(once) = PageUrl::parse(&format!("https://{host}/{path}")) {
                prop_assert_eq!(PageUrl::parse(once.as_str()), Ok(once.clone()));
            }
        }

        #[test]
        fn the_short_way_agrees_with_the_full_way(
            scheme in "https?",
            host in "[a-z0-9.-]{1,16}|[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
            port in "|:[0-9]{1,6}|:80|:443",
            path in "[a-zA-Z0-9/._~!*+,;=:@-]{0,30}",
        ) {
            let text = format!("{scheme}://{host}{port}/{path}");
            if is_normal(&text) {
                let full = Url::parse(&text).map_err(|_| PageUrlError::Invalid).and_then(PageUrl::from_url);
                prop_assert_eq!(full, Ok(PageUrl(text)));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}") {
            let _ = PageUrl::parse(&text);
        }
    }
}
