//! What stands around a run of digits in its line: words, units, signs that tell telephone numbers from others.

use std::{collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;

use super::{
    labels::{self, Label},
    scan::Group,
};
use crate::region::{Country, fold};

/// Bytes before and behind a run that are looked at.
const MAX_REACH: usize = 64;

/// The words of money and units; the head of the table says how they are written.
const TABLE: &str = include_str!("measures.tsv");

/// What figures beside a word measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Measure {
    Money,
    Unit,
}

static MEASURES: LazyLock<HashMap<&'static str, Measure, RandomState>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|row| !row.starts_with('#')).filter_map(|row| row.split_once('\t'));
    let measure = |name| if name == "money" { Measure::Money } else { Measure::Unit };
    // Money comes last: what is both, as `ft`, stands on either side.
    let mut words: Vec<_> =
        rows.flat_map(|(name, list)| list.split(' ').map(move |word| (word, measure(name)))).collect();
    words.sort_by_key(|(_, measure)| *measure == Measure::Money);
    words.into_iter().collect()
});

/// A run's surroundings.
pub(crate) struct Around<'l> {
    /// From the end of the last number to the run.
    pub(crate) before: &'l str,
    /// What stands behind the run, as far as is looked at.
    pub(crate) after: &'l str,
    line: &'l str,
    start: usize,
}

impl<'l> Around<'l> {
    /// The surroundings of `start..end` in a line that was read until `from`.
    pub(crate) fn new(line: &'l str, from: usize, start: usize, end: usize) -> Self {
        let from = line.ceil_char_boundary(from.max(start.saturating_sub(MAX_REACH)).min(start));
        Self {
            before: line.get(from..start).unwrap_or_default(),
            after: line.get(end..line.floor_char_boundary(end.saturating_add(MAX_REACH))).unwrap_or_default(),
            line,
            start,
        }
    }

    /// The label before the run, or the one behind it when that is set off.
    pub(crate) fn label(&self, opened: bool) -> Option<Label> {
        let before = if opened { self.before.trim_end_matches(['(', '[', '+', ' ']) } else { self.before };
        labels::before(before)
    }

    /// Whether letters stand before the run, since the last number.
    pub(crate) fn has_words_before(&self) -> bool {
        self.before.chars().any(char::is_alphabetic)
    }

    /// Whether only list separators part the run from the number before it: `1 / 2`, `1, 2`, `1 or 2`.
    pub(crate) fn continues_list(&self) -> bool {
        let between = self.before.trim_matches([' ', ',', ';', '/', '|', '-', '–', '&', '(', '+', '•', '·']);
        matches!(
            between,
            "" | "or"
                | "and"
                | "oder"
                | "und"
                | "ou"
                | "et"
                | "o"
                | "e"
                | "y"
                | "i"
                | "a"
                | "en"
                | "of"
                | "или"
                | "и"
                | "lub"
                | "och"
                | "og"
        )
    }

    /// Whether the line holds little else than the number.
    pub(crate) fn is_alone(&self) -> bool {
        let letters = |text: &str| text.chars().filter(|letter| letter.is_alphanumeric()).take(3).count();
        self.start == self.before.len() && letters(self.before) + letters(self.after) < 3
    }

    /// The country named right before the run: `UK: 07545…`, `Germany 089…`.
    pub(crate) fn country(&self) -> Option<Country> {
        let text = self.before.trim_end_matches([' ', ':', '-', '–', '(', '+', '\u{a0}', '.', '/']);
        let tail = text.rsplit([',', ';', '|', '(', '/', ':']).next().unwrap_or_default().trim();
        let word = tail.rsplit(' ').next().unwrap_or_default();
        if labels::is_word(&fold(word)) {
            return None;
        }
        if let Some(country) = Country::by_name(tail).or_else(|| Country::by_name(word)) {
            return Some(country);
        }
        let code = word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        let colon = self.before.trim_end().ends_with([':', ')']);
        if code && colon { Country::parse(word).filter(|country| country.plan().is_some()) } else { None }
    }

    /// Whether the run is part of a word, an address of a page, a price or a measure.
    pub(crate) fn is_foreign(&self, labelled: bool, groups: usize) -> bool {
        let before = self.before.trim_end_matches(['(', '[', '+', '＋', '（']);
        self.is_glued_before(before, labelled)
            || self.is_glued_after(labelled, groups)
            || self.is_in_address()
            || !labelled && self.is_measured(before)
    }

    /// Letters and signs directly before the run that make it something else.
    fn is_glued_before(&self, before: &str, labelled: bool) -> bool {
        let Some(last) = before.chars().next_back() else {
            // The run goes on from what was read before: `12:30` or `1,234`.
            let read = self.line.get(..self.start - self.before.len()).unwrap_or_default();
            return read.ends_with(['_', '=', '#']);
        };
        let lead = before[..before.len() - last.len_utf8()].chars().next_back();
        match last {
            '$' | '€' | '£' | '¥' | '₽' | '₹' | '฿' | '₺' | '@' | '_' | '=' | '&' | '%' | '*' | '^' | '<'
            | '\\' | '?' => true,
            '#' | '№' => !labelled,
            ',' | '.' => lead.is_some_and(|letter| letter.is_ascii_digit()),
            '/' | '-' => !labelled && lead.is_some_and(char::is_alphanumeric),
            letter if letter.is_alphabetic() => !labelled && !is_unspaced(letter),
            _ => false,
        }
    }

    /// Letters and signs directly after the run that make it something else.
    fn is_glued_after(&self, labelled: bool, groups: usize) -> bool {
        let mut rest = self.after.chars();
        let (Some(first), second) = (rest.next(), rest.next()) else { return false };
        match first {
            '%' | '€' | '$' | '£' | '@' | '_' | '=' | '°' | '′' | '″' | '½' => true,
            '.' => second.is_some_and(char::is_alphabetic) && !labels::starts(&self.after[1..]) && !labelled,
            ',' => {
                !labelled && second.is_some_and(|letter| letter.is_ascii_digit()) && self.is_decimal_after()
            }
            '/' => {
                second.is_some_and(|letter| letter.is_ascii_alphabetic())
                    && !labelled
                    && !labels::starts(&self.after[1..])
            }
            letter if letter.is_alphabetic() && !is_unspaced(letter) => {
                !(labels::starts(self.after)
                    || letter.is_uppercase() && (labelled || groups > 2)
                    || groups > 3
                    || super::extension::read(self.after).is_some())
            }
            _ => false,
        }
    }

    /// Whether `,` and one to three digits follow that end there.
    fn is_decimal_after(&self) -> bool {
        let digits = self.after[1..].bytes().take_while(u8::is_ascii_digit).count();
        digits <= 3
    }

    /// Whether the word the run stands in is an e-mail address, a path or an address of a page.
    fn is_in_address(&self) -> bool {
        let from = self.line.floor_char_boundary(self.start.saturating_sub(MAX_REACH));
        let head = self.line.get(from..self.start).unwrap_or_default();
        let word = head
            .rsplit(|letter: char| letter.is_whitespace() || matches!(letter, '(' | '|' | ','))
            .next()
            .unwrap_or_default();
        let tail = self.after.split(char::is_whitespace).next().unwrap_or_default();
        word.contains("://")
            || word.starts_with("www.")
            || word.contains('@')
            || tail.starts_with(['_', '@'])
            || word.ends_with("=")
    }

    /// Whether money or a unit stands beside the run.
    fn is_measured(&self, before: &str) -> bool {
        let word = before.trim_end().rsplit([' ', '(', '\u{a0}']).next().unwrap_or_default();
        let next =
            self.after.trim_start().split([' ', '\u{a0}', ',', ')', '.', ';']).next().unwrap_or_default();
        let (word, next) = (
            fold(word.trim_end_matches(['.', ':'])),
            fold(next.get(..next.floor_char_boundary(24)).unwrap_or_default()),
        );
        MEASURES.get(word.as_str()) == Some(&Measure::Money)
            || MEASURES.contains_key(next.as_str())
            || before.trim_end().ends_with(['€', '$', '£', '¥', '₹', '₽'])
            || matches!(
                self.after.trim_start().chars().next(),
                Some('€' | '$' | '£' | '%' | '₽' | '₹' | '円' | '元' | '원' | '年')
            )
    }

    /// Marks the group that is the end of an hour before the run (`17:00 0948…`) or the start of one behind it.
    pub(crate) fn mask_hours(&self, run: &[Group], mask: &mut [bool]) {
        let read = self.line.get(..run.first().map_or(0, |group| group.start)).unwrap_or_default();
        let mut head = read.chars().rev();
        let minutes = matches!(head.next(), Some(':' | 'h' | '.' | ','))
            && head.next().is_some_and(|letter| letter.is_ascii_digit());
        if minutes && run.first().is_some_and(|group| group.len() == 2) {
            mask.first_mut().map(|masked| *masked = true).unwrap_or_default();
        }
        let mut tail = self.after.chars();
        let hour = matches!(tail.next(), Some(':' | 'h'))
            && tail.next().is_some_and(|letter| letter.is_ascii_digit());
        let unit = self.after.trim_start().to_lowercase();
        let named = ["uhr", "h ", "am", "pm", "a.m", "p.m", "hrs"].iter().any(|word| unit.starts_with(word));
        if (hour || named) && run.last().is_some_and(|group| group.len() <= 2) {
            mask.last_mut().map(|masked| *masked = true).unwrap_or_default();
        }
    }
}

/// Letters of scripts that put no blanks between words.
fn is_unspaced(letter: char) -> bool {
    matches!(letter, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '：')
}
