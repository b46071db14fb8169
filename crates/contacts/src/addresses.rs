//! Postal addresses: from markup, and from text around postcodes, street words and the towns of countries that
//! have no postcodes.

mod anchor;
mod asian;
mod assemble;
mod codes;
mod formats;
mod lettered;
mod lexicon;
mod page;
mod part;
mod place;
mod postcode;
mod segment;
mod street;
mod structured;
mod uncoded;
mod unit;
mod words;

use crate::{
    Address, Document, Source,
    document::{Gap, Line, Within},
    region::{RegionGuess, fold},
};
use assemble::Draft;
use page::Page;

pub(crate) use codes::Codes;
pub(crate) use place::known_city;

/// Addresses kept of one page.
const MAX_ADDRESSES: usize = 400;

/// Longest line in which a postcode is sought, in bytes.
const MAX_LINE_BYTES: usize = 4_000;

/// Finds every postal address, best first.
pub(crate) fn find(document: &Document<'_>, codes: &Codes, guess: &RegionGuess) -> Vec<Address> {
    let mut found = structured::find(document, guess);
    found.extend(in_text(document, codes, guess));
    merged(found)
}

/// Addresses in the visible text: first those around postcodes, then in what they leave those without.
fn in_text(document: &Document<'_>, codes: &Codes, guess: &RegionGuess) -> Vec<Address> {
    let page = Page::new(document, guess);
    let mut drafts = coded(&page, codes);
    let coded = drafts.len();
    let loose = uncoded::is_loose(&page);
    for index in lines(&page, loose) {
        let (start, end) = (page.start(index), page.start(index) + page.text(index).len());
        let next = drafts[..coded].partition_point(|draft| draft.end <= start);
        let taken = drafts[..coded].get(next).is_some_and(|draft| draft.start < end);
        if drafts.len() < MAX_ADDRESSES
            && !taken
            && let Some(draft) = asian::read(&page, index).or_else(|| uncoded::read(&page, index, loose))
        {
            drafts.push(draft);
        }
    }
    drafts.into_iter().map(|draft| finished(document, draft)).collect()
}

/// The lines that may hold a number of a house or a postcode; all of them where streets may have none.
fn lines(page: &Page<'_>, loose: bool) -> impl Iterator<Item = usize> {
    page.document.lines.iter().enumerate().filter_map(move |(index, line)| {
        let text = page.document.line_text(line);
        let skipped =
            line.within.has(Within::CHOICE) || line.within.has(Within::CODE) || text.len() > MAX_LINE_BYTES;
        (!skipped && (loose || has_digit(text))).then_some(index)
    })
}

/// Whether a digit stands in a line, or a wide one of Japanese writing.
fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        || !text.is_ascii() && text.contains(|letter| matches!(letter, '０'..='９'))
}

/// Addresses around postcodes, in order.
fn coded(page: &Page<'_>, codes: &Codes) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut floor = 0;
    for (line, code) in codes.iter() {
        if page.start(line) + code.start < floor {
            continue;
        }
        if let Some(draft) = assemble::around(page, line, code, floor) {
            floor = draft.end;
            drafts.push(draft);
        }
        if drafts.len() > MAX_ADDRESSES {
            break;
        }
    }
    drafts
}

/// The first address in a value of markup that holds it whole.
fn in_value(value: &str, guess: &RegionGuess) -> Option<Address> {
    const MAX_VALUE_BYTES: usize = 400;
    let text =
        value[..value.floor_char_boundary(MAX_VALUE_BYTES)].split_whitespace().collect::<Vec<_>>().join(" ");
    let line =
        Line { start: 0, end: text.len(), block: 0, depth: 0, gap: Gap::Block, within: Within::default() };
    let document = Document { text, lines: vec![line], ..Document::default() };
    in_text(&document, &Codes::of(&document), guess).into_iter().next()
}

/// A draft as an address.
fn finished(document: &Document<'_>, draft: Draft) -> Address {
    let optional = |text: String| (!text.is_empty()).then_some(text);
    let within = document
        .line_at(draft.start)
        .and_then(|line| document.lines.get(line))
        .map(|line| line.within)
        .unwrap_or_default();
    let element = within.has(Within::ADDRESS);
    let text = document
        .slice(draft.start, draft.end)
        .split('\n')
        .map(|line| line.trim_matches([' ', ',']))
        .collect::<Vec<_>>()
        .join(", ");
    Address {
        text,
        street: optional(draft.street),
        city: optional(draft.city),
        region: optional(draft.region),
        postal_code: optional(draft.code),
        country: draft.country.map(|country| country.as_str().to_owned()),
        source: if element { Source::AddressElement } else { Source::Text },
        confidence: if element { draft.confidence.max(0.8) } else { draft.confidence },
    }
}

/// Each address once, best first.
fn merged(found: Vec<Address>) -> Vec<Address> {
    let mut kept: Vec<(Key, Address)> = Vec::new();
    for address in found.into_iter().take(2 * MAX_ADDRESSES) {
        let key = Key::of(&address);
        match kept.iter_mut().find(|(known, _)| known.is_same(&key)) {
            Some((known_key, known)) => {
                complete(known, address);
                *known_key = Key::of(known);
            }
            None => kept.push((key, address)),
        }
    }
    let mut kept: Vec<Address> = kept.into_iter().map(|(_, address)| address).collect();
    kept.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    kept.truncate(MAX_ADDRESSES);
    kept
}

/// Takes over what another reading of the same address has more.
fn complete(known: &mut Address, other: Address) {
    let longer = |one: &Option<String>, other: &Option<String>| {
        other.as_ref().map_or(0, String::len) > one.as_ref().map_or(0, String::len)
    };
    known.confidence = known.confidence.max(other.confidence);
    known.source = known.source.min(other.source);
    if longer(&known.street, &other.street) {
        known.street = other.street;
        known.text = other.text;
    }
    if longer(&known.postal_code, &other.postal_code) {
        known.postal_code = other.postal_code;
    }
    known.city = known.city.take().or(other.city);
    known.region = known.region.take().or(other.region);
    known.country = known.country.take().or(other.country);
}

/// What makes an address the same as another: its postcode, and a street that holds the other's.
struct Key {
    code: String,
    street: String,
    /// The first number of the street and the first letters after it.
    start: String,
    /// All numbers of the street.
    numbers: Vec<String>,
}

impl Key {
    fn of(address: &Address) -> Self {
        let plain = |text: Option<&str>| -> String {
            fold(text.unwrap_or_default()).chars().filter(|letter| letter.is_alphanumeric()).collect()
        };
        let street = plain(address.street.as_deref());
        let code = plain(address.postal_code.as_deref());
        // `D-80335` and `80335` are one.
        let digits = code.trim_start_matches(|letter: char| letter.is_alphabetic());
        let bare = if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits } else { &code };
        let code: String = bare.chars().take(5).collect();
        let number = street.find(|letter: char| letter.is_ascii_digit());
        let start = number.map(|at| street[at..].chars().take(6).collect()).unwrap_or_default();
        let parts =
            address.street.as_deref().unwrap_or_default().split(|letter: char| !letter.is_ascii_digit());
        let numbers = parts.filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Self { code, street, start, numbers }
    }

    fn is_same(&self, other: &Self) -> bool {
        const MIN_STREET: usize = 6;
        let (short, long) =
            if self.street.len() < other.street.len() { (self, other) } else { (other, self) };
        let within = long.street.contains(&short.street)
            && (short.street.len() >= MIN_STREET || short.street.len() == long.street.len());
        let codes = self.code == other.code || self.code.is_empty() || other.code.is_empty();
        let units = short.numbers.iter().all(|number| long.numbers.contains(number));
        let same_start =
            units && self.code == other.code && self.start.len() >= 4 && self.start == other.start;
        codes && (within && !(short.street.is_empty() && self.code.is_empty()) || same_start)
    }
}

#[cfg(test)]
mod tests;
