//! The postcodes of the world's countries by shape, and on which side of the town they stand.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;

use crate::region::Country;

/// The table; its head says what the columns are.
const TABLE: &str = include_str!("formats.tsv");

/// Where the postcode stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Before the town.
    First,
    /// After the town.
    Last,
    /// Either.
    Both,
}

/// The postcodes of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// The country.
    pub(super) country: Country,
    /// On which side of the town they stand.
    pub(super) side: Side,
    /// Whether no other country has the shape.
    pub(super) only: bool,
}

/// Formats by shape and by prefix.
struct Formats {
    shapes: HashMap<&'static str, Vec<Format>, RandomState>,
    prefixes: HashMap<&'static str, Vec<Format>, RandomState>,
}

static FORMATS: LazyLock<Formats> = LazyLock::new(|| {
    let mut formats = Formats { shapes: HashMap::default(), prefixes: HashMap::default() };
    for row in TABLE.lines().filter(|row| !row.starts_with('#')) {
        let columns: Vec<&'static str> = row.split('\t').collect();
        let [code, shapes, prefixes, side, rest @ ..] = columns.as_slice() else { continue };
        let Some(country) = Country::parse(code) else { continue };
        let side = match *side {
            "F" => Side::First,
            "L" => Side::Last,
            _ => Side::Both,
        };
        let format = Format { country, side, only: rest.contains(&"S") };
        for shape in shapes.split('|') {
            formats.shapes.entry(shape).or_default().push(format);
        }
        for prefix in prefixes.split('|').filter(|prefix| !prefix.is_empty()) {
            formats.prefixes.entry(prefix).or_default().push(format);
        }
    }
    formats
});

/// The formats of a shape: `9` for a digit, `A` for a letter, other signs as they are.
pub(super) fn of_shape(shape: &str) -> &'static [Format] {
    FORMATS.shapes.get(shape).map_or(&[], Vec::as_slice)
}

/// The formats that a prefix such as `D` or `CH` announces.
pub(super) fn of_prefix(prefix: &str) -> &'static [Format] {
    FORMATS.prefixes.get(prefix).map_or(&[], Vec::as_slice)
}

/// The shape of a code.
pub(super) fn shape(code: &str) -> Cow<'static, str> {
    const DIGITS: &str = "99999999999999";
    if let Some(digits) = DIGITS.get(..code.len())
        && code.bytes().all(|byte| byte.is_ascii_digit())
    {
        return digits.into();
    }
    let sign = |letter| match letter {
        '0'..='9' => '9',
        letter if letter.is_ascii_alphabetic() => 'A',
        '\u{a0}' => ' ',
        '–' | '—' | '‑' | '‐' | '−' => '-',
        other => other,
    };
    code.chars().map(sign).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_lead_to_countries() {
        let only = of_shape(&shape("00-950"));
        assert!(only.iter().any(|format| format.country == Country::of(b"PL") && format.only));
        assert!(of_shape("99999").len() > 20);
        assert_eq!(of_prefix("CH").first().map(|format| format.country), Some(Country::of(b"CH")));
    }
}
