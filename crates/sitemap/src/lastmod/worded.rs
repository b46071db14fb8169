//! Dates with the month in words: RFC 822, C's `asctime`, JavaScript's `Date.toString`, `May 6, 2024`.

use super::numeric::{clock_time, digits, number, offset};
use super::{Parts, Time};

/// Longest text that is searched for a date, in bytes.
const MAX_BYTES: usize = 120;

/// Reads a date that names its month in English.
pub(super) fn parse(text: &str) -> Option<Parts> {
    let text = text.get(..MAX_BYTES).unwrap_or(if text.len() > MAX_BYTES { "" } else { text }).as_bytes();
    let mut found = Found::default();
    let mut at = 0;
    while at < text.len() {
        at += found.take(&text[at..]).max(1);
    }
    found.parts()
}

#[derive(Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<Time>,
    offset_minutes: Option<i16>,
}

impl Found {
    /// Takes the word or number at the beginning of `rest` and gives its length.
    fn take(&mut self, rest: &[u8]) -> usize {
        let run = digits(rest);
        if run > 0 {
            return self.take_number(rest, run);
        }
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters > 0 {
            let word = &rest[..letters];
            if self.month.is_none() {
                self.month = month(word);
            }
        }
        // What stands in brackets is a zone's name in words, after its offset.
        if rest.first() == Some(&b'(') { rest.len() } else { letters }
    }

    fn take_number(&mut self, rest: &[u8], run: usize) -> usize {
        if rest.get(run) == Some(&b':') && self.time.is_none() {
            if let Some((time, zone)) = clock_time(rest) {
                self.time = Some(time);
                let length = rest.len() - zone.len();
                return length + self.take_zone(zone);
            }
            return run;
        }
        match run {
            4 if self.year.is_none() => self.year = number(&rest[..4]),
            1 | 2 if self.day.is_none() => self.day = number(&rest[..run]),
            2 if self.year.is_none() => self.year = number(&rest[..2]).map(full_year),
            _ => {}
        }
        run
    }

    /// The zone behind a time; a year may stand there instead (`asctime`).
    fn take_zone(&mut self, zone: &[u8]) -> usize {
        self.offset_minutes = offset(zone);
        if self.offset_minutes.is_some() { zone_length(zone) } else { 0 }
    }

    fn parts(self) -> Option<Parts> {
        let Self { year, month, day, time, offset_minutes } = self;
        Some(Parts { year: year?, month: Some(month?), day, time, offset_minutes })
    }
}

/// How long the zone at the beginning of `zone` is: its name, then a sign and figures.
fn zone_length(zone: &[u8]) -> usize {
    let space = zone.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let name = zone[space..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let rest = &zone[space + name..];
    let signed = rest.first().is_some_and(|byte| matches!(byte, b'+' | b'-'));
    let figures = rest.iter().skip(1).take_while(|byte| byte.is_ascii_digit() || **byte == b':').count();
    space + name + if signed { 1 + figures } else { 0 }
}

/// RFC 2822 section 4.3: 00 to 49 are after 2000.
fn full_year(year: i64) -> i64 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

/// The month that a word of at least three letters begins.
fn month(word: &[u8]) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_ascii_lowercase();
    let position = MONTHS.iter().position(|month| word.len() >= 3 && month.as_bytes().starts_with(&word))?;
    i64::try_from(position + 1).ok()
}
