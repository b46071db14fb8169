//! Finds where markup ends: one token at a `<`, never further than the token limit, never expanding anything.

use memchr::{memchr, memchr2, memchr3, memmem};

/// The token that begins at a `<`. Positions count from the beginning of the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// `<name attributes>`; the attributes lie between the end of the name and `close`.
    Start { name: Name, close: usize, after: usize, empty: bool },
    /// `</name>`.
    End { name: Name, after: usize },
    /// `<!--`; the comment goes on until `-->`.
    Comment { after: usize },
    /// `<![CDATA[`; it goes on until `]]>`.
    CData { after: usize },
    /// A processing instruction, XML declaration or DOCTYPE: nothing of interest.
    Ignored { after: usize },
    /// One whose end was forgotten; `after` is the best guess, or the end of what was searched in vain.
    Unclosed { after: usize },
    /// A `<` that begins no markup.
    Stray,
    /// The buffer ends before this is decided.
    Incomplete,
}

/// Where a name stands, and where its local part begins (behind the last colon).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) from: usize,
    pub(crate) local: usize,
    pub(crate) to: usize,
}

impl Name {
    /// The local part.
    pub(crate) fn local_of(self, buf: &[u8]) -> &[u8] {
        buf.get(self.local..self.to).unwrap_or_default()
    }

    /// The whole name with its prefix.
    pub(crate) fn of(self, buf: &[u8]) -> &[u8] {
        buf.get(self.from..self.to).unwrap_or_default()
    }

    /// The prefix without its colon, empty if there is none.
    pub(crate) fn prefix_of(self, buf: &[u8]) -> &[u8] {
        buf.get(self.from..self.local.saturating_sub(1)).unwrap_or_default()
    }

    /// A number that is equal for names equal but for ASCII case.
    pub(crate) fn id(self, buf: &[u8]) -> NameId {
        NameId::of(self.of(buf))
    }
}

/// A name folded to a number: what the stack of open elements holds. Two names may share a number; the worst that
/// comes of it is a wrong nesting in a file made for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NameId(u64);

impl NameId {
    /// Exact for names of up to 16 bytes; of longer ones the two ends count.
    #[inline]
    pub(crate) fn of(name: &[u8]) -> Self {
        const LOWER: u64 = 0x2020_2020_2020_2020;
        let (head, tail) = if let (Some(head), Some(tail)) = (name.first_chunk(), name.last_chunk()) {
            (u64::from_le_bytes(*head), u64::from_le_bytes(*tail))
        } else if let (Some(head), Some(tail)) = (name.first_chunk(), name.last_chunk()) {
            (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail)))
        } else {
            (name.iter().fold(0, |id, &byte| id << 8 | u64::from(byte)), 0)
        };
        let mixed = (head | LOWER).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (tail | LOWER).rotate_left(29);
        Self(mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9).wrapping_add(name.len() as u64))
    }
}

/// How to read tokens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// Longest token in bytes; a longer one counts as damage.
    pub(crate) limit: usize,
    /// No more input follows the buffer.
    pub(crate) last: bool,
    /// An unclosed declaration was seen: those to come end at their first `>`. Looking far for the end of each again
    /// would take quadratic time.
    pub(crate) wary: bool,
}

impl Rules {
    /// What to say of a token that has no end in `buf`, which holds `limit` bytes of it at most.
    fn undecided(self, buf: &[u8], at: usize) -> Token {
        if self.is_whole(buf, at) { Token::Stray } else { Token::Incomplete }
    }

    fn is_whole(self, buf: &[u8], at: usize) -> bool {
        self.last || buf.len() >= at.saturating_add(self.limit)
    }
}

/// Reads the token at `at`, where `buf` has a `<`.
#[inline]
pub(crate) fn token(buf: &[u8], at: usize, rules: Rules) -> Token {
    let buf = &buf[..buf.len().min(at.saturating_add(rules.limit))];
    match buf.get(at + 1) {
        None => rules.undecided(buf, at),
        Some(b'/') => end_tag(buf, at, rules),
        Some(b'!') => declaration(buf, at, rules),
        Some(b'?') => instruction(buf, at, rules),
        Some(&byte) if starts_name(byte) => start_tag(buf, at, rules),
        Some(_) => Token::Stray,
    }
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b':' || byte >= 0x80
}

/// Which bytes go on with a name: all but white space, markup and quotes.
const NAME_BYTE: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte <= b' ' as usize {
        table[byte] = false;
        byte += 1;
    }
    let stops = b"<>/=\"'&?!";
    let mut stop = 0;
    while stop < stops.len() {
        table[stops[stop] as usize] = false;
        stop += 1;
    }
    table
};

#[inline]
fn name_at(buf: &[u8], from: usize) -> Name {
    let (mut to, mut local) = (from, from);
    while let Some(&byte) = buf.get(to)
        && NAME_BYTE[byte as usize]
    {
        to += 1;
        if byte == b':' {
            local = to;
        }
    }
    Name { from, local, to }
}

#[inline]
fn start_tag(buf: &[u8], at: usize, rules: Rules) -> Token {
    let name = name_at(buf, at + 1);
    match buf.get(name.to) {
        Some(b'>') => Token::Start { name, close: name.to, after: name.to + 1, empty: false },
        Some(byte) if byte.is_ascii_whitespace() || *byte == b'/' => attributes(buf, at, name, rules),
        Some(_) => Token::Stray,
        None => rules.undecided(buf, at),
    }
}

/// Finds the `>` of a tag, stepping over quoted values. A value that runs into a `<` has lost its closing quote: then
/// the first `>` behind it counts. Nothing beyond the next `<` is looked at, which keeps the time linear.
#[inline]
fn attributes(buf: &[u8], at: usize, name: Name, rules: Rules) -> Token {
    // Nearly always the first `>` is it: behind whole pairs of double quotes, and nothing else of note.
    if let Some(length) = memchr(b'>', &buf[name.to..]) {
        let tag = &buf[name.to..name.to + length];
        let count = |(quotes, odd): (u32, bool), &byte: &u8| {
            (quotes + u32::from(byte == b'"'), odd | (byte == b'\'') | (byte == b'<'))
        };
        if let (quotes, false) = tag.iter().fold((0, false), count)
            && quotes % 2 == 0
        {
            return start(name, name.to + length, buf);
        }
    }
    quoted_attributes(buf, at, name, rules)
}

fn quoted_attributes(buf: &[u8], at: usize, name: Name, rules: Rules) -> Token {
    let next = memchr(b'<', &buf[name.to..]);
    let tag = &buf[..next.map_or(buf.len(), |next| name.to + next)];
    let undecided = if next.is_some() { Token::Stray } else { rules.undecided(buf, at) };
    let mut from = name.to;
    while let Some(found) = memchr3(b'>', b'"', b'\'', &tag[from..]).map(|found| from + found) {
        let value = &tag[found + 1..];
        if tag[found] == b'>' {
            return start(name, found, buf);
        }
        match memchr(tag[found], value) {
            Some(end) => from = found + 1 + end + 1,
            None if undecided == Token::Incomplete => return undecided,
            None => {
                return memchr(b'>', value).map_or(undecided, |close| start(name, found + 1 + close, buf));
            }
        }
    }
    undecided
}

fn start(name: Name, close: usize, buf: &[u8]) -> Token {
    let empty = close > name.to && buf[close - 1] == b'/';
    Token::Start { name, close: close - usize::from(empty), after: close + 1, empty }
}

#[inline]
fn end_tag(buf: &[u8], at: usize, rules: Rules) -> Token {
    let name = name_at(buf, at + 2);
    match buf.get(name.to) {
        Some(b'>') => Token::End { name, after: name.to + 1 },
        Some(_) => match memchr2(b'>', b'<', &buf[name.to..]) {
            Some(end) => Token::End { name, after: name.to + end + usize::from(buf[name.to + end] == b'>') },
            None => end_of_input(buf, at, name, rules),
        },
        None => end_of_input(buf, at, name, rules),
    }
}

/// An end tag cut off by the end of the input still ends what it stands behind.
fn end_of_input(buf: &[u8], at: usize, name: Name, rules: Rules) -> Token {
    match rules.undecided(buf, at) {
        Token::Stray if rules.last => Token::End { name, after: buf.len() },
        undecided => undecided,
    }
}

fn declaration(buf: &[u8], at: usize, rules: Rules) -> Token {
    let rest = &buf[at..];
    for (opening, comment) in [(&b"<!--"[..], true), (&b"<![CDATA["[..], false)] {
        let known = rest.len().min(opening.len());
        if rest[..known].eq_ignore_ascii_case(&opening[..known]) {
            return match (known == opening.len(), comment) {
                (false, _) => rules.undecided(buf, at),
                // Two bytes early, so that `<!-->` closes itself as it does in HTML.
                (true, true) => Token::Comment { after: at + 2 },
                (true, false) => Token::CData { after: at + known },
            };
        }
    }
    match if rules.wary { None } else { doctype_end(rest) } {
        Some(after) => Token::Ignored { after: at + after },
        None => unclosed(buf, at, rules),
    }
}

/// A declaration without its end: it ends at its first `>`. Where there is none, no tag ends either, and all that was
/// searched can be passed over.
fn unclosed(buf: &[u8], at: usize, rules: Rules) -> Token {
    let first = memchr(b'>', &buf[at..]).map(|end| at + end + 1);
    match first {
        Some(after) if rules.wary || rules.is_whole(buf, at) => Token::Unclosed { after },
        None if rules.is_whole(buf, at) => Token::Unclosed { after: buf.len() },
        _ => Token::Incomplete,
    }
}

/// Finds the end of `<!DOCTYPE ...>`, over its internal subset, quoted strings and comments.
fn doctype_end(rest: &[u8]) -> Option<usize> {
    let (mut at, mut brackets) = (2, 0_usize);
    while let Some(&byte) = rest.get(at) {
        match byte {
            b'"' | b'\'' => at += 1 + memchr(byte, &rest[at + 1..])?,
            b'<' if rest[at..].starts_with(b"<!--") => at += 2 + memmem::find(&rest[at + 2..], b"-->")? + 2,
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            b'>' if brackets == 0 => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// How far the `?>` of a processing instruction is looked for before it counts as forgotten, in bytes.
const INSTRUCTION_BYTES: usize = 4 << 10;

/// `<?xml ...>` ends at its first `>` (some files forget the second `?`), others at `?>` if it is near.
fn instruction(buf: &[u8], at: usize, rules: Rules) -> Token {
    let rules = Rules { limit: rules.limit.min(INSTRUCTION_BYTES), ..rules };
    let buf = &buf[..buf.len().min(at.saturating_add(rules.limit))];
    let rest = &buf[at..];
    let is_declaration = rest.len() > 5 && rest[2..5].eq_ignore_ascii_case(b"xml") && rest[5] != b'-';
    let end = match rules.wary || is_declaration {
        true => memchr(b'>', rest).map(|end| end + 1),
        false => memmem::find(rest, b"?>").map(|end| end + 2),
    };
    match end {
        Some(end) => Token::Ignored { after: at + end },
        None => unclosed(buf, at, rules),
    }
}

/// The value of the attribute with this local name, as written, from the attributes part of a tag.
pub(crate) fn attribute<'a>(attributes: &'a str, wanted: &str) -> Option<&'a str> {
    let bytes = attributes.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let name = name_at(bytes, at);
        if name.to == at {
            at += 1;
            continue;
        }
        let equals = skip_space(bytes, name.to);
        if bytes.get(equals) != Some(&b'=') {
            at = name.to;
            continue;
        }
        let from = skip_space(bytes, equals + 1);
        let (from, to, next) = value_at(bytes, from);
        if name.local_of(bytes).eq_ignore_ascii_case(wanted.as_bytes()) {
            return attributes.get(from..to);
        }
        at = next;
    }
    None
}

fn skip_space(bytes: &[u8], from: usize) -> usize {
    let space = bytes.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace());
    from + space.count()
}

/// A quoted value, or one without quotes up to white space: its beginning, its end, and where to go on.
fn value_at(bytes: &[u8], from: usize) -> (usize, usize, usize) {
    match bytes.get(from) {
        Some(&quote @ (b'"' | b'\'')) => {
            let end = memchr(quote, &bytes[from + 1..]).map_or(bytes.len(), |end| from + 1 + end);
            (from + 1, end, end + 1)
        }
        _ => {
            let value =
                bytes.get(from..).unwrap_or_default().iter().take_while(|byte| !byte.is_ascii_whitespace());
            let end = from + value.count();
            (from, end, end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Token) {
        let rules = Rules { limit: 100, last: false, wary: false };
        assert_eq!(token(text.as_bytes(), 0, rules), expected, "{text}");
    }

    fn name(from: usize, local: usize, to: usize) -> Name {
        Name { from, local, to }
    }

    #[test]
    fn tags_end_where_they_end() {
        check("<loc>x", Token::Start { name: name(1, 1, 4), close: 4, after: 5, empty: false });
        check("<a:b/>", Token::Start { name: name(1, 3, 4), close: 4, after: 6, empty: true });
        check("<a b='>'/>", Token::Start { name: name(1, 1, 2), close: 8, after: 10, empty: true });
        check("</loc >", Token::End { name: name(2, 2, 5), after: 7 });
        check("</loc<url>", Token::End { name: name(2, 2, 5), after: 5 });
    }

    #[test]
    fn a_forgotten_quote_ends_with_its_tag() {
        check("<a b=\"c><d>", Token::Start { name: name(1, 1, 2), close: 7, after: 8, empty: false });
        check("<a b=\"c <d>", Token::Stray);
        check("<a <d>", Token::Stray);
    }

    #[test]
    fn what_is_no_markup_is_stray() {
        for text in ["< a>", "<1>", "<<a>", "<a=b>", "<&>"] {
            check(text, Token::Stray);
        }
    }

    #[test]
    fn half_a_token_waits() {
        for text in
            ["<", "<l", "<a b='", "</", "</a", "<!", "<!-", "<![CDA", "<!DOCTYPE a [ >", "<?xm", "<?php >"]
        {
            check(text, Token::Incomplete);
        }
    }

    #[test]
    fn declarations_are_stepped_over() {
        check("<?xml version='1.0'><a>", Token::Ignored { after: 20 });
        check("<?a b > ?><c>", Token::Ignored { after: 10 });
        check("<!DOCTYPE a [<!ENTITY b \"]>\"><!-- ]> ' -->]><c>", Token::Ignored { after: 44 });
        check("<!--", Token::Comment { after: 2 });
        check("<![CDATA[", Token::CData { after: 9 });
    }

    #[test]
    fn attributes_are_found_by_their_local_name() {
        let attributes = r#" rel = "alternate" xlink:href='a b' bare disabled x=1 about="x"#;
        for (wanted, value) in [
            ("rel", Some("alternate")),
            ("href", Some("a b")),
            ("x", Some("1")),
            ("about", Some("x")),
            ("bare", None),
        ] {
            assert_eq!(attribute(attributes, wanted), value, "{wanted}");
        }
    }
}
