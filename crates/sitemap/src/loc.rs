//! A location as written to an absolute http or https address, without copying where nothing is to be done.

use std::borrow::Cow;

use memchr::memchr;
use url::Url;

use crate::entity;

/// Why a location is not delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    Empty,
    TooLong,
    Invalid,
}

/// How often references are decoded: `&amp;amp;` comes from escaping twice, `&amp;amp;amp;` from doing it three times.
const DECODING_ROUNDS: usize = 3;

/// Cleans and resolves `raw`. `escaped` says whether references are to be decoded, as in XML.
pub(crate) fn clean<'a>(
    raw: &'a str,
    escaped: bool,
    base: Option<&Url>,
    limit: usize,
) -> Result<Cow<'a, str>, Bad> {
    if is_plain(raw) {
        return if raw.len() > limit { Err(Bad::TooLong) } else { Ok(Cow::Borrowed(raw)) };
    }
    let text = tidy(raw, escaped);
    if text.is_empty() {
        return Err(Bad::Empty);
    }
    if text.len() > limit {
        return Err(Bad::TooLong);
    }
    let resolved = match resolve(&text, base).ok_or(Bad::Invalid)? {
        Resolved::AsWritten(from) => match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[from..]),
            Cow::Owned(text) => Cow::Owned(text[from..].to_owned()),
        },
        Resolved::To(url) => Cow::Owned(url),
    };
    if resolved.len() > limit { Err(Bad::TooLong) } else { Ok(resolved) }
}

/// Whether an address can go out as it stands: printable ASCII, nothing to decode, an ordinary host name.
#[inline]
fn is_plain(raw: &str) -> bool {
    let odd = raw
        .bytes()
        .fold(false, |odd, byte| odd | (byte <= b' ') | (byte >= 0x7F) | (byte == b'&') | (byte == b'>'));
    !odd && has_ordinary_host(raw)
}

/// Whether `url` begins with `http(s)://` and a host of which [`Url::parse`] is known to take any: letters, digits,
/// `-`, `_` and dots, not ending in a number (that would be an IPv4 address), no punycode, no port, no user.
#[inline]
fn has_ordinary_host(url: &str) -> bool {
    let Some(rest) = after_scheme(url.as_bytes()) else { return false };
    let length = rest.iter().take_while(|&&byte| HOST_BYTE[byte as usize]).count();
    let host = &rest[..length];
    let ends_well = matches!(rest.get(length), None | Some(b'/' | b'?' | b'#'));
    let last = host.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let has_letter_at_end = last.first().is_some_and(u8::is_ascii_alphabetic);
    ends_well
        && has_letter_at_end
        && host[0] != b'.'
        && (memchr(b'-', host).is_none() || !host.windows(4).any(|part| part.eq_ignore_ascii_case(b"xn--")))
}

const HOST_BYTE: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        let character = byte as u8;
        table[byte] = character.is_ascii_alphanumeric() || matches!(character, b'-' | b'.' | b'_');
        byte += 1;
    }
    table
};

fn after_scheme(url: &[u8]) -> Option<&[u8]> {
    for scheme in [&b"https://"[..], b"http://"] {
        if let Some((head, rest)) = url.split_at_checked(scheme.len())
            && head.eq_ignore_ascii_case(scheme)
        {
            return Some(rest);
        }
    }
    None
}

/// Trims, decodes references, drops control characters and whatever wraps the address.
fn tidy(raw: &str, escaped: bool) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(trim(raw));
    for _ in 0..DECODING_ROUNDS {
        if !escaped || memchr(b'&', text.as_bytes()).is_none() {
            break;
        }
        let decoded = entity::decode(&text);
        if decoded == text {
            break;
        }
        text = Cow::Owned(trim(&decoded).to_owned());
    }
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7F) { Cow::Owned(on_one_line(&text)) } else { text }
}

/// Joins an address that was broken over lines, up to a line that begins another; drops control characters.
fn on_one_line(text: &str) -> String {
    let mut lines = text.split(['\n', '\r']).map(|line| line.trim_matches([' ', '\t']));
    let first = lines.next().unwrap_or_default();
    let rest = lines.take_while(|line| after_scheme(line.as_bytes()).is_none());
    let joined = std::iter::once(first).chain(rest).flat_map(str::chars);
    joined.filter(|character| !character.is_ascii_control()).collect()
}

/// Without the white space around it, visible or not.
pub(crate) fn trim_space(text: &str) -> &str {
    text.trim_matches(is_padding)
}

/// Takes off what surrounds an address: any white space, zero-width characters, byte order marks, a pair of quotes,
/// the end of a CDATA section inside another.
pub(crate) fn trim(text: &str) -> &str {
    let mut text = text.trim_matches(is_padding);
    while let Some(shorter) = text.strip_suffix("]]>") {
        text = shorter.trim_end_matches(is_padding);
    }
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            text = inner.trim_matches(is_padding);
        }
    }
    text
}

/// White space in the widest sense: Unicode's, controls, and characters that have no width.
pub(crate) fn is_padding(character: char) -> bool {
    match character {
        '\0'..=' ' => true,
        '!'..='~' => false,
        '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' => true,
        '\u{2060}'..='\u{2064}' | '\u{FEFF}' => true,
        _ => character.is_whitespace() || character.is_control(),
    }
}

enum Resolved {
    /// The text from this byte on.
    AsWritten(usize),
    To(String),
}

fn resolve(text: &str, base: Option<&Url>) -> Option<Resolved> {
    if let Some(rest) = after_scheme(text.as_bytes()) {
        let from = text.len() - rest.len();
        if after_scheme(rest).is_some() {
            return absolute(&text[from..]).map(|found| match found {
                Resolved::AsWritten(inner) => Resolved::AsWritten(from + inner),
                found @ Resolved::To(_) => found,
            });
        }
        return absolute(text);
    }
    if let Some(scheme) = scheme(text) {
        let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        return if is_web { parsed(Url::parse(text).ok()?) } else { None };
    }
    relative(text, base)
}

fn absolute(text: &str) -> Option<Resolved> {
    if has_ordinary_host(text) {
        return Some(Resolved::AsWritten(0));
    }
    let url = Url::parse(text).ok()?;
    let authority = text.split("://").nth(1)?.split(['/', '?', '#']).next()?;
    if authority.contains('\\') || authority.is_empty() { parsed(url) } else { Some(Resolved::AsWritten(0)) }
}

fn parsed(url: Url) -> Option<Resolved> {
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_web.then(|| Resolved::To(url.into()))
}

/// The scheme, if the text begins with one. `example.com:8080` and `a/b:c` do not.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let well_formed = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let is_port = scheme.contains('.') && rest.starts_with(|digit: char| digit.is_ascii_digit());
    (well_formed && !is_port).then_some(scheme)
}

/// Resolves what has no scheme: `//host/path`, `www.host/path`, `/path`, `path`, `?query`.
fn relative(text: &str, base: Option<&Url>) -> Option<Resolved> {
    let with_scheme = |rest: &str| {
        let scheme = base.map_or("https", Url::scheme);
        Url::parse(&format!("{scheme}://{rest}")).ok().and_then(parsed)
    };
    if let Some(rest) = text.strip_prefix("//") {
        return with_scheme(rest);
    }
    if names_a_host(text, base) {
        return with_scheme(text);
    }
    let is_reference = !text.starts_with(['#', '&'])
        && !text.contains(|unfit: char| unfit.is_whitespace() || "<>\"{}|^`".contains(unfit))
        && !NOTHING.iter().any(|nothing| nothing.eq_ignore_ascii_case(text));
    if is_reference { parsed(base?.join(text).ok()?) } else { None }
}

/// What programs print for a value that is not there.
const NOTHING: [&str; 4] = ["null", "undefined", "none", "nan"];

/// Whether an address only lacks its scheme: it begins with `www.` or with the sitemap's own host.
fn names_a_host(text: &str, base: Option<&Url>) -> bool {
    let host = text.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_www = host.get(..4).is_some_and(|www| www.eq_ignore_ascii_case("www.")) && host[4..].contains('.');
    is_www
        || base.and_then(Url::host_str).is_some_and(|own| own.contains('.') && host.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(raw: &str) -> Result<String, Bad> {
        let base = Url::parse("https://example.com/maps/sitemap.xml").expect("a valid address");
        clean(raw, true, Some(&base), 200).map(Cow::into_owned)
    }

    fn check(raw: &str, expected: &str) {
        assert_eq!(cleaned(raw).as_deref(), Ok(expected), "{raw:?}");
        assert!(Url::parse(expected).is_ok(), "{expected:?}");
    }

    #[test]
    fn addresses_stay_as_they_are_written() {
        for url in [
            "http://a.example/",
            "HTTP://A.example/Path?q=1#f",
            "https://a.example:8080/x",
            "http://192.168.0.1/x",
            "http://bücher.example/straße",
            "http://xn--bcher-kva.example/",
            "http://a.example/with space",
            "http://[::1]/x",
            "http://user:pw@a.example/",
            "http://localhost",
        ] {
            check(url, url);
        }
    }

    #[test]
    fn what_surrounds_an_address_is_taken_off() {
        let url = "http://a.example/x";
        for (before, after) in [
            (" \r\n\t", "\n "),
            ("\u{A0}", "\u{3000}"),
            ("\u{200B}", "\u{200B}"),
            ("\u{FEFF}", "\u{2060}"),
            ("\"", "\""),
            ("' ", " '"),
            ("&nbsp;", "&#160;"),
            ("&#x200B;", ""),
            ("", "]]>"),
        ] {
            check(&format!("{before}{url}{after}"), url);
        }
    }

    #[test]
    fn references_are_decoded_however_often_they_were_escaped() {
        for raw in ["?a=1&b=2", "?a=1&amp;b=2", "?a=1&amp;amp;b=2", "?a=1&#38;b=2", "?a=1&amp;#38;b=2"] {
            check(&format!("http://a.example/{raw}"), "http://a.example/?a=1&b=2");
        }
        check("http://a.example/&unknown;x", "http://a.example/&unknown;x");
    }

    #[test]
    fn line_breaks_and_control_characters_inside_are_dropped() {
        check("http://a.example/x\n\ty\u{8}z", "http://a.example/xyz");
        check("http://a.example/x\n  http://a.example/y", "http://a.example/x");
    }

    #[test]
    fn relative_locations_are_resolved() {
        for (raw, expected) in [
            ("/a", "https://example.com/a"),
            ("a.html", "https://example.com/maps/a.html"),
            ("../a", "https://example.com/a"),
            ("?a=1", "https://example.com/maps/sitemap.xml?a=1"),
            ("//b.example/a", "https://b.example/a"),
            ("www.example.com/a", "https://www.example.com/a"),
            ("example.com/a", "https://example.com/a"),
            ("example.com:8080/a", "https://example.com:8080/a"),
            ("http:/b.example/a", "http://b.example/a"),
            ("http://https://b.example/a", "https://b.example/a"),
        ] {
            check(raw, expected);
        }
        assert_eq!(clean("/a", true, None, 200), Err(Bad::Invalid));
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for raw in [
            "mailto:a@b.example",
            "javascript:alert(1)",
            "ftp://a.example/",
            "data:,x",
            "tel:1",
            "#a",
            "not a url",
            "http://",
            "https:///",
            "http://a b/",
            "http://256.1.1.1/",
            "http://a.example:99999/",
            "&lol;",
            "undefined",
            "{{ url }}",
        ] {
            assert_eq!(cleaned(raw), Err(Bad::Invalid), "{raw:?}");
        }
        for raw in ["", " ", "\u{200B}", "&nbsp;"] {
            assert_eq!(cleaned(raw), Err(Bad::Empty), "{raw:?}");
        }
        assert_eq!(cleaned(&format!("http://a.example/{}", "x".repeat(200))), Err(Bad::TooLong));
    }
}
