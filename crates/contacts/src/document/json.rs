//! A lenient reader of JSON as it stands in web pages: comments, CDATA marks, trailing or missing commas,
//! control characters, unescaped quotes, single quotes, a missing end; never an error, never deep recursion.

use std::borrow::Cow;

/// Levels of nesting that are read; what is deeper ends the reading.
const MAX_DEPTH: usize = 32;
/// Values that are read in one block.
const MAX_VALUES: usize = 20_000;

/// A JSON value; numbers are text, booleans are null.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json<'h> {
    Null,
    Text(Cow<'h, str>),
    List(Vec<Json<'h>>),
    Object(Vec<(Cow<'h, str>, Json<'h>)>),
}

/// Reads every value of a block: usually one, sometimes several in a row.
pub(super) fn read(source: &str) -> Vec<Json<'_>> {
    let mut reader = Reader { source, at: 0, left: MAX_VALUES };
    let mut out = Vec::new();
    loop {
        let before = reader.at;
        reader.skip();
        match reader.peek() {
            None => return out,
            Some(b'{' | b'[') => out.push(reader.value(0)),
            Some(_) => reader.at += reader.width(),
        }
        if reader.at == before {
            return out;
        }
    }
}

struct Reader<'h> {
    source: &'h str,
    at: usize,
    left: usize,
}

impl<'h> Reader<'h> {
    fn rest(&self) -> &'h str {
        self.source.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    /// Bytes of the character here.
    fn width(&self) -> usize {
        self.rest().chars().next().map_or(1, char::len_utf8)
    }

    fn give_up(&mut self) {
        self.at = self.source.len();
    }

    /// Passes white space, comments and the marks that hide scripts from old browsers.
    fn skip(&mut self) {
        const MARKS: [&str; 6] = ["<!--", "-->", "<![CDATA[", "//<![CDATA[", "//]]>", "]]>"];
        loop {
            let rest = self.rest();
            let start =
                rest.trim_start_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{FEFF}');
            self.at += rest.len() - start.len();
            if let Some(mark) = MARKS.iter().find(|mark| start.starts_with(**mark)) {
                self.at += mark.len();
            } else if start.starts_with("//") {
                self.at += start.find('\n').unwrap_or(start.len());
            } else if start.starts_with("/*") {
                self.at += start.find("*/").map_or(start.len(), |end| end + 2);
            } else {
                return;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Json<'h> {
        self.skip();
        self.left = self.left.saturating_sub(1);
        if depth > MAX_DEPTH || self.left == 0 {
            self.give_up();
            return Json::Null;
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"' | b'\'') => Json::Text(self.string()),
            _ => match self.word() {
                "null" | "true" | "false" | "undefined" | "" => Json::Null,
                word => Json::Text(Cow::Borrowed(word)),
            },
        }
    }

    fn object(&mut self, depth: usize) -> Json<'h> {
        self.at += 1;
        let mut out = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None => return Json::Object(out),
                Some(b'}') => {
                    self.at += 1;
                    return Json::Object(out);
                }
                Some(b']') => return Json::Object(out),
                Some(b',' | b';') => self.at += 1,
                Some(first) => {
                    let before = self.at;
                    let key = if matches!(first, b'"' | b'\'') {
                        self.string()
                    } else {
                        Cow::Borrowed(self.word())
                    };
                    self.skip();
                    if self.peek() == Some(b':') {
                        self.at += 1;
                        out.push((key, self.value(depth + 1)));
                    }
                    if self.at == before {
                        self.at += self.width();
                    }
                }
            }
        }
    }

    fn list(&mut self, depth: usize) -> Json<'h> {
        self.at += 1;
        let mut out = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None => return Json::List(out),
                Some(b']') => {
                    self.at += 1;
                    return Json::List(out);
                }
                Some(b'}') => return Json::List(out),
                Some(b',' | b';') => self.at += 1,
                Some(_) => {
                    let before = self.at;
                    let value = self.value(depth + 1);
                    if self.at == before {
                        self.at += self.width();
                    } else {
                        out.push(value);
                    }
                }
            }
        }
    }

    /// A number, a literal or an unquoted key.
    fn word(&mut self) -> &'h str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '{' | '}' | '[' | ']' | '"'))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn string(&mut self) -> Cow<'h, str> {
        let quote = self.peek().unwrap_or(b'"');
        self.at += 1;
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut end = 0;
        while end < bytes.len() && !(bytes[end] == quote && closes(&bytes[end + 1..])) {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = rest.floor_char_boundary(end.min(rest.len()));
        self.at = (self.at + end + 1).min(self.source.len());
        let raw = &rest[..end];
        if raw.bytes().any(|byte| byte == b'\\' || byte < b' ') {
            Cow::Owned(unescape(raw))
        } else {
            raw.into()
        }
    }
}

/// Whether a quote before `rest` ends its string, and is not a quote within it that somebody forgot to escape.
fn closes(rest: &[u8]) -> bool {
    /// White space looked through behind a quote: more is the end of a string in any case.
    const REACH: usize = 200;
    let mut lines = 0;
    for &byte in rest.iter().take(REACH) {
        match byte {
            b'\n' => lines += 1,
            byte if byte.is_ascii_whitespace() => {}
            b'"' | b'\'' => return lines > 0,
            byte => return matches!(byte, b',' | b':' | b'}' | b']' | b';' | b'<' | b'/' | b'-'),
        }
    }
    true
}

/// Resolves backslash escapes as JSON and scripts have them; control characters become spaces.
pub(crate) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(found) = rest.find(|c: char| c == '\\' || c.is_control()) {
        out.push_str(&rest[..found]);
        if rest.as_bytes()[found] != b'\\' {
            out.push(' ');
            rest = &rest[found + rest[found..].chars().next().map_or(1, char::len_utf8)..];
            continue;
        }
        rest = &rest[found + 1..];
        let Some(escape) = rest.chars().next() else { break };
        rest = &rest[escape.len_utf8()..];
        match escape {
            'n' | 'r' | 't' | 'b' | 'f' | '\n' => out.push(' '),
            'u' | 'x' => rest = code_unit(rest, escape, &mut out),
            other => out.push(other),
        }
    }
    out.push_str(rest);
    out
}

/// Reads the digits of `\uXXXX`, `\u{X}` or `\xXX`, with a low surrogate if one follows.
fn code_unit<'r>(rest: &'r str, escape: char, out: &mut String) -> &'r str {
    if let Some((digits, after)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
        out.push(u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{FFFD}'));
        return after;
    }
    let length = if escape == 'x' { 2 } else { 4 };
    let Some(code) = hex(rest, length) else {
        out.push(escape);
        return rest;
    };
    let after = &rest[length..];
    let low = after.strip_prefix("\\u").and_then(|tail| hex(tail, 4));
    if let (0xD800..0xDC00, Some(low @ 0xDC00..0xE000)) = (code, low) {
        let whole = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        out.push(char::from_u32(whole).unwrap_or('\u{FFFD}'));
        return &after[6..];
    }
    out.push(char::from_u32(code).unwrap_or('\u{FFFD}'));
    after
}

fn hex(text: &str, length: usize) -> Option<u32> {
    u32::from_str_radix(text.get(..length)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(json: &Json<'_>) -> String {
        match json {
            Json::Null => "null".into(),
            Json::Text(text) => format!("'{text}'"),
            Json::List(list) => format!("[{}]", list.iter().map(show).collect::<Vec<_>>().join(",")),
            Json::Object(object) => {
                let pairs: Vec<_> = object.iter().map(|(k, v)| format!("{k}:{}", show(v))).collect();
                format!("{{{}}}", pairs.join(","))
            }
        }
    }

    #[test]
    fn json_is_read_however_it_is_broken() {
        let check = |source: &str, expected: &str| {
            let out: Vec<_> = read(source).iter().map(show).collect();
            assert_eq!(out.join(" "), expected, "{source}");
        };
        check(r#"{"a": "b", "c": [1, true, null, "d"]}"#, "{a:'b',c:['1',null,null,'d']}");
        check("\u{feff}//<![CDATA[\n{\"a\":\"b\",};\n//]]>", "{a:'b'}");
        check("<!-- /* x */ {\"a\":\"b\"} -->", "{a:'b'}");
        check("//<![CDATA[{\"a\":\"b\"}//]]>", "{a:'b'}");
        check("{\"a\":\"b\"}\n{\"c\":\"d\"}", "{a:'b'} {c:'d'}");
        check("{'a': 'it\\'s', b: 5,, 'c':[1,2,],}", "{a:'it's',b:'5',c:['1','2']}");
        check("{\"a\":\"line\nbreak\" \n \"b\":\"c\"}", "{a:'line break',b:'c'}");
        check(r#"{"a":"Joe "Best" Pizza","b":"c"}"#, r#"{a:'Joe "Best" Pizza',b:'c'}"#);
        check(r#"{"a":"info@acme.org \u00e9\ud83d\ude00\/"}"#, "{a:'info@acme.org é😀/'}");
        check(r#"{"a":{"b":["c","#, "{a:{b:['c']}}");
        check(r#"{"a":"never closed"#, "{a:'never closed'}");
        check("", "");
        check("var x = 1;", "");
    }

    #[test]
    fn deep_nesting_ends_the_reading() {
        read(&"[".repeat(1_000_000));
        read(&"{\"a\":".repeat(300_000));
    }
}
