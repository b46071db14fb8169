//! Addresses without a postcode: a street with its number beside a town that is known by name or a state.

use super::{
    assemble::{Draft, with_lines_above},
    page::{Page, Span},
    part::is_noise,
    place::{is_town, known_city, state_at_end},
    street::{Street, Strength},
};
use crate::region::Country;

/// Longest line that is read, in bytes.
const MAX_LINE_BYTES: usize = 200;

/// Parts after a street in which its town may stand.
const MAX_PARTS: usize = 5;

/// Countries whose addresses are whole without a house number.
const LOOSE: &[Country] =
    &[Country::of(b"AE"), Country::of(b"HK"), Country::of(b"IE"), Country::of(b"KE"), Country::of(b"QA")];

/// Whether the page's addresses may lack a number.
pub(super) fn is_loose(page: &Page<'_>) -> bool {
    LOOSE.iter().any(|country| page.guess.is_likely(*country))
}

/// The address that starts in a line.
pub(super) fn read(page: &Page<'_>, line: usize, loose: bool) -> Option<Draft> {
    let text = page.text(line);
    if text.len() > MAX_LINE_BYTES || !page.has_letters(line) {
        return None;
    }
    let parts = page.parts_after(line, page.start(line), MAX_PARTS + 2);
    let own_end = page.start(line) + text.len();
    let least = if loose { Strength::Named } else { Strength::Full };
    let own = parts.iter().enumerate().take_while(|(_, part)| part.start < own_end);
    let (index, found) =
        own.filter(|(_, part)| !is_noise(page.slice(**part))).find_map(|(index, part)| {
            let street = page.street(*part).filter(|street| street.strength >= least)?;
            Some((index, street))
        })?;
    with_town(page, line, &parts[index..], &found)
}

/// The address of a street and the town among the parts behind it.
fn with_town(page: &Page<'_>, line: usize, parts: &[Span], found: &Street) -> Option<Draft> {
    let part = *parts.first()?;
    let street_end = part.start + found.end;
    let rest = Span { start: street_end, end: part.end };
    let mut last = part;
    let mut draft: Option<Draft> = None;
    for candidate in std::iter::once(rest).chain(parts.iter().skip(1).copied()).take(MAX_PARTS) {
        let text = page.slice(candidate);
        if is_noise(text) || text.len() > 60 || draft.is_some() && known_city(text).is_none() {
            break;
        }
        // `Providencia, Santiago` and `Central, Hong Kong`: the last of several known names is the town.
        if let Some((city, region, country)) = town(page, candidate, last, text) {
            let end = if last == part { street_end } else { last.end.min(city.start).max(street_end) };
            let start = if found.start == 0 { above(page, line, part) } else { part.start + found.start };
            draft = Some(written(page, Span { start, end }, city, region, country));
        }
        if !text.trim().is_empty() {
            last = candidate;
        }
    }
    draft
}

/// Where a street starts with the building and the unit on the parts before it.
fn above(page: &Page<'_>, line: usize, part: Span) -> usize {
    let mut parts = vec![part];
    parts.extend(page.parts_before(line, part.start, 0, 3));
    parts.get(with_lines_above(page, &parts, 0)).map_or(part.start, |first| first.start)
}

/// Writes the address down.
fn written(page: &Page<'_>, street: Span, city: Span, region: Option<Span>, country: Country) -> Draft {
    let last = region.map_or(city.end, |region| region.end.max(city.end));
    let (country, end) = page.country_after(last).unwrap_or((country, last));
    Draft {
        start: street.start,
        end,
        street: page.clean(street),
        city: page.clean(city),
        region: region.map(|region| page.clean(region)).unwrap_or_default(),
        code: String::new(),
        country: Some(country),
        confidence: 0.5,
    }
}

/// Whether a part is a county of Ireland: `Co. Galway`, `County Cork`.
fn is_irish_county(page: &Page<'_>, text: &str) -> bool {
    let named = ["Co. ", "Co ", "County ", "CO. "].iter().any(|start| text.starts_with(start));
    named && text.len() < 24 && page.guess.has(Country::of(b"IE"))
}

/// A town by its name, or what stands before a state: town, state, country.
fn town(page: &Page<'_>, candidate: Span, last: Span, text: &str) -> Option<(Span, Option<Span>, Country)> {
    if let Some(country) = known_city(text)
        .filter(|country| page.guess.has(*country) || page.country_after(candidate.end).is_some())
    {
        return Some((candidate, None, country));
    }
    if is_irish_county(page, text) {
        let town = is_town(page.slice(last)) && page.street(last).is_none();
        let (city, region) = if town { (last, Some(candidate)) } else { (candidate, None) };
        return Some((city, region, Country::of(b"IE")));
    }
    let state = state_at_end(text)?;
    let region = Span { start: candidate.start + state.start, end: candidate.end };
    let head = Span { start: candidate.start, end: region.start };
    if is_town(page.slice(head))
        && !page.slice(head).bytes().any(|byte| byte.is_ascii_digit())
        && page.slice(head).starts_with(char::is_uppercase)
    {
        return Some((head, Some(region), state.country));
    }
    let previous = page.slice(last);
    (head.start == region.start
        && is_town(previous)
        && previous.starts_with(char::is_uppercase)
        && page.street(last).is_none_or(|street| street.strength < Strength::Full))
    .then_some((last, Some(region), state.country))
}
