//! States, provinces and towns: those that are known by name, and how the name of any other is written.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use foldhash::fast::RandomState;

use super::{lexicon::is_particle, words::words};
use crate::{
    phones::is_label,
    region::{Country, fold},
};

/// The tables; their heads say what the columns are.
const STATES: &str = include_str!("states.tsv");
const CITIES: &str = include_str!("cities.tsv");

/// Words of a town's name.
const MAX_TOWN_WORDS: usize = 6;

/// A state and how much its spelling says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// The country it is of.
    pub(super) country: Country,
    /// Where its name starts in the text that ends with it.
    pub(super) start: usize,
}

/// Codes as they are written, and folded names.
struct States {
    codes: HashMap<&'static str, Country, RandomState>,
    names: HashMap<&'static str, Country, RandomState>,
}

static STATE_NAMES: LazyLock<States> = LazyLock::new(|| {
    let mut states = States { codes: HashMap::default(), names: HashMap::default() };
    for row in STATES.lines().filter(|row| !row.starts_with('#')) {
        let mut columns = row.split('\t');
        let Some(country) = columns.next().and_then(Country::parse) else { continue };
        states.codes.entry(columns.next().unwrap_or_default()).or_insert(country);
        for name in columns.next().unwrap_or_default().split('|').filter(|name| !name.is_empty()) {
            states.names.entry(name).or_insert(country);
        }
    }
    states
});

static CITY_NAMES: LazyLock<HashMap<&'static str, Country, RandomState>> = LazyLock::new(|| {
    let rows = CITIES.lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t'))
        .filter_map(|(code, list)| Some((Country::parse(code)?, list)))
        .flat_map(|(country, list)| list.split('|').map(move |name| (name, country)))
        .collect()
});

/// Words that begin no town.
static NO_TOWNS: LazyLock<HashSet<&'static str, RandomState>> = LazyLock::new(|| {
    include_str!("no_towns.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(' '))
        .collect()
});

/// The state that a text ends with: `IL`, `Illinois`, `N.Y.`, `NSW`.
pub(super) fn state_at_end(text: &str) -> Option<State> {
    let words = words(text);
    let last = words.last()?;
    if !text[last.end..].chars().all(|letter| matches!(letter, ' ' | ',' | '.' | '\u{a0}' | ')' | '-' | '–'))
    {
        return None;
    }
    for count in (1..=words.len().min(3)).rev() {
        let Some(first) = words.len().checked_sub(count).and_then(|at| words.get(at)) else { continue };
        let joined: Vec<&str> =
            words[words.len() - count..].iter().map(|word| word.folded.as_str()).collect();
        let found = STATE_NAMES.names.get(joined.join(" ").as_str()).filter(|_| first.capital);
        if let Some(country) = found {
            return Some(State { country: *country, start: first.start });
        }
    }
    let bare = last.folded.to_ascii_uppercase();
    let alone = last.capital
        && (bare.len() == 3
            || text[last.start..last.end].bytes().filter(u8::is_ascii_uppercase).count() == 2
            || words.len() > 1);
    let country = STATE_NAMES.codes.get(bare.as_str()).filter(|_| alone)?;
    Some(State { country: *country, start: last.start })
}

/// Whether two capital letters are a state of the United States.
pub(super) fn is_american_state(code: &str) -> bool {
    STATE_NAMES.codes.get(code) == Some(&Country::of(b"US"))
}

/// Whether capital letters are a state or province of any country that has them.
pub(super) fn is_state(code: &str) -> bool {
    STATE_NAMES.codes.contains_key(code)
}

/// The country of a town that is known by name.
pub(crate) fn known_city(text: &str) -> Option<Country> {
    let folded = fold(text.trim_matches([' ', '.', ',', ':']));
    let bare = folded.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ' ');
    let bare = bare
        .strip_prefix("г. ")
        .or_else(|| bare.strip_prefix("г."))
        .or_else(|| bare.strip_prefix("м. "))
        .unwrap_or(bare);
    CITY_NAMES.get(bare).copied()
}

/// Where a town's name ends that starts at the beginning of a text, after blanks; `None` when none does.
pub(super) fn town_at_start(text: &str) -> Option<(usize, usize)> {
    let lead = text.trim_start_matches([' ', '\u{a0}', ',', '-', '–', '.', ')', '/', ':']);
    let start = text.len() - lead.len();
    let cut = lead
        .find([',', ';', '|', '•', '·', '(', ':', '!', '?', '"', '»', '●', '\t', '*', '@', '─', '©'])
        .unwrap_or(lead.len());
    let cut = lead
        .find(" - ")
        .or_else(|| lead.find(" – "))
        .or_else(|| lead.find(" / "))
        .map_or(cut, |dash| dash.min(cut));
    let stretch = &lead[..cut];
    let (mut end, mut seen, mut particle) = (0, 0, false);
    for (index, word) in words(stretch).into_iter().take(MAX_TOWN_WORDS).enumerate() {
        let text = &stretch[word.start..word.end];
        let cedex = word.folded == "cedex";
        let number = word.has_digit() && index > 0 && word.folded.len() <= 2;
        if index > 0
            && !cedex
            && (is_label(&word.folded)
                || !particle && word.folded.len() > 2 && Country::by_name(text).is_some())
        {
            break;
        }
        particle = is_particle(&word.folded);
        let gap = stretch.get(seen..word.start).unwrap_or_default();
        seen = word.end;
        let sentence =
            index > 0 && gap.contains('.') && !gap.starts_with('.') || gap.starts_with(". ") && end > 6;
        if sentence {
            break;
        }
        if word.capital && !word.has_digit() || number || cedex {
            end = word.end;
        } else if !(is_particle(&word.folded) && index > 0
            || index == 0 && text.starts_with(['\'', '’'])
            || is_place_particle(&word.folded))
        {
            break;
        }
    }
    let name = stretch.get(..end)?;
    (!name.is_empty() && is_town(name)).then_some((start, start + end))
}

/// Small words a town's name may begin with.
fn is_place_particle(folded: &str) -> bool {
    matches!(
        folded,
        "г" | "м" | "с" | "гр" | "s" | "'s-hertogenbosch" | "den" | "de" | "la" | "le" | "st" | "'s" | "bad"
    )
}

/// Whether a name may be a town's: no label, no month, no legal form.
pub(super) fn is_town(name: &str) -> bool {
    if known_city(name).is_some() {
        return true;
    }
    let words = words(name);
    let Some(first) = words.first() else { return false };
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    let known = words
        .iter()
        .all(|word| !matches!(word.folded.as_str(), "inc" | "ltd" | "llc" | "gmbh" | "reserved" | "ag"));
    letters >= 2
        && known
        && !(NO_TOWNS.contains(first.folded.as_str())
            && !(first.folded == "new" && words.len() > 1)
            && !(first.folded == "st" && words.len() > 1))
        && !is_label(&first.folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_stand_at_the_end() {
        for (text, state) in [
            ("Springfield, IL", Some("US")),
            ("Albany, New York ", Some("US")),
            ("Sydney NSW", Some("AU")),
            ("Boston, Mass.", Some("US")),
            ("we go in", None),
            ("Toronto, ON", Some("CA")),
        ] {
            assert_eq!(
                state_at_end(text).map(|state| state.country.as_str().to_owned()),
                state.map(str::to_owned),
                "{text}"
            );
        }
    }

    #[test]
    fn towns_end_where_their_name_ends() {
        for (text, town) in [
            (" München", Some("München")),
            (" Frankfurt am Main Tel. 069", Some("Frankfurt am Main")),
            (" Praha 1, Česká republika", Some("Praha 1")),
            (" Blois Cedex", Some("Blois Cedex")),
            (" Villeneuve-d'Ascq für alle", Some("Villeneuve-d'Ascq")),
            (" Wien Österreich", Some("Wien")),
            (" SON", Some("SON")),
            (" All Rights Reserved", None),
            (" March", None),
            (" and more", None),
        ] {
            assert_eq!(town_at_start(text).map(|(start, end)| &text[start..end]), town, "{text}");
        }
    }

    #[test]
    fn great_cities_are_known() {
        assert_eq!(known_city("Dublin 2"), Country::parse("IE"));
        assert_eq!(known_city("Dubai"), Country::parse("AE"));
        assert_eq!(known_city("Smallville"), None);
    }
}
