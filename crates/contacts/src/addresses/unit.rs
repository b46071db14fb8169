//! Parts of an address that stand beside its street: units, floors, buildings, post office boxes.

use super::{
    lexicon::{NUMBERED, is_direction, is_english_only, is_floor_word, is_particle, meaning, means},
    street::post_box,
    words::words,
};

/// Whether a stretch names a part of a building or a building, and no street: `Suite 200`, `2nd Floor`, `Colegrave House`.
pub(super) fn is_building(text: &str) -> bool {
    let words = words(text);
    let few = words.len() <= 7;
    let unit = words.iter().any(|word| meaning(word) & means::UNIT != 0)
        && words.iter().any(|word| word.has_digit() || word.folded.len() == 1 || is_floor_word(&word.folded));
    let house = words.iter().any(|word| meaning(word) & means::HOUSE != 0 && word.capital);
    few && (unit || house)
        && words
            .iter()
            .all(|word| word.capital || word.has_digit() || is_particle(&word.folded) || meaning(word) != 0)
}

/// Whether a stretch is the number of a unit or floor and nothing else: `Suite 200`, `2nd Floor`, `Unit 5`.
pub(super) fn is_unit(text: &str) -> bool {
    let words = words(text);
    let named = words.iter().any(|word| meaning(word) & means::UNIT != 0);
    let others = words.iter().filter(|word| {
        meaning(word) & means::UNIT == 0
            && !word.has_digit()
            && word.folded.len() > 1
            && !is_floor_word(&word.folded)
            && !is_direction(&word.folded)
    });
    named && words.len() <= 5 && others.count() == 0
}

/// Whether a stretch begins with a word that opens the name of a street: `rue de la Paix`.
pub(super) fn is_opened(text: &str) -> bool {
    words(text).first().is_some_and(|word| meaning(word) & means::OPENING != 0 && !is_english_only(word))
}

/// Whether a stretch is a post office box and nothing else.
pub(super) fn is_box(text: &str) -> bool {
    let words = words(text);
    words.len() <= 6 && post_box(&words).is_some_and(|(_, first, _)| first == 0)
}

/// Whether a text ends with a word that a unit's, a box's or a road's number follows: `Suite`, `Highway`, `No.`.
pub(super) fn ends_with_unit(text: &str) -> bool {
    let from = text.ceil_char_boundary(text.len().saturating_sub(24));
    let words = words(text.get(from..).unwrap_or_default());
    let Some(last) = words.last() else { return false };
    text.ends_with('#')
        || meaning(last) & (means::UNIT | means::BOX) != 0 && last.folded.len() > 1 && last.folded != "cp"
        || NUMBERED.contains(&last.folded.as_str())
}
