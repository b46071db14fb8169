//! An address put together around a postcode: the town beside it, the street before or after, the country after.

use super::{
    anchor::{Anchor, anchor},
    page::{Page, Span},
    part::{is_county, is_heading, is_name, is_noise, is_region_code, is_town_name},
    place::{known_city, state_at_end},
    postcode::Postcode,
    street::{Street, Strength},
    unit,
};
use crate::region::Country;

/// Parts before a postcode that are looked at.
const MAX_PARTS_BEFORE: usize = 8;

/// Parts after a town in which its street may stand, in countries that write it so.
const MAX_PARTS_AFTER: usize = 5;

/// Longest part that is taken into an address, in bytes.
const MAX_PART_BYTES: usize = 90;

/// An address with its place in the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Draft {
    /// Where it starts in the document's text.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    pub(super) street: String,
    pub(super) city: String,
    pub(super) region: String,
    pub(super) code: String,
    pub(super) country: Option<Country>,
    /// 0 to 1.
    pub(super) confidence: f32,
}

/// A street found for an anchor.
struct Streets {
    span: Span,
    city: Option<Span>,
    region: Option<Span>,
    strength: Option<Strength>,
    /// Whether it is written as English never is.
    foreign: bool,
    /// Parts between the street and the anchor.
    distance: usize,
}

/// The address around a postcode, when there is one. `floor` is where the address before it ended.
pub(super) fn around(page: &Page<'_>, line: usize, code: &Postcode, floor: usize) -> Option<Draft> {
    // Figures among figures: a table.
    let worded =
        || page.has_letters(line) || line.checked_sub(1).is_some_and(|above| page.has_letters(above));
    if !code.strong && !worded() {
        return None;
    }
    let anchor = anchor(page, line, code, floor)?;
    let before = before(page, line, &anchor, floor);
    let after = anchor.street_after.then(|| after(page, line, &anchor)).flatten();
    let streets = match (before, after) {
        (Some(before), Some(after)) => {
            let nearer = after.strength > before.strength
                || after.strength == before.strength
                    && before.distance > 0
                    && page.line_of(after.span.start) == Some(line);
            if nearer { after } else { before }
        }
        (before, after) => before.or(after)?,
    };
    let mut anchor = anchor;
    settle_country(page, code, &mut anchor, &streets);
    let town = streets.city.is_some_and(|city| is_town_name(&page.clean(city)));
    let confidence = confidence(&anchor, &streets, town)?;
    Some(draft(page, anchor, &streets, confidence))
}

/// Believes a town that is known by name more than the guess of the page's country.
fn settle_country(page: &Page<'_>, code: &Postcode, anchor: &mut Anchor, streets: &Streets) {
    if anchor.likely || anchor.strong {
        return;
    }
    let city = streets.city.or(anchor.city).map(|city| page.clean(city)).unwrap_or_default();
    let known =
        known_city(&city).filter(|country| code.formats.iter().any(|format| format.country == *country));
    if known.is_some() {
        (anchor.country, anchor.likely) = (known, true);
    }
}

/// The street before an anchor, the parts between them, and the town where it stands before the postcode.
fn before(page: &Page<'_>, line: usize, anchor: &Anchor, floor: usize) -> Option<Streets> {
    let line = page.line_of(anchor.span.start).unwrap_or(line);
    let parts = page.parts_before(line, anchor.span.start, floor, MAX_PARTS_BEFORE);
    let mut region = anchor.region;
    let mut city = anchor.city;
    let mut best: Option<(usize, Street)> = None;
    for (index, part) in parts.iter().enumerate() {
        let text = page.slice(*part);
        if text.len() > MAX_PART_BYTES && index > 0 || is_noise(text) {
            break;
        }
        let Some(found) = page.street(*part).filter(|_| !unit::is_unit(text)) else { continue };
        if best.is_none_or(|(_, best)| found.strength > best.strength) {
            best = Some((index, found));
        }
        if found.strength == Strength::Full {
            break;
        }
    }
    let Some((mut index, found)) = best else { return unnamed(page, anchor, &parts) };
    let part = parts[index];
    let mut start = part.start + found.start;
    let rest = Span { start: part.start + found.end, end: part.end };
    let rest_is_town = page.slice(rest).trim_matches([' ', '.', ',', '-']).len() > 2;
    let mut end =
        if rest_is_town && city.is_none() && index == 0 { part.start + found.end } else { part.end };
    if city.is_none() {
        if index > 0 {
            let next = page.slice(parts[0]);
            let state =
                || anchor.region.is_none() && state_at_end(next).is_some_and(|state| state.start == 0);
            let country = || Country::by_name(next).is_some() && known_city(next).is_none();
            let at =
                usize::from(index > 1 && (is_region_code(next) || is_county(next) || country() || state()));
            if at == 1 {
                region = region.or(Some(parts[0]));
            }
            city = Some(parts[at]);
            if at + 1 < index {
                end = parts[at + 1].end;
            }
        } else if rest_is_town {
            city = Some(rest);
        }
    } else if index > 0 {
        end = parts[0].end;
    }
    let distance = index;
    if found.start == 0 {
        index = with_lines_above(page, &parts, index);
        start = parts[index].start;
    }
    Some(Streets {
        span: Span { start, end: end.max(start) },
        city,
        region,
        strength: Some(found.strength),
        foreign: found.foreign,
        distance,
    })
}

/// The index of the farthest part that still belongs to the street at `index`: its building, its unit, its box.
pub(super) fn with_lines_above(page: &Page<'_>, parts: &[Span], index: usize) -> usize {
    const MAX_MORE: usize = 4;
    let own = page.slice(parts[index]);
    let partial = unit::is_box(own) || unit::is_unit(own);
    let belongs = |part: &Span| {
        let text = page.slice(*part);
        if is_heading(text) {
            return false;
        }
        let whole = partial && page.street(*part).is_some_and(|street| street.start == 0);
        text.len() <= 60 && !is_noise(text) && (unit::is_building(text) || whole)
    };
    let mut last = index;
    for (at, part) in parts.iter().enumerate().skip(index + 1).take(MAX_MORE) {
        // One name between a street and its building is taken along: `Skybright Building, R. Puram Junction`.
        if at > last + 2 || is_heading(page.slice(*part)) || !(belongs(part) || is_name(page.slice(*part))) {
            break;
        }
        if belongs(part) {
            last = at;
        }
    }
    last
}

/// Named houses of Britain and Ireland, which have neither number nor street.
fn unnamed(page: &Page<'_>, anchor: &Anchor, parts: &[Span]) -> Option<Streets> {
    let british = anchor.strong
        && anchor
            .country
            .is_some_and(|country| country == Country::of(b"GB") || country == Country::of(b"IE"));
    let named: Vec<&Span> = parts.iter().take(4).take_while(|part| is_name(page.slice(**part))).collect();
    if !british || named.len() < 2 {
        return None;
    }
    let last = named.last()?;
    let county = named.len() > 2 && is_county(page.slice(*named[0]));
    let city = named.get(usize::from(county)).copied()?;
    let end = named.get(1 + usize::from(county)).map_or(city.end, |part| part.end);
    Some(Streets {
        span: Span { start: last.start, end },
        city: Some(*city),
        region: if county { named.first().map(|part| **part) } else { None },
        strength: None,
        foreign: false,
        distance: named.len(),
    })
}

/// The street after a town, for those who write the town first.
fn after(page: &Page<'_>, line: usize, anchor: &Anchor) -> Option<Streets> {
    let parts = page.parts_after(line, anchor.span.end, MAX_PARTS_AFTER);
    let (index, found) =
        parts.iter().enumerate().take(3).take_while(|(_, part)| !is_noise(page.slice(**part))).find_map(
            |(index, part)| {
                page.street(*part)
                    .filter(|found| found.strength >= Strength::Named || anchor.strong && found.start == 0)
                    .map(|found| (index, found))
            },
        )?;
    let part = parts[index];
    let first = page.parts_before(line, anchor.span.start, page.start(line), 1).into_iter().next();
    let city = anchor.city.or(first.filter(|part| is_name(page.slice(*part))));
    let mut end = part.start + found.end;
    if end + 3 >= part.end {
        end = part.end;
        for next in parts.iter().skip(index + 1).take(3) {
            let text = page.slice(*next);
            if is_noise(text) || !unit::is_building(text) || text.len() > 30 {
                break;
            }
            end = next.end;
        }
    }
    Some(Streets {
        span: Span { start: part.start + found.start, end },
        city,
        region: anchor.region,
        strength: Some(found.strength),
        foreign: found.foreign,
        distance: index,
    })
}

/// How sure the whole is; `None` when it is not enough.
fn confidence(anchor: &Anchor, streets: &Streets, town: bool) -> Option<f32> {
    let near = streets.distance <= 2;
    let foreign = streets.foreign && streets.span.start < anchor.span.start;
    Some(match (anchor.strong, anchor.likely, streets.strength) {
        (true, _, Some(Strength::Full)) => 0.95,
        (true, _, Some(Strength::Named)) => 0.8,
        (true, _, Some(Strength::Number)) if near => 0.75,
        (true, _, None) => 0.55,
        (false, true, Some(Strength::Full)) if town => 0.85,
        (false, true, Some(Strength::Named)) if town && near => 0.65,
        (false, true, Some(Strength::Number))
            if town
                && streets.distance <= 1
                && (anchor.city.is_some() || anchor.code.contains([' ', '-'])) =>
        {
            0.6
        }
        (false, false, Some(Strength::Full)) if town && streets.distance <= 1 && foreign => 0.55,
        _ => return None,
    })
}

/// Writes the address down.
fn draft(page: &Page<'_>, anchor: Anchor, streets: &Streets, confidence: f32) -> Draft {
    let mut span =
        Span { start: anchor.span.start.min(streets.span.start), end: anchor.span.end.max(streets.span.end) };
    let mut country = anchor.country;
    if let Some((named, end)) = page.country_after(span.end) {
        country = Some(named);
        span.end = end;
    }
    let clean = |span: Option<Span>| span.map(|span| page.clean(span)).unwrap_or_default();
    let city = clean(streets.city);
    let country = country.or_else(|| known_city(&city));
    Draft {
        start: span.start,
        end: span.end,
        street: page.clean(streets.span),
        city,
        region: clean(streets.region),
        code: anchor.code,
        country,
        confidence,
    }
}
