//! Whether a stretch of text is a street with its number or a post office box, and where in it that stands.

use super::{
    lexicon::{is_compound, is_direction, is_english_only, is_numbered_road, is_particle, meaning, means},
    words::{Word, is_ordinal, words},
};

/// Words between a house number and the street word that follows it.
const MAX_NAME_WORDS: usize = 7;

/// How much a stretch looks like a street.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// A number and capitalised words.
    Number,
    /// A street word without a number.
    Named,
    /// A street word and a number, or a post office box.
    Full,
}

/// A street in a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Street {
    /// How sure it is one.
    pub(super) strength: Strength,
    /// Where it starts.
    pub(super) start: usize,
    /// Where it ends, units included; what follows may be the town.
    pub(super) end: usize,
    /// Whether it is written as English never is: the number last, or a street word of another language.
    pub(super) foreign: bool,
}

/// The street in a stretch of text.
pub(super) fn read(text: &str) -> Option<Street> {
    let words = words(text);
    let last_numbered = number_last(&words);
    let foreign = last_numbered.is_some() || has_foreign_opening(&words);
    let numbered = number_first(&words).or(last_numbered);
    let found = match (post_box(&words), numbered) {
        (Some(boxed), Some(street)) => (Strength::Full, boxed.1.min(street.1), boxed.2.max(street.2)),
        (boxed, numbered) => boxed.or(numbered).or_else(|| unnumbered(&words)).or_else(|| bare(&words))?,
    };
    let (strength, first, last) = found;
    let last = with_units(&words, last);
    let first = with_building(&words, first);
    Some(Street { strength, start: words.get(first)?.start, end: words.get(last)?.end, foreign })
}

/// The strength of a find and the indices of its first and last word.
pub(super) type Hit = (Strength, usize, usize);

/// Whether a street word of another language opens the name after a number: `10, rue de la Paix`.
fn has_foreign_opening(words: &[Word]) -> bool {
    const ENGLISH: &[&str] = &[
        "avenue",
        "av",
        "boulevard",
        "blvd",
        "place",
        "pl",
        "square",
        "passage",
        "route",
        "rte",
        "zone",
        "park",
        "al",
        "am",
        "an",
        "cl",
    ];
    words.iter().any(|word| {
        meaning(word) & means::OPENING != 0
            && meaning(word) & means::WEAK == 0
            && word.folded.len() > 1
            && !ENGLISH.contains(&word.folded.as_str())
    })
}

/// `PO Box 12`, `Postfach 10 20`, `BP 15`, `Box 123`.
pub(super) fn post_box(words: &[Word]) -> Option<Hit> {
    let at = (0..words.len()).find(|at| {
        let next = words.get(at + 1);
        let two = words[*at].folded == "po"
            || words[*at].folded == "p"
            || words[*at].folded == "private"
            || words[*at].folded == "locked";
        meaning(&words[*at]) & means::BOX != 0
            && next.is_some_and(|next| next.has_digit() && next.folded.len() <= 7)
            || two && next.is_some_and(|next| matches!(next.folded.as_str(), "box" | "bag" | "o"))
    })?;
    let mut last = at;
    while let Some(next) = words.get(last + 1) {
        if !(next.has_digit() || matches!(next.folded.as_str(), "box" | "bag" | "o" | "no" | "x" | "number"))
            || last > at + 4
        {
            break;
        }
        last += 1;
        if next.folded.len() > 3 && next.has_digit() {
            break;
        }
    }
    words.get(last)?.has_digit().then_some((Strength::Full, at, last))
}

/// `123 Main Street`, `10 bis rue de la Paix`: the number, then a name that holds a street word.
fn number_first(words: &[Word]) -> Option<Hit> {
    let mut best = None;
    for at in (0..words.len()).filter(|at| words[*at].is_house_number()) {
        let Some(next) = words.get(at + 1) else { continue };
        let second = if matches!(next.folded.as_str(), "bis" | "ter" | "quater" | "b" | "a") {
            at + 2
        } else {
            at + 1
        };
        let opening = words
            .get(second)
            .is_some_and(|word| meaning(word) & means::OPENING != 0 && !is_english_only(word));
        if opening && words.get(second + 1).is_some_and(|name| !name.folded.is_empty()) {
            return Some((Strength::Full, at, french_end(words, second)));
        }
        if best.is_some() {
            continue;
        }
        best = english_end(words, at).map(|last| (Strength::Full, at, last));
    }
    best
}

/// The last word of a name that an opening word begins: all that is capitalised or a particle.
fn french_end(words: &[Word], opening: usize) -> usize {
    let more = words.iter().skip(opening + 1).take_while(|word| {
        word.capital && !word.has_digit() || is_particle(&word.folded) || is_ordinal(&word.folded)
    });
    opening + more.count()
}

/// The last word of an English name after the number at `at`: the last street word that its words reach.
fn english_end(words: &[Word], at: usize) -> Option<usize> {
    let mut last = None;
    for (index, word) in words.iter().enumerate().skip(at + 1).take(MAX_NAME_WORDS) {
        let what = meaning(word);
        let named = index > at + 1 || is_numbered_road(word);
        // `200 Park Ave South Floor 12`: units end the name.
        let numbered =
            words.get(index + 1).is_some_and(|next| next.has_digit() || next.folded.chars().count() == 1);
        if numbered && what & means::UNIT != 0 && what & (means::WORD | means::WEAK) == 0 && index > at + 1 {
            break;
        }
        let street = what & means::WORD != 0 || is_compound(word) && word.capital;
        let next_to_it = last.is_none_or(|last| last + 1 == index);
        let weak = what & means::WEAK != 0 && (word.capital || last.is_some()) && next_to_it;
        if named && (street || weak) {
            last = Some(index);
        } else if !(word.capital
            || is_ordinal(&word.folded)
            || is_particle(&word.folded)
            || word.has_digit()
            || word.folded.len() <= 2
            || last.is_none())
        {
            break;
        }
    }
    let last = last?;
    let lower = words[at + 1..last]
        .iter()
        .filter(|word| !word.capital && !word.has_digit() && !is_particle(&word.folded))
        .count();
    if lower > 1 {
        return None;
    }
    // `Route 9 West`, `Highway 101 N`: the road's own number and its direction.
    let after =
        words.iter().skip(last + 1).take(2).take_while(|word| {
            is_direction(&word.folded) || is_numbered_road(&words[last]) && word.has_digit()
        });
    Some(last + after.count())
}

/// `Hauptstraße 5`, `Via Roma 12`, `Nádor utca 5`, `ул. Тверская, д. 5`: the number comes after the name.
fn number_last(words: &[Word]) -> Option<Hit> {
    for at in 0..words.len() {
        let what = meaning(&words[at]);
        let compound = is_compound(&words[at]);
        // `Straße des 17. Juni 135`, `Allee der Kosmonauten 12`: whose it is follows.
        let heads =
            at == 0 && what & means::WORD != 0 && words.get(1).is_some_and(|next| is_genitive(&next.folded));
        let opens = heads || what & means::OPENING != 0 && (words[at].folded.len() > 1 || words.len() <= 6);
        let closes = what & means::WORD != 0 && at > 0 || compound;
        if !(opens || closes) {
            continue;
        }
        let reach = if opens { 9 } else { 4 };
        let number = (at + 1..words.len().min(at + 1 + reach)).find(|next| {
            words[*next].is_house_number()
                && !(opens && !closes && *next == at + 1)
                && !is_date_name(words, *next)
        });
        let Some(number) = number else { continue };
        let between = &words[at + 1..number];
        let named = between.iter().all(|word| {
            word.capital
                || is_particle(&word.folded)
                || word.folded.chars().count() <= 3
                || word.has_digit()
                || meaning(word) != 0
        });
        if !named {
            continue;
        }
        let first = if opens && !compound && number > at + 1 { at } else { name_start(words, at) };
        return Some((Strength::Full, first, number));
    }
    None
}

/// Articles that open the second half of a German name.
fn is_genitive(folded: &str) -> bool {
    matches!(folded, "des" | "der" | "am" | "an" | "im" | "zum" | "zur")
}

/// Whether a number belongs to a street that is named by a date: `via 4 Novembre`, `ul. 11 Listopada`, `18 de Julio`.
fn is_date_name(words: &[Word], at: usize) -> bool {
    let next = words.get(at + 1);
    next.is_some_and(|next| {
        next.folded == "de"
            || next.capital && !next.has_digit() && meaning(next) & (means::UNIT | means::HOUSE) == 0
    }) && words.iter().skip(at + 2).take(4).any(Word::is_house_number)
}

/// The first word of a name that ends at `at`.
fn name_start(words: &[Word], at: usize) -> usize {
    let before = words[..at].iter().rev().take(4).take_while(|word| {
        (word.capital || is_particle(&word.folded) || is_ordinal(&word.folded) || word.is_house_number())
            && meaning(word) & means::UNIT == 0
    });
    at - before.count()
}

/// A street word without any number: `Market Square`, `Rathausplatz`, `Via dell'Industria`.
fn unnumbered(words: &[Word]) -> Option<Hit> {
    for (at, word) in words.iter().enumerate() {
        let what = meaning(word);
        if at == 0
            && what & means::OPENING != 0
            && word.folded.len() > 1
            && !is_english_only(word)
            && words.get(1).is_some_and(|next| next.capital || is_particle(&next.folded))
        {
            return Some((Strength::Named, 0, french_end(words, 0).max(1)));
        }
        let closes = at > 0 && what & means::WORD != 0 && word.folded.len() > 1;
        if (closes || is_compound(word)) && word.capital && words.len() <= 9 {
            return Some((Strength::Named, name_start(words, at), at));
        }
    }
    None
}

/// A number beside a few capitalised words: `131 S Robertson`, `Vodičkova 30`, `C 4, 12`.
fn bare(words: &[Word]) -> Option<Hit> {
    let number = words.iter().position(Word::is_house_number)?;
    let capitals = words.iter().filter(|word| word.capital && !word.has_digit()).count();
    let others =
        words.iter().filter(|word| !word.capital && !word.has_digit() && !is_particle(&word.folded)).count();
    let edge = number == 0
        || number + 1 == words.len()
        || words.get(number + 1).is_some_and(|next| meaning(next) & means::UNIT != 0 || next.has_digit());
    (capitals > 0 && others <= 1 && words.len() <= 8 && edge).then_some((
        Strength::Number,
        0,
        words.len() - 1,
    ))
}

/// The last word of the units that follow a street: `Suite 200`, `2nd Floor`, `lok. 4`, `#117`.
fn with_units(words: &[Word], mut last: usize) -> usize {
    while let Some(next) = words.get(last + 1) {
        let what = meaning(next);
        let number_follows =
            words.get(last + 2).is_some_and(|word| word.has_digit() || word.folded.chars().count() == 1);
        let unit_follows = words.get(last + 2).is_some_and(|word| meaning(word) & means::UNIT != 0);
        let unit = what & means::UNIT != 0;
        let number = next.folded.starts_with('#') || next.is_house_number() && next.folded.len() <= 5;
        let ordinal = next.has_digit() || is_ordinal(&next.folded);
        if unit && number_follows || ordinal && unit_follows {
            last += 2;
        } else if number || unit && next.has_digit() || is_direction(&next.folded) && next.capital {
            last += 1;
        } else {
            return last;
        }
    }
    last
}

/// The first word of the building or unit named before a street: `PBS House Charlwood Road`, `Unit 5, 12 …`.
fn with_building(words: &[Word], first: usize) -> usize {
    let opens = first > 1
        && words.first().is_some_and(|word| meaning(word) & means::OPENING != 0 && word.folded.len() > 1);
    let names = opens || words[..first].iter().any(|word| meaning(word) & (means::HOUSE | means::UNIT) != 0);
    let capital =
        words[..first].iter().all(|word| word.capital || word.has_digit() || is_particle(&word.folded));
    if names && capital && first <= 8 { 0 } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, strength: Strength, street: &str) {
        let found = read(text).unwrap_or_else(|| panic!("no street in {text}"));
        assert_eq!((found.strength, &text[found.start..found.end]), (strength, street), "{text}");
    }

    #[test]
    fn streets_of_many_countries_are_read() {
        for (text, street) in [
            ("123 Main Street", "123 Main Street"),
            ("visit us at 2770 De La Cruz Boulevard Santa Clara", "2770 De La Cruz Boulevard"),
            ("12396 World Trade Dr. #117", "12396 World Trade Dr. #117"),
            ("7011 NW 87th AVE Miami", "7011 NW 87th AVE"),
            ("12700 Park Central Drive, Suite 1300", "12700 Park Central Drive, Suite 1300"),
            ("P.O. Box 12646", "P.O. Box 12646"),
            ("Hauptstraße 5", "Hauptstraße 5"),
            ("Straße des 17. Juni 135", "Straße des 17. Juni 135"),
            ("Allee der Kosmonauten 12", "Allee der Kosmonauten 12"),
            ("Am Markt 3", "Am Markt 3"),
            ("Berliner Str. 12a", "Berliner Str. 12a"),
            ("10, rue de la Paix", "10, rue de la Paix"),
            ("Via Roma, 12", "Via Roma, 12"),
            ("C/ Mayor, 5", "C/ Mayor, 5"),
            ("Keizersgracht 123", "Keizersgracht 123"),
            ("ul. Długa 12/4", "ul. Długa 12/4"),
            ("Nádor utca 5.", "Nádor utca 5"),
            ("ул. Тверская, д. 5", "ул. Тверская, д. 5"),
            ("Storgatan 5", "Storgatan 5"),
            ("Atatürk Cad. No:5", "Atatürk Cad. No:5"),
            ("Rua Augusta, 100", "Rua Augusta, 100"),
            ("Postfach 10 20", "Postfach 10 20"),
            ("Colegrave House 70 Berners Street", "Colegrave House 70 Berners Street"),
        ] {
            check(text, Strength::Full, street);
        }
        check("Vodičkova 30", Strength::Number, "Vodičkova 30");
        check("Rathausplatz", Strength::Named, "Rathausplatz");
        assert_eq!(read("All rights reserved"), None);
    }
}
