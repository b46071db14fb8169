//! One path pattern: a prefix of the path, with `*` for anything and a final `$` for the end.

use std::borrow::Cow;

use memchr::memmem;

/// A pattern, percent-encoded as a request line would have it.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    text: Box<str>,
    /// The one spelling of all that mean the same, where it differs.
    meant: Option<Box<str>>,
    literal: bool,
}

impl Pattern {
    /// A pattern from the raw value of a rule.
    pub(super) fn new(value: &[u8]) -> Self {
        let mut literal = true;
        let mut simple = true;
        for (at, byte) in value.iter().enumerate() {
            match byte {
                b'*' => literal = false,
                b'$' => {
                    literal = false;
                    simple &= at + 1 == value.len();
                }
                byte => simple &= is_plain(*byte),
            }
        }
        // Nearly every rule is spelt the one way it can be.
        let text = if simple { String::from_utf8_lossy(value).into() } else { encoded(value) };
        let meant = if simple { None } else { Some(meant_pattern(&text).into()) };
        Self { text, meant, literal }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The length that decides which rule is the most specific, in octets.
    pub(super) fn specificity(&self) -> usize {
        self.text.len()
    }

    /// Whether the pattern as written matches the path as written.
    pub(super) fn matches(&self, path: &str) -> bool {
        if self.literal { path.as_bytes().starts_with(self.text.as_bytes()) } else { glob(&self.text, path) }
    }

    /// Whether pattern and path match in the one spelling of what they mean; `meant` is [`meant_path`] of the path.
    pub(super) fn matches_meant(&self, meant: &str) -> bool {
        match &self.meant {
            Some(pattern) => glob(pattern, meant),
            None => self.matches(meant),
        }
    }
}

/// Takes each part between stars at the first place it fits. With `*` as the only wildcard the first place is never
/// worse than a later one, so nothing is tried twice: the time is linear in path and pattern.
fn glob(pattern: &str, path: &str) -> bool {
    let (pattern, anchored) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let (head, rest) = match pattern.split_once('*') {
        Some((head, rest)) => (head, Some(rest)),
        None => (pattern, None),
    };
    let Some(mut path) = path.as_bytes().strip_prefix(head.as_bytes()) else { return false };
    let Some(mut rest) = rest else { return !anchored || path.is_empty() };
    while let Some((part, after)) = rest.split_once('*') {
        let Some(at) = find(path, part) else { return false };
        path = path.get(at + part.len()..).unwrap_or_default();
        rest = after;
    }
    if anchored { path.ends_with(rest.as_bytes()) } else { find(path, rest).is_some() }
}

fn find(path: &[u8], part: &str) -> Option<usize> {
    if part.is_empty() { Some(0) } else { memmem::find(path, part.as_bytes()) }
}

/// Percent-encodes raw bytes beyond ASCII and writes hex digits in upper case; leaves the rest as it is.
fn encoded(value: &[u8]) -> Box<str> {
    let mut text = String::with_capacity(value.len());
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        match value.get(at + 1..at + 3) {
            Some([high, low]) if byte == b'%' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                text.push('%');
                text.push(char::from(high.to_ascii_uppercase()));
                text.push(char::from(low.to_ascii_uppercase()));
                at += 3;
                continue;
            }
            _ if byte.is_ascii() => text.push(char::from(byte)),
            _ => push_encoded(&mut text, byte),
        }
        at += 1;
    }
    text.into_boxed_str()
}

/// The one spelling of all that mean the same path: encodings of unreserved characters undone (RFC 9309 section 2.2.2),
/// characters that no URL holds raw encoded, and `*` and `$` encoded where they stand for themselves (section 2.2.3).
fn meant<'a>(text: &'a str, is_special: impl Fn(usize, u8) -> bool) -> Cow<'a, str> {
    let bytes = text.as_bytes();
    if bytes.iter().enumerate().all(|(at, byte)| is_plain(*byte) || is_special(at, *byte)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        if is_plain(byte) || is_special(at - 1, byte) {
            out.push(char::from(byte));
            continue;
        }
        match (byte == b'%').then(|| Some((hex(*bytes.get(at)?)?, hex(*bytes.get(at + 1)?)?))).flatten() {
            Some((high, low)) => {
                at += 2;
                push_meant(&mut out, high << 4 | low);
            }
            None => push_encoded(&mut out, byte),
        }
    }
    Cow::Owned(out)
}

/// The one spelling of a path.
pub(super) fn meant_path(path: &str) -> Cow<'_, str> {
    meant(path, |_, _| false)
}

/// The one spelling of a pattern, its wildcards kept.
fn meant_pattern(pattern: &str) -> Cow<'_, str> {
    let end = pattern.len().wrapping_sub(1);
    meant(pattern, |at, byte| byte == b'*' || (byte == b'$' && at == end))
}

/// Unreserved and reserved characters (RFC 3986 section 2), which a URL spells as they are, less the two wildcards.
fn is_plain(byte: u8) -> bool {
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte: u8 = 0;
        while byte < 128 {
            plain[byte as usize] = is_unreserved(byte)
                || matches!(byte, b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@' | b'!' | b'&')
                || matches!(byte, b'\'' | b'(' | b')' | b'+' | b',' | b';' | b'=');
            byte += 1;
        }
        plain
    };
    PLAIN[usize::from(byte)]
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_meant(out: &mut String, byte: u8) {
    if is_unreserved(byte) { out.push(char::from(byte)) } else { push_encoded(out, byte) }
}

fn push_encoded(out: &mut String, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
