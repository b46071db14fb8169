//! The tokens of a script, as far as strings and how they are joined need them.

use std::borrow::Cow;

use crate::document::json::unescape;

/// Tokens of one script that are read.
const MAX_TOKENS: usize = 60_000;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'c> {
    Text(Cow<'c, str>),
    Name(&'c str),
    Number(u32),
    /// The pattern of a regular expression.
    Pattern(&'c str),
    Sign(u8),
}

/// Cuts code into tokens; what is no token is passed over.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = code;
    while out.len() < MAX_TOKENS {
        rest = rest.trim_start();
        let Some(&first) = rest.as_bytes().first() else { break };
        let (token, length) = match first {
            b'/' | b'<' if comment(rest) > 0 => (None, comment(rest)),
            b'"' | b'\'' | b'`' => string(rest, first),
            b'0'..=b'9' => number(rest),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => name(rest),
            b'/' if starts_pattern(out.last()) => pattern(rest),
            sign => (Some(Token::Sign(sign)), rest.chars().next().map_or(1, char::len_utf8)),
        };
        out.extend(token);
        rest = rest.get(length..).unwrap_or("");
    }
    out
}

fn comment(rest: &str) -> usize {
    if rest.starts_with("//") || rest.starts_with("<!--") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        rest.find("*/").map_or(rest.len(), |end| end + 2)
    } else {
        0
    }
}

fn string(rest: &str, quote: u8) -> (Option<Token<'_>>, usize) {
    let bytes = rest.as_bytes();
    let mut end = 1;
    let mut plain = true;
    while let Some(&byte) = bytes.get(end).filter(|byte| **byte != quote) {
        // A string that its line does not end was none, or the code is broken: go on behind the line.
        if byte == b'\n' && quote != b'`' {
            break;
        }
        plain &= byte != b'\\';
        end += if byte == b'\\' { 2 } else { 1 };
    }
    let inside = rest.get(1..end.min(rest.len())).unwrap_or("");
    let text = if plain { Cow::Borrowed(inside) } else { Cow::Owned(unescape(inside)) };
    (Some(Token::Text(text)), (end + 1).min(rest.len()))
}

fn number(rest: &str) -> (Option<Token<'_>>, usize) {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let digits = &rest[..end];
    let hex = digits.strip_prefix("0x").or(digits.strip_prefix("0X"));
    let value = hex.map_or_else(|| digits.parse(), |hex| u32::from_str_radix(hex, 16));
    (Some(Token::Number(value.unwrap_or(0))), end)
}

fn name(rest: &str) -> (Option<Token<'_>>, usize) {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
    (Some(Token::Name(&rest[..end])), end)
}

/// Whether a `/` behind this token starts a regular expression, and is no division.
fn starts_pattern(before: Option<&Token<'_>>) -> bool {
    match before {
        None => true,
        Some(Token::Sign(sign)) => b"(,=:[!&|?{};+".contains(sign),
        Some(_) => false,
    }
}

fn pattern(rest: &str) -> (Option<Token<'_>>, usize) {
    let bytes = rest.as_bytes();
    let (mut end, mut in_class) = (1, false);
    while let Some(&byte) = bytes.get(end).filter(|byte| **byte != b'\n') {
        match byte {
            b'/' if !in_class => break,
            b'[' => in_class = true,
            b']' => in_class = false,
            _ => {}
        }
        end += if byte == b'\\' { 2 } else { 1 };
    }
    let inside = rest.get(1..end.min(rest.len())).unwrap_or("");
    let flags = rest.get(end + 1..).unwrap_or("");
    let flags = flags.bytes().take_while(u8::is_ascii_lowercase).count();
    (Some(Token::Pattern(inside)), (end + 1 + flags).min(rest.len()))
}
