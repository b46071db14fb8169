//! Character references: `&amp;`, `&#64;`, `&#x40;`, decoded as browsers do (WHATWG HTML section 13.2.5.72).

mod table;

use std::borrow::Cow;

use memchr::memchr;
use table::{NAMED, WITHOUT_SEMICOLON};

/// The longest name in the table.
const LONGEST_NAME: usize = 24;
/// Digits of a number that are read; more make no character.
const MAX_DIGITS: usize = 10;
/// What windows-1252 has at 0x80 to 0x9F, which numbers in old pages mean.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Reads the reference at the start of `text` (which starts with `&`): its character and its length in bytes.
pub(crate) fn reference(text: &str, in_attribute: bool) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        return numeric(bytes);
    }
    let length =
        bytes.iter().skip(1).take(LONGEST_NAME).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = text.get(1..=length).filter(|name| !name.is_empty())?;
    if bytes.get(length + 1) == Some(&b';')
        && let Some(found) = named(name)
    {
        return Some((found, length + 2));
    }
    let (legacy, size) = without_semicolon(name)?;
    let next = bytes.get(1 + size);
    let stays = in_attribute && next.is_some_and(|byte| *byte == b'=' || byte.is_ascii_alphanumeric());
    (!stays).then_some((legacy, 1 + size))
}

/// Decodes every reference of an attribute's value.
pub(crate) fn decode_attribute(value: &str) -> Cow<'_, str> {
    decode(value, true)
}

/// Decodes every reference of a text.
pub(crate) fn decode_text(text: &str) -> Cow<'_, str> {
    decode(text, false)
}

fn decode(text: &str, in_attribute: bool) -> Cow<'_, str> {
    let Some(mut found) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        out.push_str(&rest[..found]);
        rest = &rest[found..];
        if rest.is_empty() {
            return Cow::Owned(out);
        }
        let (character, length) = reference(rest, in_attribute).unwrap_or(('&', 1));
        out.push(character);
        rest = &rest[length..];
        found = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
    }
}

fn named(name: &str) -> Option<char> {
    NAMED.binary_search_by_key(&name, |entry| entry.0).ok().map(|index| NAMED[index].1)
}

/// The longest start of `name` that is a reference without a semicolon.
fn without_semicolon(name: &str) -> Option<(char, usize)> {
    (2..=name.len().min(6)).rev().find_map(|size| {
        let start = name.get(..size)?;
        WITHOUT_SEMICOLON.binary_search(&start).ok()?;
        named(start).map(|character| (character, size))
    })
}

fn numeric(bytes: &[u8]) -> Option<(char, usize)> {
    let hex = matches!(bytes.get(2), Some(b'x' | b'X'));
    let start = if hex { 3 } else { 2 };
    let radix = if hex { 16 } else { 10 };
    let mut code: u32 = 0;
    let mut end = start;
    while let Some(digit) = bytes.get(end).and_then(|&byte| char::from(byte).to_digit(radix)) {
        if end - start >= MAX_DIGITS {
            return None;
        }
        code = code.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    end += usize::from(bytes.get(end) == Some(&b';'));
    let character = match code {
        0x80..=0x9F => WINDOWS_1252.get(code as usize - 0x80).copied(),
        0 => None,
        code => char::from_u32(code),
    };
    Some((character.unwrap_or('\u{FFFD}'), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_decoded_as_browsers_do() {
        let check = |text: &str, expected: &str| assert_eq!(decode_text(text), expected, "{text}");
        check("a&amp;b &lt;&#64;&#x40;&#X2e;", "a&b <@@.");
        check("&#105;nf&#111;&commat;acme&period;org", "info@acme.org");
        check("&copy2024 &nbsp", "©2024 \u{a0}");
        check("&ampamp; &AMP &notit;", "&amp; & ¬it;");
        check("&#150;&#0;&#xD800;", "–\u{FFFD}\u{FFFD}");
        check("&#64info", "@info");
        check("& &; &# &#; &#x; &unknown; &", "& &; &# &#; &#x; &unknown; &");
        check("&Lstrok;&oacute;d&zacute;", "Łódź");
    }

    #[test]
    fn an_address_in_an_attribute_keeps_its_parameters() {
        let check = |text: &str, expected: &str| assert_eq!(decode_attribute(text), expected, "{text}");
        check("?a=1&copy=2&amp;b=3", "?a=1&copy=2&b=3");
        check("?a&copy", "?a©");
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(NAMED.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(WITHOUT_SEMICOLON.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(NAMED.iter().all(|entry| entry.0.len() <= LONGEST_NAME));
    }
}
