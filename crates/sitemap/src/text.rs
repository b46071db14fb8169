//! Reads sitemaps that are plain lists, one address a line, and tells them from prose.

mod columns;

use memchr::memchr2;

use crate::entry::{Entry, EntryKind, Extensions};
use crate::lastmod::LastMod;
use crate::loc;
use crate::outlet::{Found, Outlet};
use columns::Columns;

/// A reader for one list. It is run over a buffer whose beginning moves.
#[derive(Debug, Default)]
pub(crate) struct TextReader {
    pos: usize,
    offset: u64,
    /// Within a line that is longer than the limit.
    in_long_line: bool,
    /// How its lines are laid out, if they hold more than an address.
    columns: Option<Columns>,
}

impl TextReader {
    /// A reader for the list that begins with `text` at `offset`; none if that is no list. `whole` says that the text
    /// does not go on.
    pub(crate) fn of(text: &str, whole: bool, offset: u64) -> Option<Self> {
        let lines = if whole { text } else { whole_lines(text) };
        let columns = Columns::of(lines);
        (columns.is_some() || is_list(lines)).then(|| Self { offset, columns, ..Self::default() })
    }

    /// Reads all whole lines of `text`; `last` says that its end is a line's end too.
    pub(crate) fn run<S: FnMut(Entry<'_>)>(&mut self, text: &str, last: bool, out: &mut Outlet<'_, S>) {
        let limit = out.options.limits.token_bytes;
        while self.pos < text.len() && !out.full {
            let rest = &text[self.pos..];
            let end = memchr2(b'\n', b'\r', rest.as_bytes());
            if end.is_none() && !last {
                if rest.len() > limit {
                    self.long_line(out);
                    self.pos = text.len();
                }
                return;
            }
            let line = &rest[..end.unwrap_or(rest.len())];
            if line.len() > limit && !self.in_long_line {
                self.long_line(out);
            }
            if !std::mem::take(&mut self.in_long_line) {
                self.line(line, out);
            }
            self.pos += line.len() + usize::from(end.is_some());
        }
    }

    fn long_line<S: FnMut(Entry<'_>)>(&mut self, out: &mut Outlet<'_, S>) {
        if !std::mem::replace(&mut self.in_long_line, true) {
            out.refuse_long(self.offset + self.pos as u64);
        }
    }

    fn line<S: FnMut(Entry<'_>)>(&self, line: &str, out: &mut Outlet<'_, S>) {
        let line = loc::trim_space(line);
        if line.is_empty() || is_comment(line) || self.columns.is_some_and(|columns| columns.is_heading(line))
        {
            return;
        }
        let read = match self.columns {
            Some(columns) => columns.read(line),
            None => address(loc::trim(line)),
        };
        // What is no address goes out as written, to be refused and counted.
        let (loc, lastmod) = read.unwrap_or((line, None));
        let extensions = Extensions::default();
        let (offset, kind) = (self.offset + self.pos as u64, EntryKind::Page);
        let found = Found {
            kind,
            loc,
            escaped: false,
            offset,
            lastmod,
            changefreq: None,
            priority: None,
            extensions,
        };
        if read.is_some() { out.deliver(found) } else { out.refuse(loc::Bad::Invalid, &found) }
    }

    /// From here on the buffer is still needed.
    pub(crate) fn keep_from(&self) -> usize {
        self.pos
    }

    /// Says that the first `bytes` of the buffer are gone.
    pub(crate) fn moved(&mut self, bytes: usize) {
        self.offset += bytes as u64;
        self.pos -= bytes;
    }

    /// How much of the buffer is an unfinished line.
    pub(crate) fn waiting(&self, buffered: usize) -> usize {
        buffered.saturating_sub(self.pos)
    }
}

/// How many words make a line prose rather than a stray label.
const PROSE_WORDS: usize = 3;

/// The text up to the end of its last whole line.
fn whole_lines(text: &str) -> &str {
    text.rfind(['\n', '\r']).map_or(text, |end| &text[..end])
}

/// Whether a text is a list of addresses: most of its lines are, or it begins with one and holds little prose.
fn is_list(lines: &str) -> bool {
    let (mut addresses, mut others, mut prose) = (0_usize, 0_usize, 0_usize);
    let mut begins_well = false;
    for line in lines.split(['\n', '\r']).map(loc::trim).filter(|line| !line.is_empty() && !is_comment(line))
    {
        if address(line).is_some() {
            begins_well |= others == 0;
            addresses += 1;
        } else {
            others += 1;
            prose += usize::from(line.split_whitespace().nth(PROSE_WORDS - 1).is_some());
        }
    }
    addresses > others || (begins_well && addresses > prose)
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#')
}

/// The address that a line consists of, with a date behind it if there is one. A line with other words is prose.
fn address(line: &str) -> Option<(&str, Option<LastMod>)> {
    let scheme = line.get(..7)?;
    if !scheme.eq_ignore_ascii_case("http://") && !scheme.eq_ignore_ascii_case("https:/") {
        return None;
    }
    if line.contains(['<', '>']) {
        return None;
    }
    match line.split_once(char::is_whitespace) {
        None => Some((line, None)),
        Some((address, rest)) => LastMod::parse(rest).map(|date| (address, Some(date))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_told_from_prose() {
        for list in [
            "http://a.example/",
            "# pages\nhttp://a.example/1\r\nhttps://a.example/2",
            "List of pages\nHTTP://a.example/1\nhttp://a.example/2\n",
            "http://a.example/1\nabout\nmailto:a@a.example\nhttp://a.example/2\nthis is no address",
            "http://a.example/1 2024-05-06\nhttp://a.example/2\t2024-05-07",
        ] {
            assert!(is_list(list), "{list:?}");
        }
        for prose in [
            "",
            "this is a bogus sitemap",
            "http://a.example/ is down, please come back later",
            "http://a.example/\nThe server is down.\nPlease try again later.",
            "See\nhttp://a.example/\nfor details",
            "Not found.\nhttp://a.example/",
            "User-agent: *\nDisallow:\nSitemap: http://a.example/sitemap.xml",
            "{\"url\": \"http://a.example/\"}",
        ] {
            assert!(!is_list(prose), "{prose:?}");
        }
    }
}
