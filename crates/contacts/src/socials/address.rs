//! A web address cut into host, path and query, as tolerant as browsers are.

use std::borrow::Cow;

use crate::cipher;

/// Longer addresses are no profiles.
const MAX_BYTES: usize = 2_000;
/// Segments of a path that are kept.
const MAX_SEGMENTS: usize = 12;
/// Addresses within addresses that are followed.
const MAX_NESTED: usize = 3;

/// An absolute web address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// In lower case, without user and port.
    pub(super) host: String,
    /// The segments of the path that are not empty, as written.
    pub(super) segments: Vec<&'a str>,
    query: &'a str,
}

impl<'a> Address<'a> {
    /// Reads an address with its scheme, with `//`, or starting with its host.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let mut rest = text.trim();
        for _ in 0..MAX_NESTED {
            let Some(inner) = after_scheme(rest) else { break };
            rest = inner;
            // `https://www.facebook.com/https://www.facebook.com/acme`
            let path = rest.split(['?', '#']).next().unwrap_or("");
            let Some(nested) = path.find("http") else { break };
            rest = &rest[nested..];
        }
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let host = rest[..end].rsplit('@').next().unwrap_or("").split(':').next().unwrap_or("");
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let plain = host.contains('.')
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if !plain || rest[..end].contains('@') {
            return None;
        }
        let (before, fragment) = rest[end..].split_once('#').unwrap_or((&rest[end..], ""));
        let (mut path, mut query) = before.split_once('?').unwrap_or((before, ""));
        // `/#!/acme`, `/#%21/acme`
        let hashbang = ["!/", "%21/", "/"].iter().find_map(|mark| fragment.strip_prefix(mark));
        if let Some(inner) =
            hashbang.filter(|_| segments(path).next().is_none() || fragment.starts_with(['!', '%']))
        {
            (path, query) = inner.split_once('?').unwrap_or((inner, query));
        }
        Some(Self { host, segments: segments(path).take(MAX_SEGMENTS).collect(), query })
    }

    /// A segment of the path.
    pub(super) fn segment(&self, index: usize) -> Option<&'a str> {
        self.segments.get(index).copied()
    }

    /// A parameter of the query, decoded.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let fields = self.query.split(['&', ';']).filter_map(|field| field.split_once('='));
        let mut values = fields.filter(|(field, _)| field.trim_start_matches("amp;") == name);
        values.next().map(|(_, value)| cipher::percent_decode(value).into_owned())
    }

    /// Whether the host is `entry`: a domain with its subdomains, `=host` exactly, or `name.*` in any country.
    pub(super) fn is_of(&self, entry: &str) -> bool {
        if let Some(exact) = entry.strip_prefix('=') {
            return self.host == exact;
        }
        if let Some(name) = entry.strip_suffix(".*") {
            let at = self.host.find(name).filter(|&at| at == 0 || self.host.as_bytes()[at - 1] == b'.');
            let top = at.and_then(|at| self.host[at + name.len()..].strip_prefix('.'));
            // The rest is a country: `de`, `com`, `co.uk`.
            return top.is_some_and(|top| top.len() <= 6 && top.split('.').all(|label| label.len() <= 3));
        }
        let rest = self.host.strip_suffix(entry);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split(['/', '\\'])
        .map(str::trim)
        .filter(|segment| !segment.is_empty() && !matches!(*segment, "." | ".."))
}

/// What follows the scheme, however often it is written; nothing for another scheme or a path.
fn after_scheme(text: &str) -> Option<&str> {
    let mut rest: Cow<'_, str> = Cow::Borrowed(text);
    if let Some((scheme, _)) = text.split_once("://") {
        if !scheme.to_ascii_lowercase().ends_with("http") && !scheme.to_ascii_lowercase().ends_with("https") {
            return None;
        }
        rest = Cow::Borrowed(&text[scheme.len() + 3..]);
    }
    match rest {
        Cow::Borrowed(rest) => Some(rest.trim_start_matches('/')),
        Cow::Owned(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut_as_browsers_cut_them() {
        let check = |text: &str, host: &str, path: &str| {
            let address = Address::parse(text);
            let found = address.map(|address| (address.host.clone(), address.segments.join("/")));
            assert_eq!(found, Some((host.to_owned(), path.to_owned())), "{text}");
        };
        check("https://www.facebook.com/AcmeInc/?ref=x#y", "www.facebook.com", "AcmeInc");
        check("//instagram.com//acme/", "instagram.com", "acme");
        check("HTTP://Twitter.com/#!/acme", "twitter.com", "acme");
        check("http://twitter.com/#%21/acme", "twitter.com", "acme");
        check("facebook.com/acme", "facebook.com", "acme");
        check("http://http://facebook.com/acme", "facebook.com", "acme");
        check("https://www.facebook.com/https://www.facebook.com/acme", "www.facebook.com", "acme");
        assert_eq!(Address::parse("mailto:a@facebook.com"), None);
        assert_eq!(Address::parse("/contact"), None);
        assert_eq!(Address::parse("ftp://facebook.com/a"), None);
    }
}
