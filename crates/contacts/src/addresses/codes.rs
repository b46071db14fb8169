//! The postcodes of a page, found once: they say the country of the page, and addresses stand around them.

use super::{
    MAX_LINE_BYTES, has_digit, place,
    postcode::{self, Postcode},
};
use crate::{Document, document::Within, region::Country};

/// Postcodes kept of one page.
const MAX_CODES: usize = 4_000;

/// Bytes before a postcode in which the name of its state stands.
const MAX_STATE_BYTES: usize = 40;

/// The postcodes of a page with their lines, in order.
#[derive(Debug, Default)]
pub(crate) struct Codes(Vec<(usize, Postcode)>);

impl Codes {
    /// Those of all lines but the choices of fields, code and overlong ones.
    pub(crate) fn of(document: &Document<'_>) -> Self {
        let mut codes = Vec::new();
        for (index, line) in document.lines.iter().enumerate() {
            let text = document.line_text(line);
            let skipped = line.within.has(Within::CHOICE) || line.within.has(Within::CODE);
            if !skipped && text.len() <= MAX_LINE_BYTES && has_digit(text) {
                codes.extend(postcode::find(text).into_iter().map(|code| (index, code)));
            }
            if codes.len() >= MAX_CODES {
                codes.truncate(MAX_CODES);
                break;
            }
        }
        Self(codes)
    }

    /// All, each with its line.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Postcode)> {
        self.0.iter().map(|(line, code)| (*line, code))
    }

    /// The country of the first postcode in a line that leaves no doubt of it, by its shape, by a state or by a
    /// great city beside it, and where it stands.
    pub(crate) fn country_in(&self, index: usize, line: &str) -> Option<(usize, Country)> {
        let first = self.0.partition_point(|(at, _)| *at < index);
        let own = self.0[first..].iter().take_while(|(at, _)| *at == index);
        own.map(|(_, code)| code).find_map(|code| country_of(line, code).map(|country| (code.start, country)))
    }
}

/// The country of a postcode in its line, where nothing else on the page need be asked.
fn country_of(line: &str, code: &Postcode) -> Option<Country> {
    let has = |country: &Country| code.formats.iter().any(|format| format.country == *country);
    let (head, tail) = (&line[..code.start], &line[code.end..]);
    if let Some(format) = code.formats.first().filter(|_| code.is_certain(line)) {
        return Some(format.country);
    }
    let before = || {
        let town = head.trim_end_matches([' ', ',', '-', '–']).rsplit([',', ';', '|', '-', ':']).next();
        place::known_city(town.unwrap_or_default())
    };
    let state = || {
        let from = head.ceil_char_boundary(head.len().saturating_sub(MAX_STATE_BYTES));
        place::state_at_end(&head[from..]).map(|state| state.country)
    };
    let behind = || place::town_at_start(tail).and_then(|(from, to)| place::known_city(&tail[from..to]));
    before().filter(has).or_else(|| state().filter(has)).or_else(|| behind().filter(has))
}
