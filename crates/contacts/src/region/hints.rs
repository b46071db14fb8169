//! Words that only the pages of a country write: legal forms, tax labels, currencies.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::country::Country;

/// The table; its head says what the columns are.
const TABLE: &str = include_str!("hints.tsv");

/// Bytes of text that are searched from either end: imprints and footers stand last.
const MAX_SEARCHED_BYTES: usize = 24 << 10;

/// Weight of one word, and the most a page's words may weigh for one country.
const WEIGHT: f32 = 0.8;
const MAX_WEIGHT: f32 = 2.4;

/// The words and, by their index, their countries.
struct Hints {
    finder: Option<AhoCorasick>,
    countries: Vec<Vec<Country>>,
}

static HINTS: LazyLock<Hints> = LazyLock::new(|| {
    let (mut words, mut countries) = (Vec::new(), Vec::new());
    for row in TABLE.lines().filter(|row| !row.starts_with('#')) {
        let Some((codes, list)) = row.split_once('\t') else { continue };
        for word in list.split('|') {
            words.push(word);
            countries.push(codes.split(' ').filter_map(Country::parse).collect());
        }
    }
    let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&words).ok();
    Hints { finder, countries }
});

/// Reports each country that words of the text speak for, with their weight; a word counts once.
pub(super) fn add(text: &str, mut report: impl FnMut(Country, f32)) {
    let mut seen = vec![false; HINTS.countries.len()];
    let head = text.floor_char_boundary(MAX_SEARCHED_BYTES);
    let tail = text.ceil_char_boundary(text.len().saturating_sub(MAX_SEARCHED_BYTES).max(head));
    for part in [&text[..head], &text[tail..]] {
        let Some(finder) = &HINTS.finder else { return };
        for found in finder.find_iter(part) {
            if is_word(part, found.start(), found.end()) {
                seen[found.pattern().as_usize()] = true;
            }
        }
    }
    let mut sums: Vec<(Country, f32)> = Vec::new();
    for countries in
        seen.iter().zip(&HINTS.countries).filter(|(seen, _)| **seen).map(|(_, countries)| countries)
    {
        let weight = WEIGHT / f32::from(u8::try_from(countries.len()).unwrap_or(u8::MAX));
        for country in countries {
            match sums.iter_mut().find(|(known, _)| known == country) {
                Some((_, sum)) => *sum += weight,
                None => sums.push((*country, weight)),
            }
        }
    }
    sums.into_iter().for_each(|(country, sum)| report(country, sum.min(MAX_WEIGHT)));
}

/// Whether no letter or digit touches a match that itself begins or ends with a letter.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let edge = |outer: Option<char>, inner: Option<char>| {
        !(outer.is_some_and(char::is_alphanumeric) && inner.is_some_and(char::is_alphanumeric))
    };
    let inner = &text[start..end];
    let digit_after = text[end..].chars().next().is_some_and(|letter| letter.is_ascii_digit());
    edge(text[..start].chars().next_back(), inner.chars().next())
        && (edge(text[end..].chars().next(), inner.chars().next_back()) || digit_after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_legal_forms_name_their_countries() {
        let mut found = Vec::new();
        add("Acme s.r.l. P.IVA 0123 - Acme Kft. Cifar", |country, _| found.push(country));
        found.sort();
        assert_eq!(found, [Country::of(b"HU"), Country::of(b"IT")]);
    }
}
