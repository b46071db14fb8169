//! The document as the address finder walks it: lines back and forth from a place, in parts.

use std::{cell::RefCell, collections::HashMap};

use foldhash::fast::RandomState;

use super::{
    segment,
    street::{self, Street},
};
use crate::{
    Document,
    document::Within,
    region::{Country, RegionGuess, fold},
};

/// Lines that are looked at before or behind a place.
const MAX_LINES: usize = 5;

/// Longest line that may be part of an address without commas around it, in bytes.
const MAX_LINE_BYTES: usize = 160;

/// Bytes of a longer line that are looked at before or behind a place.
const MAX_REACH: usize = 600;

/// A stretch of the document's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A document and its country.
pub(super) struct Page<'d> {
    pub(super) document: &'d Document<'d>,
    pub(super) guess: &'d RegionGuess,
    /// The streets that were sought already: postcodes that stand close together share their surroundings.
    streets: RefCell<HashMap<Span, Option<Street>, RandomState>>,
}

impl<'d> Page<'d> {
    pub(super) fn new(document: &'d Document<'d>, guess: &'d RegionGuess) -> Self {
        Self { document, guess, streets: RefCell::default() }
    }

    /// The street in a stretch of text; its offsets are relative to the stretch.
    pub(super) fn street(&self, span: Span) -> Option<Street> {
        *self.streets.borrow_mut().entry(span).or_insert_with(|| street::read(self.slice(span)))
    }

    /// Whether a letter stands in a line.
    pub(super) fn has_letters(&self, line: usize) -> bool {
        self.text(line).chars().any(char::is_alphabetic)
    }

    /// The text of a line by its index.
    pub(super) fn text(&self, line: usize) -> &str {
        self.document.lines.get(line).map_or("", |line| self.document.line_text(line))
    }

    /// Where a line starts in the text.
    pub(super) fn start(&self, line: usize) -> usize {
        self.document.lines.get(line).map_or(0, |line| line.start)
    }

    /// The line that holds an offset.
    pub(super) fn line_of(&self, offset: usize) -> Option<usize> {
        self.document.line_at(offset)
    }

    /// A stretch of text.
    pub(super) fn slice(&self, span: Span) -> &str {
        self.document.slice(span.start, span.end)
    }

    /// A stretch of text on one line, without the label before it and punctuation at its ends.
    pub(super) fn clean(&self, span: Span) -> String {
        const ENDS: &[char] = &[' ', ',', ';', '-', '–', '|', '.', ':', '·', '•', '\u{a0}', '\n', '/', '*'];
        let text = self.slice(span).trim_matches(ENDS);
        // `Montréal (Québec)`: the bracket was cut in two.
        let text = if text.contains('(') { text } else { text.trim_end_matches(')') };
        text.split('\n')
            .map(|line| line.trim_matches([' ', ',', '\u{a0}']))
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The parts before an offset in a line, nearest first, over the lines before it, down to `floor`.
    pub(super) fn parts_before(&self, line: usize, offset: usize, floor: usize, most: usize) -> Vec<Span> {
        let mut found = Vec::new();
        for back in 0..MAX_LINES {
            let Some(index) = line.checked_sub(back) else { break };
            let (text, base) = (self.text(index), self.start(index));
            let to = if back == 0 { offset.saturating_sub(base).min(text.len()) } else { text.len() };
            let from = text.ceil_char_boundary(floor.saturating_sub(base).max(to.saturating_sub(MAX_REACH)));
            if from >= to && back > 0 || self.is_barrier(index, back) {
                break;
            }
            let parts = segment::parts(text, from.min(to), to);
            let spans = parts.iter().rev().map(|part| unlabelled(text, base, part.start, part.end));
            found.extend(spans.filter_map(|span| unannounced(self.slice(span), span)));
            if found.len() >= most || from > 0 {
                break;
            }
        }
        found.truncate(most);
        found
    }

    /// Whether an address cannot reach over a line.
    fn is_barrier(&self, line: usize, back: usize) -> bool {
        let Some(found) = self.document.lines.get(line) else { return true };
        let text = self.document.line_text(found);
        back > 0 && (text.len() > MAX_LINE_BYTES || found.within.has(Within::CHOICE))
    }

    /// The parts after an offset in a line, in order, over the line behind it.
    pub(super) fn parts_after(&self, line: usize, offset: usize, most: usize) -> Vec<Span> {
        let mut found = Vec::new();
        for ahead in 0..2 {
            let index = line + ahead;
            let (text, base) = (self.text(index), self.start(index));
            let from = if ahead == 0 { offset.saturating_sub(base).min(text.len()) } else { 0 };
            if ahead > 0 && (text.len() > MAX_LINE_BYTES || text.is_empty()) {
                break;
            }
            let to = text.floor_char_boundary(from.saturating_add(MAX_REACH));
            let parts = segment::parts(text, from, to);
            found.extend(parts.iter().map(|part| unlabelled(text, base, part.start, part.end)));
        }
        found.truncate(most);
        found
    }

    /// The country named directly after an offset, in its line or at the start of the next, and where its name ends.
    pub(super) fn country_after(&self, offset: usize) -> Option<(Country, usize)> {
        let line = self.line_of(offset)?;
        let parts = self.parts_after(line, offset, 2);
        let first = parts.first()?;
        let own_line = first.start < self.start(line) + self.text(line).len();
        parts.iter().take(if own_line { 2 } else { 1 }).find_map(|part| {
            let text = self.slice(*part);
            let whole = Country::by_name(text).map(|country| (country, part.end));
            whole.or_else(|| {
                let word = text.split([' ', '.']).next().filter(|word| word.len() > 2)?;
                Country::by_name(word).map(|country| (country, part.start + word.len()))
            })
        })
    }
}

/// Words that announce a postcode, folded, without dots.
const CODE_LABELS: &[&str] = &[
    "cep",
    "cp",
    "cap",
    "plz",
    "pin",
    "pincode",
    "pin code",
    "zip",
    "zip code",
    "postal code",
    "postcode",
    "post code",
    "eircode",
    "cod postal",
    "code postal",
    "codigo postal",
    "邮编",
    "邮政编码",
    "индекс",
    "pc",
    "tk",
    "τκ",
    "psc",
    "irsz",
];

/// A part before a postcode without the words that announce it; `None` when nothing else is left.
fn unannounced(text: &str, span: Span) -> Option<Span> {
    // No label is longer: what stands before it need not be looked at.
    const MAX_REACH: usize = 40;
    let from = text.ceil_char_boundary(text.len().saturating_sub(MAX_REACH));
    let mut folded = fold(&text[from..]);
    folded.retain(|letter| letter != '.');
    let folded = folded.trim_matches([':', ' ', '-']);
    if from == 0 && CODE_LABELS.contains(&folded) {
        return None;
    }
    let ends = |label: &&&str| folded.strip_suffix(**label).is_some_and(|head| head.ends_with(' '));
    let Some(label) = CODE_LABELS.iter().find(ends) else { return Some(span) };
    let words = label.split(' ').count();
    let cut = text.trim_end().rmatch_indices(' ').nth(words - 1).map_or(text.len(), |(at, _)| at);
    Some(Span { start: span.start, end: span.start + cut })
}

/// A part without a label such as `Address:` or `Sede legale:` before it.
fn unlabelled(line: &str, base: usize, start: usize, end: usize) -> Span {
    let text = line.get(start..end).unwrap_or_default();
    let colon = |(at, sign): (usize, char)| match sign {
        ':' => text[at + 1..].starts_with(' ').then_some(at + 2),
        '：' => Some(at + '：'.len_utf8()),
        _ => None,
    };
    let label = text.char_indices().rev().find_map(colon).filter(|at| {
        let head = text[..*at].trim_end().as_bytes();
        !head.iter().any(u8::is_ascii_digit)
            && !head.last_chunk::<3>().is_some_and(|end| end.eq_ignore_ascii_case(b"no:"))
    });
    Span { start: base + start + label.unwrap_or(0), end: base + end }
}
