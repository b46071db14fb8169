//! Reads the lines of a robots.txt: one pass, each line touched once, rules of other crawlers not kept.

use std::collections::HashSet;
use std::time::Duration;

use super::pattern::Pattern;
use super::{MAX_BYTES, MAX_LINE_BYTES, MAX_SITEMAPS, Robots, Rule};

/// The longest `Crawl-delay` that is believed to be meant, in seconds.
const MAX_CRAWL_DELAY_SECS: f64 = 86_400.0;

pub(super) fn parse(bytes: &[u8], agent: &str) -> Robots {
    let mut reader = Reader::new(product_token(agent));
    let narrowed = from_utf16(bytes);
    let bytes = narrowed.as_deref().map_or(bytes, str::as_bytes);
    for line in (Lines { rest: after_bom(cut(bytes)) }) {
        if let Some((key, value)) = split(line) {
            reader.take(key, value);
        }
    }
    reader.finish()
}

/// The product token of a crawler: `FooBot/1.2 (+http://...)` is `FooBot`.
/// `Foo Bar` stays whole, and so names no group: it is not a valid token.
fn product_token(agent: &str) -> &str {
    agent.split_once('/').map_or(agent, |(token, _)| token).trim()
}

/// A file that says it is UTF-16: no standard allows it, but its author meant its rules.
fn from_utf16(bytes: &[u8]) -> Option<String> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let pairs = bytes.get(2..)?.chunks_exact(2).take(MAX_BYTES);
    let units = pairs.filter_map(|pair| <[u8; 2]>::try_from(pair).ok().map(unit));
    Some(char::decode_utf16(units).map(|char| char.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// The part that is read, ending at the end of a line.
fn cut(bytes: &[u8]) -> &[u8] {
    let Some(head) = bytes.get(..MAX_BYTES) else { return bytes };
    match memchr::memrchr2(b'\n', b'\r', head) {
        Some(end) if bytes.len() > MAX_BYTES => head.get(..end).unwrap_or(head),
        _ => head,
    }
}

/// Skips a byte order mark, also one that lost its tail.
fn after_bom(bytes: &[u8]) -> &[u8] {
    let marks = bytes.iter().zip(*b"\xEF\xBB\xBF").take_while(|(byte, mark)| *byte == mark).count();
    bytes.get(marks..).unwrap_or_default()
}

/// Lines ended by LF, CR or CRLF, each cut to [`MAX_LINE_BYTES`].
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr2(b'\n', b'\r', self.rest).unwrap_or(self.rest.len());
        let (line, rest) = self.rest.split_at(end);
        self.rest = rest.get(1..).unwrap_or_default();
        Some(line.get(..MAX_LINE_BYTES).unwrap_or(line))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    UserAgent,
    Allow,
    Disallow,
    CrawlDelay,
    Sitemap,
}

/// Key and trimmed value of a line; none for comments, blank lines and unknown keys.
fn split(line: &[u8]) -> Option<(Key, &[u8])> {
    let line = line.trim_ascii_start();
    // Only these letters begin a key; most lines of a page that is no robots.txt end here.
    if !matches!(line.first()? | 0x20, b'u' | b'a' | b'd' | b'c' | b's') {
        return None;
    }
    let line =
        memchr::memchr(b'#', line).map_or(line, |hash| line.get(..hash).unwrap_or(line)).trim_ascii_end();
    let (name, value) = match memchr::memchr(b':', line) {
        Some(colon) => (line.get(..colon)?, line.get(colon + 1..)?),
        None => without_colon(line)?,
    };
    let (name, value) = (name.trim_ascii_end(), value.trim_ascii());
    match key(name) {
        Some(key) => Some((key, value)),
        None => sitemap_without_colon(line),
    }
}

/// `Disallow /x`: the colon may be missing if exactly two words stand there.
fn without_colon(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let gap = memchr::memchr2(b' ', b'\t', line)?;
    let (name, value) = line.split_at(gap);
    let value = value.trim_ascii_start();
    memchr::memchr2(b' ', b'\t', value).is_none().then_some((name, value))
}

/// `Sitemap https://...`: the colon that was found is the URL's.
fn sitemap_without_colon(line: &[u8]) -> Option<(Key, &[u8])> {
    let (name, value) = without_colon(line)?;
    (key(name) == Some(Key::Sitemap)).then_some((Key::Sitemap, value))
}

/// Keys by their beginning, in any case, with the spellings that are frequently mistyped.
fn key(name: &[u8]) -> Option<Key> {
    let begins = |words: &[&str]| {
        let same = |word: &&str| {
            name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
        };
        words.iter().any(same)
    };
    let is = |words: &[&str]| words.iter().any(|word| name.eq_ignore_ascii_case(word.as_bytes()));
    match name.first()? | 0x20 {
        b'd' if begins(&DISALLOW) => Some(Key::Disallow),
        b'a' if begins(&["allow"]) => Some(Key::Allow),
        b'u' if begins(&["user-agent", "useragent", "user agent"]) => Some(Key::UserAgent),
        b's' if is(&["sitemap", "site-map", "sitemaps", "site map", "sitemap-url", "sitemap_index"]) => {
            Some(Key::Sitemap)
        }
        b'c' if is(&["crawl-delay", "crawldelay", "crawl delay", "crawl_delay"]) => Some(Key::CrawlDelay),
        _ => None,
    }
}

const DISALLOW: [&str; 7] =
    ["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw", "dis-allow"];

/// What the groups of one kind (those that name the crawler, those for `*`) say.
#[derive(Default)]
struct Group {
    named: bool,
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

/// Where the reading stands. Groups that name the same crawler are one group wherever they stand (RFC 9309 section 2.2.1).
struct Reader<'a> {
    agent: &'a str,
    own: Group,
    any: Group,
    /// Whether the group being read names the crawler, names `*`.
    in_own: bool,
    in_any: bool,
    /// Whether a rule has come since the last `User-agent` line: then the next one begins a new group.
    ruled: bool,
    sitemaps: Vec<Box<str>>,
}

impl<'a> Reader<'a> {
    fn new(agent: &'a str) -> Self {
        Self {
            agent,
            own: Group::default(),
            any: Group::default(),
            in_own: false,
            in_any: false,
            ruled: false,
            sitemaps: Vec::new(),
        }
    }

    fn take(&mut self, key: Key, value: &[u8]) {
        match key {
            Key::UserAgent => self.user_agent(value),
            Key::Allow => self.rule(true, value),
            Key::Disallow => self.rule(false, value),
            Key::CrawlDelay => self.crawl_delay(value),
            Key::Sitemap => self.sitemap(value),
        }
    }

    fn user_agent(&mut self, value: &[u8]) {
        if self.ruled {
            (self.in_own, self.in_any, self.ruled) = (false, false, false);
        }
        // `*` alone or followed by a space, whatever comes then.
        if value.first() == Some(&b'*') && value.get(1).is_none_or(u8::is_ascii_whitespace) {
            self.in_any = true;
            self.any.named = true;
            return;
        }
        let is_token = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_');
        let end = value.iter().position(|byte| !is_token(byte)).unwrap_or(value.len());
        let token = value.get(..end).unwrap_or_default();
        if !token.is_empty() && token.eq_ignore_ascii_case(self.agent.as_bytes()) {
            self.in_own = true;
            self.own.named = true;
        }
    }

    fn rule(&mut self, allow: bool, value: &[u8]) {
        // A rule outside any group closes nothing and means nothing; an empty one closes the list of agents.
        self.ruled = true;
        if value.is_empty() || !(self.in_own || self.in_any) {
            return;
        }
        // The groups for `*` are of no use once the crawler has its own.
        if !self.in_own && self.own.named {
            return;
        }
        let group = if self.in_own { &mut self.own } else { &mut self.any };
        push_rule(&mut group.rules, allow, value);
    }

    /// Kept for the group being read; does not close its list of agents.
    fn crawl_delay(&mut self, value: &[u8]) {
        let Some(delay) = seconds(value) else { return };
        if self.in_own {
            self.own.crawl_delay = self.own.crawl_delay.max(Some(delay));
        } else if self.in_any {
            self.any.crawl_delay = self.any.crawl_delay.max(Some(delay));
        }
    }

    fn sitemap(&mut self, value: &[u8]) {
        if value.is_empty() || self.sitemaps.len() >= MAX_SITEMAPS {
            return;
        }
        self.sitemaps.push(String::from_utf8_lossy(value).into());
    }

    fn finish(self) -> Robots {
        let Group { mut rules, crawl_delay, .. } = if self.own.named { self.own } else { self.any };
        rules.sort_by_key(|rule| (std::cmp::Reverse(rule.pattern.specificity()), !rule.allow));
        Robots { rules, forbids_all: false, crawl_delay, sitemaps: without_duplicates(self.sitemaps) }
    }
}

/// The values in their order, each once.
fn without_duplicates(mut values: Vec<Box<str>>) -> Vec<Box<str>> {
    let mut seen = HashSet::with_capacity(values.len());
    let mut is_first: Vec<bool> = values.iter().map(|value| seen.insert(&**value)).collect();
    is_first.reverse();
    values.retain(|_| is_first.pop().unwrap_or(false));
    values
}

fn push_rule(rules: &mut Vec<Rule>, allow: bool, value: &[u8]) {
    if allow && let Some(directory) = index_page(value) {
        let pattern = Pattern::new(&[directory, b"$"].concat());
        rules.push(Rule { allow, pattern });
    }
    rules.push(Rule { allow, pattern: Pattern::new(value) });
}

/// `/dir/index.html`, when allowed, allows `/dir/` too: they are the same page.
fn index_page(value: &[u8]) -> Option<&[u8]> {
    let slash = memchr::memrchr(b'/', value)?;
    let (directory, page) = value.split_at(slash + 1);
    page.starts_with(b"index.htm").then_some(directory)
}

/// The number a `Crawl-delay` begins with; a decimal comma is one, too.
fn seconds(value: &[u8]) -> Option<Duration> {
    let number = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let end = value.iter().position(|byte| !number(byte)).unwrap_or(value.len());
    let text = std::str::from_utf8(value.get(..end)?).ok()?.replace(',', ".");
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds.min(MAX_CRAWL_DELAY_SECS)).ok()
}
