//! The words of streets, units and houses in the languages of the world, and what each may mean.

use std::{collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;

use super::words::Word;
use crate::region::fold;

/// The words of streets; the head of the table says what the kinds are.
const TABLE: &str = include_str!("streets.tsv");

/// What a word may mean in a street; a set of bits.
pub(super) mod means {
    pub(in super::super) const WORD: u8 = 1;
    pub(in super::super) const WEAK: u8 = 1 << 1;
    pub(in super::super) const OPENING: u8 = 1 << 2;
    pub(in super::super) const UNIT: u8 = 1 << 3;
    pub(in super::super) const HOUSE: u8 = 1 << 4;
    pub(in super::super) const BOX: u8 = 1 << 5;
}

/// Words and endings of the table; the words come from us, so that a quick hash does.
struct Lexicon {
    words: HashMap<String, u8, RandomState>,
    /// Endings, by their last byte.
    endings: HashMap<u8, Vec<&'static str>, RandomState>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut lexicon = Lexicon { words: HashMap::default(), endings: HashMap::default() };
    for row in TABLE.lines().filter(|row| !row.starts_with('#')) {
        let Some((kind, list)) = row.split_once('\t') else { continue };
        let bit = match kind {
            "word" => means::WORD,
            "weak" => means::WEAK,
            "opening" => means::OPENING,
            "unit" => means::UNIT,
            "house" => means::HOUSE,
            "box" => means::BOX,
            _ => {
                for ending in list.split(' ') {
                    let last = ending.bytes().next_back().unwrap_or_default();
                    lexicon.endings.entry(last).or_default().push(ending);
                }
                continue;
            }
        };
        for word in list.split(' ') {
            *lexicon.words.entry(fold(word).replace('.', "")).or_default() |= bit;
        }
    }
    lexicon
});

/// What a word means.
pub(super) fn meaning(word: &Word) -> u8 {
    LEXICON.words.get(&word.folded).copied().unwrap_or(0)
}

/// Whether a word is a compound that ends in a street word: `Hauptstraße`, `Keizersgracht`, `Storgatan`.
pub(super) fn is_compound(word: &Word) -> bool {
    let bare = word.folded.as_str();
    let Some(last) = bare.bytes().next_back() else { return false };
    let romanised = [
        "-ku", "-gu", "-dong", "-cho", "-ro", "-gil", "-daero", "-ri", "-myeon", "-dori", "-machi", "-chome",
    ];
    if matches!(last, b'u' | b'g' | b'o' | b'l' | b'i' | b'n' | b'e')
        && romanised.iter().any(|ending| bare.ends_with(ending))
    {
        return true;
    }
    let ends = |ending: &&str| bare.len() >= ending.len() + 2 && bare.ends_with(*ending);
    bare.len() >= 6
        && LEXICON.endings.get(&last).is_some_and(|endings| endings.iter().any(ends))
        && !word.has_digit()
}

/// Whether an opening word also closes English names, as in `12 Park Place`.
pub(super) fn is_english_only(word: &Word) -> bool {
    matches!(word.folded.as_str(), "am" | "an" | "unter" | "al" | "os" | "ap" | "cl" | "zone")
}

/// Small words inside names.
pub(super) fn is_particle(folded: &str) -> bool {
    matches!(
        folded,
        "de" | "la"
            | "le"
            | "les"
            | "du"
            | "des"
            | "d"
            | "l"
            | "del"
            | "dei"
            | "degli"
            | "della"
            | "delle"
            | "dell"
            | "di"
            | "da"
            | "do"
            | "dos"
            | "das"
            | "e"
            | "y"
            | "et"
            | "of"
            | "the"
            | "and"
            | "in"
            | "an"
            | "am"
            | "der"
            | "den"
            | "dem"
            | "im"
            | "van"
            | "von"
            | "sur"
            | "sous"
            | "en"
            | "el"
            | "los"
            | "las"
            | "i"
            | "im."
            | "na"
            | "nad"
            | "pod"
            | "upon"
            | "on"
            | "at"
            | "ob"
            | "bei"
            | "aux"
            | "au"
            | "lez"
            | "aan"
            | "ten"
            | "ter"
            | "op"
            | "het"
            | "&"
            | "à"
            | "a"
            | "in't"
    )
}

/// Whether a road is named by its number.
pub(super) fn is_numbered_road(word: &Word) -> bool {
    matches!(
        word.folded.as_str(),
        "highway"
            | "hwy"
            | "route"
            | "rt"
            | "rte"
            | "interstate"
            | "us"
            | "sr"
            | "cr"
            | "fm"
            | "broadway"
            | "esplanade"
            | "avenue"
            | "ave"
    )
}

/// A compass point.
pub(super) fn is_direction(folded: &str) -> bool {
    matches!(
        folded,
        "n" | "s"
            | "e"
            | "w"
            | "ne"
            | "nw"
            | "se"
            | "sw"
            | "north"
            | "south"
            | "east"
            | "west"
            | "northeast"
            | "northwest"
            | "southeast"
            | "southwest"
    )
}

/// Words that the number of a road or of a house follows.
pub(super) const NUMBERED: &[&str] =
    &["highway", "hwy", "route", "rt", "rte", "interstate", "us", "sr", "cr", "fm", "nr", "loop", "#", "km"];

/// Floors that are counted in words.
pub(super) fn is_floor_word(folded: &str) -> bool {
    matches!(
        folded,
        "first"
            | "second"
            | "third"
            | "fourth"
            | "fifth"
            | "sixth"
            | "seventh"
            | "eighth"
            | "ninth"
            | "tenth"
            | "ground"
            | "lower"
            | "upper"
            | "top"
            | "floor"
    )
}
