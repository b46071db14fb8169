//! Addresses without a postcode: a street with its number beside a town that is known by name or a state.

use super::{
    assemble::{Draft, is_noise},
    page::{Page, Span},
    place::{is_town, known_city, state_at_end},
    street::{self, Strength},
};
use crate::region::Country;

/// Longest line that is read, in bytes.
const MAX_LINE_BYTES: usize = 200;

/// Parts after a street in which its town may stand.
const MAX_PARTS: usize = 5;

/// The address that starts in a line.
pub(super) fn read(page: &Page<'_>, line: usize) -> Option<Draft> {
    let text = page.text(line);
    if text.len() > MAX_LINE_BYTES {
        return None;
    }
    let parts = page.parts_after(line, page.start(line), MAX_PARTS + 2);
    let own_end = page.start(line) + text.len();
    let (index, found) =
        parts.iter().enumerate().take_while(|(_, part)| part.start < own_end).find_map(|(index, part)| {
            let text = page.slice(*part);
            let street =
                street::read(text).filter(|street| street.strength == Strength::Full && !is_noise(text))?;
            Some((index, street))
        })?;
    let part = parts[index];
    let rest = Span { start: part.start + found.end, end: part.end };
    let candidates = std::iter::once(rest).chain(parts.iter().skip(index + 1).copied()).take(MAX_PARTS);
    let mut last = part;
    let mut draft: Option<Draft> = None;
    for candidate in candidates {
        let text = page.slice(candidate);
        if is_noise(text) || text.len() > 60 || draft.is_some() && known_city(text).is_none() {
            break;
        }
        // `Providencia, Santiago` and `Central, Hong Kong`: the last of several known names is the town.
        if let Some((city, region, country)) = town(page, candidate, last, text) {
            let end = if last == part { part.start + found.end } else { last.end.min(candidate.start) };
            draft = Some(written(page, Span { start: part.start + found.start, end }, city, region, country));
        }
        if !text.trim().is_empty() {
            last = candidate;
        }
    }
    draft
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

/// A town by its name, or what stands before a state: town, state, country.
fn town(page: &Page<'_>, candidate: Span, last: Span, text: &str) -> Option<(Span, Option<Span>, Country)> {
    if let Some(country) = known_city(text)
        .filter(|country| page.guess.has(*country) || page.country_after(candidate.end).is_some())
    {
        return Some((candidate, None, country));
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
        && street::read(previous).is_none_or(|street| street.strength < Strength::Full))
    .then_some((last, Some(region), state.country))
}
