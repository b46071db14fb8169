//! What the words beside a number say of it: a telephone, a fax, a tax number, an example.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use foldhash::fast::RandomState;

use crate::region::{fold, fold_into};

/// The words; the head of the table says how they are written.
const TABLE: &str = include_str!("labels.tsv");

/// Bytes of text before a number in which its label is looked for.
const MAX_REACH: usize = 48;

/// Words looked at, from the number backwards.
const MAX_WORDS: usize = 5;

/// The meaning of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Label {
    /// A telephone.
    Phone,
    /// A mobile telephone.
    Mobile,
    /// A fax.
    Fax,
    /// A WhatsApp or other messenger account.
    Whatsapp,
    /// Free of charge.
    TollFree,
    /// A tax, bank, register or article number, never a telephone.
    Register,
    /// A word of another kind of number or of a date, which may also stand before a telephone number.
    Other,
    /// A made-up example.
    Example,
}

/// The table as it is asked.
#[derive(Default)]
struct Words {
    labels: HashMap<String, Label, RandomState>,
    /// Words between a label and its number that say nothing: `Tel. no. is`, `Fax Nr.`, `call us at`.
    fillers: HashSet<&'static str, RandomState>,
    /// Labels that are also words, when they are not written in capitals.
    capitals: HashSet<&'static str, RandomState>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    for row in TABLE.lines().filter(|row| !row.starts_with('#')) {
        let Some((meaning, list)) = row.split_once('\t') else { continue };
        let label = match meaning {
            "phone" => Label::Phone,
            "mobile" => Label::Mobile,
            "fax" => Label::Fax,
            "whatsapp" => Label::Whatsapp,
            "tollfree" => Label::TollFree,
            "example" => Label::Example,
            "tax" => Label::Register,
            "filler" => {
                words.fillers.extend(list.split(' '));
                continue;
            }
            "capital" => {
                words.capitals.extend(list.split(' '));
                continue;
            }
            _ => Label::Other,
        };
        words.labels.extend(list.split(' ').map(|word| (fold(word), label)));
    }
    words
});

impl Label {
    /// Whether it says that the number is a telephone number of some kind.
    pub(crate) fn is_phone(self) -> bool {
        !matches!(self, Self::Register | Self::Other | Self::Example)
    }
}

/// The label at the end of a text that stands directly before a number.
pub(crate) fn before(text: &str) -> Option<Label> {
    let from = text.ceil_char_boundary(text.len().saturating_sub(MAX_REACH));
    let mut skipped = 0;
    for raw in words_backwards(text.get(from..).unwrap_or_default()).take(MAX_WORDS) {
        let word = fold(raw);
        // No label reaches over another number.
        if word.bytes().filter(u8::is_ascii_digit).count() >= 3 {
            return None;
        }
        if let Some(label) = lookup(&word) {
            // A lone letter is a label only right before its number, and so is the name of a register.
            let direct = raw.chars().count() > 1 || skipped == 0;
            let near = label.is_phone() || skipped <= 1;
            if direct && near && !(WORDS.capitals.contains(word.as_str()) && raw != raw.to_uppercase()) {
                return Some(label);
            }
        }
        if !WORDS.fillers.contains(word.as_str()) {
            skipped += 1;
        }
        if skipped > 2 {
            return None;
        }
    }
    None
}

/// Whether a folded word is a label for a telephone or a register number.
pub(crate) fn is_word(folded: &str) -> bool {
    folded.len() > 1 && lookup(folded).is_some_and(|label| label != Label::Other && label != Label::Example)
}

/// Whether a word for a telephone stands anywhere in a text.
pub(crate) fn anywhere(text: &str) -> bool {
    words_backwards(text)
        .any(|word| word.chars().count() > 1 && lookup(&fold(word)).is_some_and(Label::is_phone))
}

/// The label at the start of a text that stands directly after a number, when it is set off: `(Fax)`, `- mobile`.
pub(crate) fn after(text: &str) -> Option<Label> {
    let rest = text.trim_start();
    let inner = rest.strip_prefix(['(', '[', '-', '–'])?;
    let word = inner.trim_start().split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    let mut folded = String::new();
    fold_into(word.get(..word.floor_char_boundary(MAX_REACH)).unwrap_or_default(), &mut folded);
    if folded.chars().count() < 2 { None } else { lookup(&folded) }
}

/// Whether a text begins with a label word, as in `3900Fax:`.
pub(crate) fn starts(text: &str) -> bool {
    let word = text.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
    let mut folded = String::new();
    fold_into(word.get(..word.floor_char_boundary(MAX_REACH)).unwrap_or_default(), &mut folded);
    folded.len() > 1 && lookup(&folded).is_some_and(Label::is_phone)
}

/// The words of a text, last first; abbreviation dots inside a word vanish in `lookup`.
fn words_backwards(text: &str) -> impl Iterator<Item = &str> {
    text.rsplit(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '.' | '/' | '-' | '_')))
        .map(|word| word.trim_matches(['.', '/', '-', '_']))
        .filter(|word| !word.is_empty())
}

/// A word's meaning: as it is, without its dots, or either side of a slash.
fn lookup(word: &str) -> Option<Label> {
    if let Some(label) = WORDS.labels.get(word) {
        return Some(*label);
    }
    if word.contains(['.', '-', '/', '_']) {
        let joined: String = word.chars().filter(|letter| letter.is_alphanumeric()).collect();
        if let Some(label) = WORDS.labels.get(joined.as_str()) {
            return Some(*label);
        }
        return word
            .rsplit(['/', '.', '-', '_'])
            .find_map(|part| (part.len() > 1).then(|| WORDS.labels.get(part).copied())?);
    }
    // Japanese, Chinese and Thai labels stand glued to other words.
    let tail = word.char_indices().rev().take(6).map(|(at, _)| at);
    tail.filter_map(|at| word.get(at..))
        .filter(|tail| !tail.is_ascii())
        .find_map(|tail| WORDS.labels.get(tail).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_before_a_number_say_what_it_is() {
        for (text, label) in [
            ("Tel.: ", Some(Label::Phone)),
            ("Tel/Fax: ", Some(Label::Fax)),
            ("Telefon nr. ", Some(Label::Phone)),
            ("call us toll-free at ", Some(Label::TollFree)),
            ("P.IVA ", Some(Label::Register)),
            ("USt-IdNr.: DE ", Some(Label::Register)),
            ("Telefax ", Some(Label::Fax)),
            ("Факс: ", Some(Label::Fax)),
            ("会社電話：", Some(Label::Phone)),
            ("(es. ", Some(Label::Example)),
            ("F ", Some(Label::Fax)),
            ("somewhere in the wide prose ", None),
            ("T. ", Some(Label::Phone)),
        ] {
            let found = before(text);
            assert_eq!(found, label, "{text}");
        }
    }

    #[test]
    fn words_after_a_number_must_be_set_off() {
        assert_eq!(after(" (Fax)"), Some(Label::Fax));
        assert_eq!(after(" mobile homes"), None);
        assert!(starts("Fax: 123"));
        assert!(!starts("faxes"));
    }
}
