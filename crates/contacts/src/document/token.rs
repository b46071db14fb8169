//! The tokenizer: HTML cut into text, tags and comments in one pass, in time linear in its length.

use memchr::{memchr, memmem};

/// Attributes of one tag that are read; the rest of a hostile tag is skipped.
const MAX_ATTRIBUTES: usize = 64;

/// A piece of HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'h> {
    /// Text as written, entities not decoded.
    Text(&'h str),
    /// A start tag, by its name as written; its attributes stand in [`Tokenizer::attributes`].
    Open(&'h str),
    /// An end tag, by its name as written.
    Close(&'h str),
}

/// An attribute as written: its name in any case, its value with entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute<'h> {
    pub(super) name: &'h str,
    pub(super) value: &'h str,
}

/// Reads tokens; comments, doctypes and processing instructions are passed over.
pub(super) struct Tokenizer<'h> {
    source: &'h str,
    at: usize,
    /// The attributes of the start tag that was read last.
    pub(super) attributes: Vec<Attribute<'h>>,
    /// Names of raw-text elements that never end from here on: searching again would be quadratic.
    endless: Vec<&'static str>,
    /// Quotes (double, single) that do not occur any more.
    spent: [bool; 2],
}

impl<'h> Tokenizer<'h> {
    pub(super) fn new(source: &'h str) -> Self {
        Self { source, at: 0, attributes: Vec::with_capacity(16), endless: Vec::new(), spent: [false; 2] }
    }

    /// The next token, or nothing at the end.
    pub(super) fn next(&mut self) -> Option<Token<'h>> {
        loop {
            let rest = self.source.get(self.at..).filter(|rest| !rest.is_empty())?;
            if !rest.starts_with('<') {
                let end = memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                self.at += end;
                return Some(Token::Text(&rest[..end]));
            }
            match rest.as_bytes().get(1) {
                Some(byte) if byte.is_ascii_alphabetic() => return Some(self.start_tag()),
                Some(b'/') => {
                    if let Some(token) = self.end_tag() {
                        return Some(token);
                    }
                }
                Some(b'!') if rest.starts_with("<!--") => self.comment(),
                Some(b'!' | b'?') => self.skip_past(b'>'),
                _ => return Some(self.literal()),
            }
        }
    }

    /// The body of a raw-text element whose start tag was just read; goes on after its end tag. An element
    /// that never ends is empty, and its content is read as HTML.
    pub(super) fn raw_text(&mut self, name: &'static str) -> &'h str {
        if self.endless.contains(&name) {
            return "";
        }
        let rest = &self.source[self.at..];
        for found in memmem::find_iter(rest.as_bytes(), b"</") {
            let tail = &rest.as_bytes()[found + 2..];
            let same = tail.get(..name.len()).is_some_and(|tail| tail.eq_ignore_ascii_case(name.as_bytes()));
            if same && tail.get(name.len()).is_none_or(|&byte| ends_name(byte)) {
                self.at += found;
                self.skip_past(b'>');
                return &rest[..found];
            }
        }
        self.endless.push(name);
        ""
    }

    /// A `<` that starts nothing, with the text after it.
    fn literal(&mut self) -> Token<'h> {
        let rest = &self.source[self.at..];
        let end = memchr(b'<', &rest.as_bytes()[1..]).map_or(rest.len(), |found| found + 1);
        self.at += end;
        Token::Text(&rest[..end])
    }

    fn comment(&mut self) {
        let rest = &self.source.as_bytes()[self.at + 4..];
        // `<!-->` and `<!--->` are whole comments.
        let short = if rest.starts_with(b">") { Some(1) } else { rest.starts_with(b"->").then_some(2) };
        let end = short.or_else(|| {
            memmem::find_iter(rest, b"--").find_map(|found| match rest.get(found + 2..) {
                Some([b'>', ..]) => Some(found + 3),
                Some([b'!', b'>', ..]) => Some(found + 4),
                // The dash may belong to the end: `--->`.
                Some([b'-', b'>', ..]) => Some(found + 4),
                _ => None,
            })
        });
        self.at += 4 + end.unwrap_or(rest.len());
    }

    fn skip_past(&mut self, byte: u8) {
        let rest = &self.source.as_bytes()[self.at..];
        self.at += memchr(byte, rest).map_or(rest.len(), |found| found + 1);
    }

    fn end_tag(&mut self) -> Option<Token<'h>> {
        let name_at = self.at + 2;
        if !self.source.as_bytes().get(name_at).is_some_and(u8::is_ascii_alphabetic) {
            self.skip_past(b'>');
            return None;
        }
        let name = self.name_at(name_at);
        self.skip_past(b'>');
        Some(Token::Close(name))
    }

    fn name_at(&mut self, start: usize) -> &'h str {
        let rest = &self.source[start..];
        let end = rest.bytes().position(ends_name).unwrap_or(rest.len());
        self.at = start + end;
        &rest[..end]
    }

    fn start_tag(&mut self) -> Token<'h> {
        let name = self.name_at(self.at + 1);
        self.attributes.clear();
        while let Some(attribute) = self.attribute() {
            if self.attributes.len() < MAX_ATTRIBUTES {
                self.attributes.push(attribute);
            }
        }
        Token::Open(name)
    }

    /// The next attribute of the tag, or nothing after its `>`.
    fn attribute(&mut self) -> Option<Attribute<'h>> {
        let bytes = self.source.as_bytes();
        while bytes.get(self.at).is_some_and(|&byte| byte.is_ascii_whitespace() || byte == b'/') {
            self.at += 1;
        }
        match bytes.get(self.at) {
            None => return None,
            Some(b'>') => {
                self.at += 1;
                return None;
            }
            Some(_) => {}
        }
        let start = self.at;
        // A `=` in first place belongs to the name.
        self.at += 1;
        while bytes.get(self.at).is_some_and(|&byte| !ends_name(byte) && byte != b'=') {
            self.at += 1;
        }
        let name = self.source.get(start..self.at).unwrap_or("");
        self.skip_space();
        if bytes.get(self.at) != Some(&b'=') {
            return Some(Attribute { name, value: "" });
        }
        self.at += 1;
        self.skip_space();
        Some(Attribute { name, value: self.value() })
    }

    fn skip_space(&mut self) {
        while self.source.as_bytes().get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> &'h str {
        let rest = &self.source[self.at..];
        let quote = rest.as_bytes().first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
        if let Some(quote) = quote {
            let which = usize::from(quote == b'\'');
            let end = if self.spent[which] { None } else { memchr(quote, &rest.as_bytes()[1..]) };
            if let Some(end) = end {
                self.at += end + 2;
                return &rest[1..=end];
            }
            self.spent[which] = true;
        }
        let end =
            rest.bytes().position(|byte| byte.is_ascii_whitespace() || byte == b'>').unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim_start_matches(['"', '\''])
    }
}

fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(source: &str) -> String {
        let mut tokenizer = Tokenizer::new(source);
        let mut out = Vec::new();
        while let Some(token) = tokenizer.next() {
            out.push(match token {
                Token::Text(text) => text.to_owned(),
                Token::Close(name) => format!("/{name}"),
                Token::Open(name) => {
                    let attributes: Vec<_> =
                        tokenizer.attributes.iter().map(|a| format!(" {}={}", a.name, a.value)).collect();
                    format!("<{name}{}>", attributes.concat())
                }
            });
        }
        out.join("|")
    }

    #[test]
    fn html_is_cut_as_browsers_cut_it() {
        let check = |source: &str, expected: &str| assert_eq!(tokens(source), expected, "{source}");
        check("a<b>c</b>d", "a|<b>|c|/b|d");
        check("<A HREF = 'x>y' b>t", "<A HREF=x>y b=>|t");
        check("<a href=x/y class=\"k\"/>", "<a href=x/y class=k>");
        check("1 < 2 <3", "1 |< 2 |<3");
        check("a<!-- x > <b> -->b<!-->c<!--->d", "a|b|c|d");
        check("a<!-- x --!>b<!-- y --->c", "a|b|c");
        check("<!doctype html><?php x ?>a</>b</ x>c", "a|b|c");
        check("<![CDATA[a]]>b", "b");
        check("<a =b c>", "<a =b= c=>");
        check("a<!-- never closed", "a");
        check("<a href=\"never closed>text", "<a href=never closed=>|text");
        check("<", "<");
        check("<a", "<a>");
    }

    #[test]
    fn raw_text_ends_at_its_own_end_tag() {
        let mut tokenizer = Tokenizer::new("<script>a</b></scriptx></SCRIPT >c");
        assert_eq!(tokenizer.next(), Some(Token::Open("script")));
        assert_eq!(tokenizer.raw_text("script"), "a</b></scriptx>");
        assert_eq!(tokenizer.next(), Some(Token::Text("c")));
    }
}
