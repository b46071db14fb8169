//! A postcode with the town, the state and the country that stand beside it: what an address is built around.

use super::{
    formats::{Format, Side},
    page::{Page, Span},
    place::{known_city, state_at_end, town_at_start},
    postcode::Postcode,
    street::{self, Strength},
    unit::ends_with_unit,
};
use crate::region::{Country, fold};

/// Bytes before a postcode in which its state is sought.
const MAX_STATE_REACH: usize = 90;

/// Bytes around a postcode within which a named country is taken for its own.
const NEAR: usize = 250;

/// What stands beside the postcode.
pub(super) struct Anchor {
    /// Where town, state and postcode start, and where they end.
    pub(super) span: Span,
    pub(super) city: Option<Span>,
    pub(super) region: Option<Span>,
    pub(super) code: String,
    pub(super) country: Option<Country>,
    /// Whether postcode and state leave no doubt.
    pub(super) strong: bool,
    /// Whether the country is one that the page is likely from, or says itself.
    pub(super) likely: bool,
    /// Whether the street may stand after the town.
    pub(super) street_after: bool,
}

/// Reads town, state and country beside a postcode.
pub(super) fn anchor(page: &Page<'_>, line: usize, code: &Postcode, floor: usize) -> Option<Anchor> {
    let text = page.text(line);
    let base = page.start(line);
    let first = code.formats.iter().any(|format| format.side != Side::Last);
    let town = if first { town_after(&text[code.end..]) } else { None };
    if let Some((region, country)) = state(page, line, code, floor) {
        let span = Span { start: region.start, end: base + code.end };
        let (region, code) = (Some(region), code.code.clone());
        let country = Some(country);
        return Some(Anchor {
            span,
            city: None,
            region,
            code,
            country,
            strong: true,
            likely: true,
            street_after: false,
        });
    }
    let both = code.formats.iter().any(|format| format.side == Side::Both)
        && text[code.end..].starts_with([',', ';']);
    let headed = text[..code.start].chars().filter(|letter| letter.is_alphabetic()).count() > 8;
    let fits = |(from, to): &(usize, usize)| {
        let country = is_only_country(&text[code.end + from..code.end + to]);
        !(both && headed || country || is_house_number(text, code, *to))
    };
    let Some((from, to)) = town.filter(fits) else {
        return last_anchor(page, line, code);
    };
    let span = Span { start: base + code.start, end: base + code.end + to };
    let (country, likely) = country(page, code, |format| format.side != Side::Last, span.end);
    let year = code.code.len() == 4 && (code.code.starts_with("19") || code.code.starts_with("20"));
    let dutch = code.is_dutch() && !page.guess.is_likely(Country::of(b"NL"));
    let strong = !dutch && (code.strong || likely && !year && code.code.contains(' '));
    let likely = likely && !dutch;
    Some(Anchor {
        span,
        city: Some(Span { start: base + code.end + from, end: span.end }),
        region: None,
        code: code.code.clone(),
        country,
        strong,
        likely: likely && !(year && !code.strong && !page.guess.is_certain()),
        street_after: true,
    })
}

/// The town after a postcode, behind a country that may come first: `115280, Россия, г. Москва`.
fn town_after(text: &str) -> Option<(usize, usize)> {
    let (from, to) = town_at_start(text)?;
    if is_only_country(&text[from..to])
        && text[to..].starts_with(',')
        && let Some((next, end)) = town_at_start(&text[to..])
    {
        return Some((to + next, to + end));
    }
    Some((from, to))
}

/// Whether a name is a country's and no town's.
pub(super) fn is_only_country(name: &str) -> bool {
    Country::by_name(name).is_some()
        && known_city(name).is_none()
        && !matches!(name.len(), 0..=2)
        && !CITY_STATES.contains(&fold(name).as_str())
}

/// Countries that are named as their towns.
const CITY_STATES: &[&str] = &[
    "luxembourg",
    "luxemburg",
    "monaco",
    "san marino",
    "andorra",
    "mexico",
    "gibraltar",
    "kuwait",
    "panama",
    "guatemala",
    "djibouti",
];

/// The state before a postcode, in its line or at the end of the one above.
fn state(page: &Page<'_>, line: usize, code: &Postcode, floor: usize) -> Option<(Span, Country)> {
    const ENDS: &[char] = &['.', ' ', ',', '\u{a0}', '-', '–'];
    let above = line.checked_sub(1).filter(|_| page.text(line)[..code.start].trim_matches(ENDS).is_empty());
    let (base, text) = match above {
        Some(above) => (page.start(above), page.text(above)),
        None => (page.start(line), &page.text(line)[..code.start]),
    };
    let from = text.ceil_char_boundary(
        floor.saturating_sub(base).max(text.len().saturating_sub(MAX_STATE_REACH)).min(text.len()),
    );
    let head = text[from..].trim_end_matches(ENDS);
    let state = state_at_end(head)
        .filter(|state| code.formats.iter().any(|format| format.country == state.country))?;
    let region = Span { start: base + from + state.start, end: base + from + head.len() };
    (region.start >= floor).then_some((region, state.country))
}

/// Whether digits are the number of a house or a unit rather than a postcode: `7000 E Belleview Ave`, `Suite 1500`.
fn is_house_number(text: &str, code: &Postcode, town: usize) -> bool {
    if code.strong && !code.is_dutch() {
        return false;
    }
    if code.is_dutch() && !text[code.end..].starts_with([' ', '\u{a0}']) {
        return true;
    }
    let stretch = text.get(code.start..code.end + town).unwrap_or_default();
    let street =
        street::read(stretch).is_some_and(|street| street.strength == Strength::Full && street.start == 0);
    street || ends_with_unit(&text[..code.start])
}

/// An anchor whose town stands before the postcode.
fn last_anchor(page: &Page<'_>, line: usize, code: &Postcode) -> Option<Anchor> {
    let text = page.text(line);
    let head = text.get(..code.start).unwrap_or_default();
    let first_only = !code.formats.iter().any(|format| format.side != Side::First);
    let bare = code.code.starts_with(|letter: char| letter.is_ascii_digit());
    if code.is_dutch() || first_only && (bare || !code.strong) {
        return None;
    }
    // Other figures beside it: a telephone number, hours, a table.
    let figures = text[code.end..].trim_start().starts_with(|letter: char| letter.is_ascii_digit())
        || head.trim_end().ends_with(|letter: char| letter.is_ascii_digit() || letter == ')')
        || head.ends_with('(');
    if !code.strong && (figures || ends_with_unit(head)) {
        return None;
    }
    let base = page.start(line);
    let span = Span { start: base + code.start, end: base + code.end };
    let (country, likely) = country(page, code, |format| format.side != Side::First, span.end);
    Some(Anchor {
        span,
        city: None,
        region: None,
        code: code.code.clone(),
        country,
        strong: code.strong,
        likely,
        street_after: code.formats.iter().any(|format| format.side == Side::Both),
    })
}

/// The country of a postcode: said by its shape, named after it, or the likeliest of those it may be of.
fn country(
    page: &Page<'_>,
    code: &Postcode,
    fits: impl Fn(&Format) -> bool,
    end: usize,
) -> (Option<Country>, bool) {
    if let [only] = code.formats.as_ref() {
        let said = || page.country_after(end).is_some_and(|(country, _)| country == only.country);
        return (Some(only.country), code.strong || page.guess.has(only.country) || said());
    }
    let has = |country: Country| code.formats.iter().any(|format| format.country == country && fits(format));
    if let Some((country, _)) = page.country_after(end).filter(|(country, _)| has(*country)) {
        return (Some(country), true);
    }
    let near = page.guess.near(end, NEAR).filter(|country| has(*country));
    let ranked = page.guess.ranked().iter().copied().find(|country| has(*country));
    let likely = near.or(ranked.filter(|country| page.guess.is_likely(*country)));
    (likely.or(ranked), likely.is_some())
}
