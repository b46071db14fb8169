//! Postcodes in a line of text, by their shape and by what touches them; whether an address stands around them
//! is for others to find out.

use std::borrow::Cow;

use super::{
    formats::{Format, of_prefix, of_shape, shape},
    lettered,
    place::{is_american_state, town_at_start},
};
use crate::region::Country;

/// Postcodes looked at in one line.
const MAX_IN_LINE: usize = 12;

/// Longest postcode, and the longest word that may hold one, in bytes.
const MAX_TOKEN_BYTES: usize = 14;

/// A postcode in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Postcode {
    /// Where it starts, its prefix included.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// The code as the page writes it, with the sign of its country: `D-80335`.
    pub(super) code: String,
    /// The countries it may be of; one, when the shape or a prefix says it.
    pub(super) formats: Cow<'static, [Format]>,
    /// Whether its shape alone says that it is a postcode.
    pub(super) strong: bool,
}

impl Postcode {
    /// Whether its shape alone says its country; a Dutch code needs its town behind it.
    pub(super) fn is_certain(&self, line: &str) -> bool {
        let town = || town_at_start(&line[self.end..]).is_some_and(|(start, _)| start == 1);
        self.strong && self.formats.len() == 1 && (!self.is_dutch() || town())
    }

    /// Whether it has the shape of a Dutch code, which numbers of models and houses have too.
    pub(super) fn is_dutch(&self) -> bool {
        matches!(self.formats.as_ref(), [only] if only.country == Country::of(b"NL"))
            && self.code.contains(' ')
    }
}

/// A run of letters, digits and hyphens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'l> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'l str,
    has_digit: bool,
}

/// The postcodes of a line, in order.
pub(super) fn find(line: &str) -> Vec<Postcode> {
    let tokens = tokens(line);
    let mut found: Vec<Postcode> = Vec::new();
    let mut at = 0;
    while at < tokens.len() && found.len() < MAX_IN_LINE {
        let token = tokens[at];
        let next = tokens.get(at + 1).filter(|next| is_blank(line, token.end, next.start)).copied();
        match read(line, token, next) {
            Some(code) => {
                at += if next.is_some_and(|next| next.end == code.end) { 2 } else { 1 };
                found.push(code);
            }
            None => at += 1,
        }
    }
    found
}

/// The tokens of a line that hold a digit, stand before one that does or right behind it.
fn tokens(line: &str) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut from = 0;
    while let Some(start) = start_of_token(line, from) {
        let end = end_of_token(line, start);
        let text = line[start..end].trim_end_matches(['-', '–', '‑', '.']);
        let (head, tail) = text.split_at(glued_code(text));
        let middle = start + head.len();
        if !head.is_empty() {
            push(&mut tokens, Token::new(start, middle, head.trim_end_matches('-')));
        }
        push(&mut tokens, Token::new(middle, middle + tail.len(), tail));
        from = end;
    }
    tokens
}

impl<'l> Token<'l> {
    fn new(start: usize, end: usize, text: &'l str) -> Self {
        Self { start, end, text, has_digit: text.bytes().any(|byte| byte.is_ascii_digit()) }
    }
}

/// Adds a token; of words without digits only those stay that have a neighbour with one.
fn push<'l>(tokens: &mut Vec<Token<'l>>, token: Token<'l>) {
    let spare = match tokens.as_slice() {
        [.., before, last] => !before.has_digit && !last.has_digit,
        [last] => !last.has_digit,
        [] => false,
    };
    if spare && !token.has_digit {
        tokens.pop();
    }
    tokens.push(token);
}

/// Where the next token starts.
fn start_of_token(line: &str, from: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())?;
        if bytes[at].is_ascii() {
            return Some(at);
        }
        let letter = line.get(at..)?.chars().next()?;
        if letter.is_alphanumeric() || letter == '〒' {
            return Some(at);
        }
        at += letter.len_utf8();
    }
}

/// Where the token ends that starts at `start`.
fn end_of_token(line: &str, start: usize) -> usize {
    let bytes = line.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        let (inner, width) = match byte {
            byte if byte.is_ascii_alphanumeric() || *byte == b'-' => (true, 1),
            b'.' => (is_inner_dot(line, at), 1),
            byte if byte.is_ascii() => (false, 1),
            _ => {
                let letter = line.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
                (letter.is_alphanumeric() || matches!(letter, '〒' | '–' | '‑'), letter.len_utf8())
            }
        };
        if !inner {
            break;
        }
        at += width;
    }
    at
}

/// Where the code starts that a town or state is glued to: `Mumbai-400093`, `NM87401`; 0 when none is.
fn glued_code(text: &str) -> usize {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let head = &text[..text.len() - digits];
    let name = head.trim_end_matches('-');
    let town = name.chars().count() >= 4 && name.chars().all(char::is_alphabetic);
    let state = digits == 5 && head.len() == 2 && is_american_state(head);
    if (5..=6).contains(&digits) && (town || state) { head.len() } else { 0 }
}

/// Whether a dot stands between digits, as in the Brazilian `30.431-228` (and in amounts).
fn is_inner_dot(line: &str, at: usize) -> bool {
    let digit = |at: usize| line.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    at > 0 && digit(at - 1) && digit(at + 1)
}

/// Whether one blank stands between two tokens.
fn is_blank(line: &str, from: usize, to: usize) -> bool {
    matches!(line.get(from..to), Some(" " | "\u{a0}" | "  "))
}

/// The postcode that starts at a token.
fn read(line: &str, token: Token<'_>, next: Option<Token<'_>>) -> Option<Postcode> {
    let next_has_digit = next.is_some_and(|next| next.has_digit);
    if token.text.len() > MAX_TOKEN_BYTES
        || !(token.has_digit || token.text.len() <= 5 && next_has_digit)
        || is_glued(line, token)
    {
        return None;
    }
    lettered::read(token, next)
        .or_else(|| prefixed(token, next))
        .or_else(|| if token.has_digit { numeric(line, token, next) } else { None })
}

/// Whether signs touch a token that make it something else: `#123`, `$100`, `1,234`, `12:30`, `50%`.
fn is_glued(line: &str, token: Token<'_>) -> bool {
    let before = line[..token.start].chars().next_back();
    let mut rest = line[token.end..].chars();
    let (after, then) = (rest.next(), rest.next());
    let digit_then = then.is_some_and(|letter| letter.is_ascii_digit());
    let joined = matches!(before, Some(',' | '.' | ':' | '/'))
        && line[..token.start].chars().rev().nth(1).is_some_and(|letter| letter.is_ascii_digit());
    joined && before != Some(',')
        || matches!(before, Some('$' | '€' | '£' | '¥' | '#' | '@' | '_' | '=' | '&' | '+' | '©' | '™'))
        || matches!(after, Some('%' | '€' | '$' | '@' | '_' | '=' | '°'))
        || matches!(after, Some(':' | '/')) && digit_then
}

/// Codes with the sign of their country: `D-80335`, `CH-8001`, `F 75002`, `LV-1010`, `CEP: 30.431-228`.
fn prefixed(token: Token<'_>, next: Option<Token<'_>>) -> Option<Postcode> {
    let (prefix, code, end) = match token.text.split_once(['-', '–', '‑']) {
        Some((prefix, code))
            if !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_alphabetic()) =>
        {
            (prefix, code, token.end)
        }
        Some(_) => return None,
        None => {
            let letters = token.text.bytes().take_while(u8::is_ascii_alphabetic).count();
            match next {
                _ if letters > 0 && letters < token.text.len() && letters <= 3 => {
                    (&token.text[..letters], &token.text[letters..], token.end)
                }
                Some(next) if letters == token.text.len() && letters > 0 => (token.text, next.text, next.end),
                _ => return None,
            }
        }
    };
    let capitals = prefix.len() <= 3 && prefix.bytes().all(|byte| byte.is_ascii_uppercase());
    if !capitals || !code.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hyphen = token.text.contains(['-', '–', '‑']);
    // `DE 19801` is Delaware as well as Germany: what stands around the bare number decides.
    if !hyphen && shape(code) == "99999" && is_american_state(prefix) {
        return None;
    }
    let formats = of_both(prefix, &shape(code));
    let single = prefix.len() == 1 && !hyphen && token.end == end;
    if formats.is_empty() || single || prefix.len() == 1 && !hyphen && prefix != "F" && prefix != "D" {
        return None;
    }
    Some(Postcode {
        start: token.start,
        end,
        code: if hyphen { format!("{prefix}-{code}") } else { code.to_owned() },
        formats: formats.into(),
        strong: hyphen || prefix.len() > 1,
    })
}

/// The formats of a shape whose country a prefix announces.
fn of_both(prefix: &str, shape: &str) -> Vec<Format> {
    let announced = of_prefix(prefix);
    let known = |format: &&Format| announced.iter().any(|known| known.country == format.country);
    of_shape(shape).iter().filter(known).copied().collect()
}

/// Codes of digits, with hyphens, dots or one blank.
fn numeric(line: &str, token: Token<'_>, next: Option<Token<'_>>) -> Option<Postcode> {
    let text = token.text.trim_start_matches('〒');
    let start = token.end - text.len();
    // `SE-111` + `22`.
    let (prefix, body) = match text.split_once('-') {
        Some((prefix, body))
            if (1..=3).contains(&prefix.len()) && prefix.bytes().all(|byte| byte.is_ascii_uppercase()) =>
        {
            (prefix, body)
        }
        _ => ("", text),
    };
    if let Some(next) = next.filter(|next| is_second_part(body, next.text)) {
        let code = format!("{body} {}", next.text);
        let shape = shape(&code);
        let formats: Cow<'static, [Format]> =
            if prefix.is_empty() { of_shape(&shape).into() } else { of_both(prefix, &shape).into() };
        let ends = !line[next.end..].starts_with(|letter: char| letter == '-' || letter.is_alphanumeric());
        if !formats.is_empty() && ends {
            let code = if prefix.is_empty() { code } else { format!("{prefix}-{code}") };
            return Some(Postcode { start, end: next.end, code, formats, strong: !prefix.is_empty() });
        }
    }
    let formats = of_shape(&shape(text));
    if !prefix.is_empty() || formats.is_empty() {
        return None;
    }
    let only = matches!(formats, [format] if format.only);
    let marked = token.text.len() != text.len();
    let (start, code) = (token.start, text.to_owned());
    Some(Postcode { start, end: token.end, code, formats: formats.into(), strong: only || marked })
}

/// Whether digits may be the rest of a code whose first part stands before them: `110` + `00`.
fn is_second_part(first: &str, second: &str) -> bool {
    first.len() <= 5 && second.len() <= 5 && second.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, code: &str, country: &str) {
        let found = find(line)
            .into_iter()
            .find(|found| found.code == code)
            .unwrap_or_else(|| panic!("no {code} in {line}: {:?}", find(line)));
        assert!(
            found.formats.iter().any(|format| format.country.as_str() == country),
            "{line}: {:?}",
            found.formats
        );
    }

    #[test]
    fn postcodes_of_the_world_are_found() {
        for (line, code, country) in [
            ("London SW1A 1AA", "SW1A 1AA", "GB"),
            ("Rochester ME97BZ", "ME9 7BZ", "GB"),
            ("Toronto ON M5V 2T6", "M5V 2T6", "CA"),
            ("Etobicoke M9B1P2", "M9B 1P2", "CA"),
            ("Dublin D02 X285", "D02 X285", "IE"),
            ("1012 AB Amsterdam", "1012 AB", "NL"),
            ("5691AR SON", "5691 AR", "NL"),
            ("D-80335 München", "D-80335", "DE"),
            ("CH-8001 Zürich", "CH-8001", "CH"),
            ("SE-111 22 Stockholm", "SE-111 22", "SE"),
            ("110 00 Praha 1", "110 00", "CZ"),
            ("00-950 Warszawa", "00-950", "PL"),
            ("1000-001 Lisboa", "1000-001", "PT"),
            ("CEP: 30.431-228", "30.431-228", "BR"),
            ("〒100-0005 東京都", "100-0005", "JP"),
            ("Springfield, IL 62701-1234", "62701-1234", "US"),
            ("LV-1010 Rīga", "LV-1010", "LV"),
            ("C1043AAZ Buenos Aires", "C1043AAZ", "AR"),
            ("101000, Москва", "101000", "RU"),
            ("400 001 Mumbai", "400 001", "IN"),
        ] {
            check(line, code, country);
        }
    }

    #[test]
    fn amounts_and_hours_are_no_postcodes() {
        for line in ["$12345", "12:30", "99999%", "#12345", "€ 1.234,56", "x_12345"] {
            assert_eq!(find(line), [], "{line}");
        }
    }
}
