//! Character references to characters: the five of XML, numbers, and the common names of HTML; nothing is expanded.

use std::borrow::Cow;

use memchr::memchr;

/// Longest name or number between `&` and `;`, in bytes.
const MAX_NAME_BYTES: usize = 12;

/// Replaces the references in `text`. One that is not known stays as it is written.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    let mut at = first;
    loop {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match reference(rest) {
            Some((character, length)) => {
                decoded.push(character);
                length
            }
            None => {
                decoded.push('&');
                1
            }
        };
        rest = &rest[length..];
        match memchr(b'&', rest.as_bytes()) {
            Some(next) => at = next,
            None => break,
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The character that the reference at the beginning of `text` stands for, and the reference's length in bytes.
fn reference(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    let end = memchr(b';', &bytes[..bytes.len().min(MAX_NAME_BYTES + 2)])?;
    let name = text.get(1..end)?;
    let character = match name.strip_prefix('#') {
        Some(number) => numeric(number)?,
        None => named(name)?,
    };
    Some((character, end + 1))
}

fn numeric(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|&character| character != '\0')
}

fn named(name: &str) -> Option<char> {
    match name {
        "amp" | "AMP" => return Some('&'),
        "lt" | "LT" => return Some('<'),
        "gt" | "GT" => return Some('>'),
        "quot" | "QUOT" => return Some('"'),
        "apos" => return Some('\''),
        _ => {}
    }
    if let Some(index) = LATIN_1.iter().position(|&known| known == name) {
        return char::from_u32(0xA0 + u32::try_from(index).ok()?);
    }
    OTHERS.iter().find(|(known, _)| *known == name).map(|&(_, character)| character)
}

/// The names of U+00A0 to U+00FF, in order. Source: HTML 4.01, section 24.2.
const LATIN_1: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf", "laquo",
    "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para", "middot",
    "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
    "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute",
    "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash",
    "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig", "agrave", "aacute", "acirc", "atilde",
    "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc",
    "iuml", "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave",
    "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml",
];

/// Others that text editors produce. Source: HTML 4.01, sections 24.3 and 24.4.
const OTHERS: [(&str, char); 32] = [
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("Yuml", 'Ÿ'),
    ("fnof", 'ƒ'),
    ("circ", 'ˆ'),
    ("tilde", '˜'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
    ("lrm", '\u{200E}'),
    ("rlm", '\u{200F}'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("dagger", '†'),
    ("bull", '•'),
    ("hellip", '…'),
    ("permil", '‰'),
    ("prime", '′'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("euro", '€'),
    ("trade", '™'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(decode(text), expected, "{text}");
    }

    #[test]
    fn known_references_become_characters() {
        check("a&amp;b&lt;&gt;&quot;&apos;", "a&b<>\"'");
        check("&#65;&#x42;&#X43;&eacute;&yuml;&nbsp;&euro;", "ABCéÿ\u{A0}€");
    }

    #[test]
    fn unknown_references_stay_text() {
        for text in
            ["?a=1&b=2", "&lol9;", "&;", "&", "a&", "&copy=1", "&#0;", "&#xD800;", "&#99999999;", "&#x;"]
        {
            check(text, text);
        }
    }

    #[test]
    fn only_one_layer_is_taken_off() {
        check("&amp;amp;", "&amp;");
    }

    #[test]
    fn text_without_references_is_not_copied() {
        assert!(matches!(decode("http://a/"), Cow::Borrowed(_)));
    }
}
