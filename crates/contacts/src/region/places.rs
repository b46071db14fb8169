//! Where the text itself names a country: in a line of its own, at the end of an address, by the shape of a
//! postcode that no other country has.

use super::country::Country;
use crate::{
    Document,
    addresses::{self, Codes},
    document::Within,
};

/// Places kept of one page.
const MAX_PLACES: usize = 200;

/// Longest line that is read as a heading or as the last line of an address, in bytes.
const MAX_LINE_BYTES: usize = 120;

/// A country named at a place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Byte offset into the document's text.
    pub(crate) offset: usize,
    /// The country.
    pub(crate) country: Country,
    /// Whether a postcode says it, and not only a name.
    pub(crate) coded: bool,
}

/// All places of a page, in order.
pub(crate) fn find(document: &Document<'_>, codes: &Codes) -> Vec<Place> {
    let mut places = Vec::new();
    for (index, line) in document.lines.iter().enumerate() {
        let text = document.line_text(line);
        if places.len() >= MAX_PLACES {
            break;
        }
        if line.within.has(Within::CHOICE) {
            continue;
        }
        if let Some((at, country)) = codes.country_in(index, text) {
            places.push(Place { offset: line.start + at, country, coded: true });
        } else if text.len() <= MAX_LINE_BYTES
            && let Some(country) = named(text)
        {
            places.push(Place { offset: line.start, country, coded: false });
        }
    }
    places
}

/// The country a line ends with, after a comma or alone; in a line with figures a great city will do.
fn named(line: &str) -> Option<Country> {
    let last = line.trim_end_matches(['.', ' ']).rsplit([',', '|', '•', '·', '–', '-', '(', ':']).next()?;
    let address = line.bytes().any(|byte| byte.is_ascii_digit());
    Country::by_name(last).or_else(|| if address { addresses::known_city(last) } else { None })
}

/// How often each country is named; postcodes count more, and a list of many countries says nothing.
pub(super) fn counts(places: &[Place]) -> Vec<(Country, usize)> {
    let mut counts: Vec<(Country, usize)> = Vec::new();
    for place in places {
        let weight = if place.coded { 3 } else { 1 };
        match counts.iter_mut().find(|(known, _)| *known == place.country) {
            Some((_, count)) => *count += weight,
            None => counts.push((place.country, weight)),
        }
    }
    let many = counts.iter().filter(|(_, count)| *count == 1).count() > 8;
    counts.retain(|(_, count)| !many || *count > 2);
    counts
}
