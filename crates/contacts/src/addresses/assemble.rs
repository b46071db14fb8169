//! An address put together around a postcode: the town beside it, the street before or after, the country after.

use super::{
    formats::{Format, Side},
    page::{Page, Span},
    place::{known_city, state_at_end, town_at_start},
    postcode::Postcode,
    street::{self, Strength},
};
use crate::region::Country;

/// Parts before a postcode that are looked at.
const MAX_PARTS_BEFORE: usize = 8;

/// Parts after a town in which its street may stand, in countries that write it so.
const MAX_PARTS_AFTER: usize = 5;

/// Bytes around a postcode within which a named country is taken for its own.
const NEAR: usize = 250;

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

/// What stands beside the postcode.
struct Anchor {
    /// Where town, state and postcode start, and where they end.
    span: Span,
    city: Option<Span>,
    region: Option<Span>,
    code: String,
    country: Option<Country>,
    /// Whether postcode and state leave no doubt.
    strong: bool,
    /// Whether the country is one that the page is likely from, or says itself.
    likely: bool,
    /// Whether the street may stand after the town.
    street_after: bool,
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

/// Reads town, state and country beside a postcode.
fn anchor(page: &Page<'_>, line: usize, code: &Postcode, floor: usize) -> Option<Anchor> {
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
    let town = town
        .filter(|(from, to)| !(both && headed) && !is_only_country(&text[code.end + from..code.end + to]));
    let Some((from, to)) = town.filter(|town| !is_house_number(text, code, town.1)) else {
        return last_anchor(page, line, code);
    };
    let span = Span { start: base + code.start, end: base + code.end + to };
    let (country, likely) = country(page, code, |format| format.side != Side::Last, span.end);
    let year = code.code.len() == 4 && (code.code.starts_with("19") || code.code.starts_with("20"));
    let dutch = code.is_dutch() && !page.guess.is_likely(Country::of(b"NL"));
    let strong = code.strong && !dutch || likely && !dutch && !year && code.code.contains(' ');
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
fn is_only_country(name: &str) -> bool {
    Country::by_name(name).is_some()
        && known_city(name).is_none()
        && !matches!(name.len(), 0..=2)
        && !CITY_STATES.contains(&crate::region::fold(name).as_str())
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
        floor.saturating_sub(base).max(text.len().saturating_sub(MAX_PART_BYTES)).min(text.len()),
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
    street || street::ends_with_unit(&text[..code.start])
}

/// An anchor whose town stands before the postcode.
fn last_anchor(page: &Page<'_>, line: usize, code: &Postcode) -> Option<Anchor> {
    let text = page.text(line);
    let head = text.get(..code.start).unwrap_or_default();
    let first_only = !code.formats.iter().any(|format| format.side != Side::First);
    let bare = text.get(code.start..code.end) == Some(code.code.as_str());
    if code.is_dutch() || first_only && (bare || !code.strong) {
        return None;
    }
    // Other figures beside it: a telephone number, hours, a table.
    let figures = text[code.end..].trim_start().starts_with(|letter: char| letter.is_ascii_digit())
        || head.trim_end().ends_with(|letter: char| letter.is_ascii_digit() || letter == ')')
        || head.ends_with('(');
    if !code.strong && (figures || street::ends_with_unit(head)) {
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
    if let [only] = code.formats.as_slice() {
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

/// The street before an anchor, the parts between them, and the town where it stands before the postcode.
fn before(page: &Page<'_>, line: usize, anchor: &Anchor, floor: usize) -> Option<Streets> {
    let line = page.line_of(anchor.span.start).unwrap_or(line);
    let parts = page.parts_before(line, anchor.span.start, floor, MAX_PARTS_BEFORE);
    let mut region = anchor.region;
    let mut city = anchor.city;
    let mut best: Option<(usize, street::Street)> = None;
    for (index, part) in parts.iter().enumerate() {
        let text = page.slice(*part);
        if text.len() > MAX_PART_BYTES && index > 0 || is_noise(text) {
            break;
        }
        let Some(found) = street::read(text).filter(|_| !street::is_unit(text)) else { continue };
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
            let mut at = 0;
            if index > 1 && is_region_code(page.slice(parts[0])) {
                region = region.or(Some(parts[0]));
                at = 1;
            } else if index > 1
                && (is_county(page.slice(parts[0]))
                    || anchor.region.is_none()
                        && state_at_end(page.slice(parts[0])).is_some_and(|state| state.start == 0))
            {
                region = region.or(Some(parts[0]));
                at = 1;
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
    let partial = street::is_box(own) || street::is_unit(own);
    let belongs = |part: &Span| {
        let text = page.slice(*part);
        if is_heading(text) {
            return false;
        }
        let whole = partial && street::read(text).is_some_and(|street| street.start == 0);
        text.len() <= 60 && !is_noise(text) && (street::is_building(text) || whole)
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

/// Words that head an address and are no part of it.
fn is_heading(text: &str) -> bool {
    const HEADINGS: &[&str] = &[
        "address",
        "adresse",
        "anschrift",
        "adres",
        "adresa",
        "direccion",
        "indirizzo",
        "endereco",
        "location",
        "locations",
        "contact",
        "contact us",
        "kontakt",
        "visit us",
        "mailing address",
        "our address",
        "postal address",
        "head office",
        "headquarters",
        "адрес",
        "office",
        "impressum",
        "contacto",
        "contatti",
        "contato",
    ];
    HEADINGS.contains(&crate::region::fold(text).as_str())
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

/// Whether a part may be the name of a house, a village or a town: few words, each with a capital letter.
fn is_name(text: &str) -> bool {
    let words = super::words::words(text);
    let place = |folded: &str| matches!(folded, "г" | "гр" | "м" | "с");
    let named = |word: &super::words::Word| word.capital || word.has_digit() || place(&word.folded);
    !is_noise(text)
        && text.len() <= 60
        && (1..=5).contains(&words.len())
        && words.iter().all(|word| named(word) || street::is_particle(&word.folded))
        && words.first().is_some_and(named)
        && super::place::is_town(text)
}

/// Whether a part is the code of a state or province: `SP`, `MG`, `NSW`.
fn is_region_code(text: &str) -> bool {
    matches!(text.len(), 2..=3) && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether a part is a county that may stand between town and postcode.
fn is_county(text: &str) -> bool {
    let folded = crate::region::fold(text);
    let bare = folded.trim_start_matches("co. ").trim_start_matches("county ");
    bare.len() < folded.len() || COUNTIES.contains(&bare) || bare.ends_with("shire")
}

/// Counties of England, Wales, Scotland and Northern Ireland that do not end in -shire. Ordnance Survey.
const COUNTIES: &[&str] = &[
    "kent",
    "surrey",
    "essex",
    "sussex",
    "east sussex",
    "west sussex",
    "norfolk",
    "suffolk",
    "cornwall",
    "devon",
    "dorset",
    "somerset",
    "cumbria",
    "middlesex",
    "hants",
    "herts",
    "bucks",
    "berks",
    "oxon",
    "wilts",
    "glos",
    "lancs",
    "leics",
    "lincs",
    "northants",
    "notts",
    "staffs",
    "warks",
    "worcs",
    "yorks",
    "beds",
    "cambs",
    "tyne and wear",
    "tyne & wear",
    "merseyside",
    "greater manchester",
    "greater london",
    "west midlands",
    "south yorkshire",
    "county durham",
    "co durham",
    "northumberland",
    "rutland",
    "isle of wight",
    "avon",
    "cleveland",
    "gwent",
    "dyfed",
    "powys",
    "clwyd",
    "gwynedd",
    "fife",
    "angus",
    "antrim",
    "co antrim",
    "down",
    "tyrone",
    "armagh",
    "fermanagh",
    "londonderry",
    "midlothian",
    "west lothian",
    "east lothian",
    "highland",
];

/// The street after a town, for those who write the town first.
fn after(page: &Page<'_>, line: usize, anchor: &Anchor) -> Option<Streets> {
    let parts = page.parts_after(line, anchor.span.end, MAX_PARTS_AFTER);
    let (index, found) =
        parts.iter().enumerate().take(3).take_while(|(_, part)| !is_noise(page.slice(**part))).find_map(
            |(index, part)| {
                street::read(page.slice(*part))
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
            if is_noise(text) || !street::is_building(text) || text.len() > 30 {
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

/// Whether a part is none of an address: an e-mail address, a telephone number, a sentence.
pub(super) fn is_noise(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let lower = text.get(..text.floor_char_boundary(40)).unwrap_or_default().to_lowercase();
    text.contains('@')
        || text.contains("www.")
        || text.contains("://")
        || text.contains('©')
        || digits > 12
        || lower
            .split([' ', '.', ':'])
            .next()
            .is_some_and(|word| crate::phones::is_label(word) && word.len() > 1 && digits > 4)
        || lower.starts_with("copyright")
}

/// Whether a part reads as the name of a town.
fn is_town_name(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let prefixed =
        ["г", "гр", "м", "с", "'s", "’s", "d'", "l'"].iter().any(|prefix| text.starts_with(prefix));
    super::place::is_town(text) && digits <= 2 && (prefixed || !first.is_lowercase())
}

/// How sure the whole is; `None` when it is not enough.
fn confidence(anchor: &Anchor, streets: &Streets, town: bool) -> Option<f32> {
    let near = streets.distance <= 2;
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
        (false, false, Some(Strength::Full)) if town && streets.distance <= 1 && streets.foreign => 0.55,
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
