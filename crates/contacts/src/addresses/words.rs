//! A stretch of an address cut into words, each folded for comparison.

use crate::region::fold;

/// Words of one stretch that are looked at.
const MAX_WORDS: usize = 40;

/// A word: no white space, no comma, no brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it starts in the stretch, punctuation at its ends not included.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// Folded, without dots.
    pub(super) folded: String,
    /// Whether it starts with a capital letter, or one of a script that has none.
    pub(super) capital: bool,
}

impl Word {
    /// Whether it holds a digit.
    pub(super) fn has_digit(&self) -> bool {
        self.folded.bytes().any(|byte| byte.is_ascii_digit())
    }

    /// Whether it is a house number: `5`, `12a`, `12-14`, `123/45`, `#117`, `nº6`, `d.5`.
    pub(super) fn is_house_number(&self) -> bool {
        let body = self.folded.trim_start_matches(['#', '№', 'º', '°']);
        let body = ["no", "nr", "num", "n", "д", "№"]
            .iter()
            .find_map(|mark| body.strip_prefix(mark))
            .unwrap_or(body);
        let body = body.trim_start_matches(['º', '°', ':', '.']);
        let digits = body.bytes().take_while(u8::is_ascii_digit).count();
        let tail = &body[digits..];
        let parts = || tail.split(['-', '–', '/', '+', '&', '\\']);
        (1..=6).contains(&digits)
            && body.len() <= 16
            && !is_ordinal(body)
            && parts().all(|part| part.chars().filter(|letter| letter.is_alphabetic()).count() <= 3)
    }
}

/// Whether a word is an ordinal number: `1st`, `42nd`, `5th`.
pub(super) fn is_ordinal(folded: &str) -> bool {
    let digits = folded.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && matches!(&folded[digits..], "st" | "nd" | "rd" | "th")
}

/// The words of a stretch of text.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = 0;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        if letter.is_whitespace()
            || matches!(letter, ',' | ';' | '(' | ')' | '|' | '[' | ']' | '"' | '“' | '”' | '、' | '，')
        {
            push_word(text, start, at, &mut words);
            start = at + letter.len_utf8();
            if words.len() >= MAX_WORDS {
                break;
            }
        }
    }
    words
}

/// Adds a word without the punctuation at its ends; `Cad.No:5` and `ul.Dluga` are parted at the inner dot.
fn push_word(text: &str, start: usize, end: usize, words: &mut Vec<Word>) {
    let Some(raw) = text.get(start..end.min(text.len())) else { return };
    let left = raw.trim_start_matches(['.', ':', '-', '–', '*', '\'', '·', '•', '~', '_', '>']);
    let start = start + raw.len() - left.len();
    let trimmed = left.trim_end_matches([':', '.', '-', '–', '*', '!', '?', '\'', '_']);
    if trimmed.is_empty() {
        return;
    }
    let joint = trimmed.char_indices().find(|(at, letter)| {
        *letter == '.'
            && *at > 1
            && trimmed[at + 1..]
                .chars()
                .next()
                .is_some_and(|next| next.is_uppercase() || next.is_ascii_digit())
            && !trimmed[..*at].ends_with(|before: char| before.is_ascii_digit())
            && trimmed[at + 1..].chars().count() > 2
            || *letter == ':' && *at > 0
    });
    if let Some((at, letter)) = joint {
        push_word(text, start, start + at, words);
        push_word(text, start + at + letter.len_utf8(), start + trimmed.len(), words);
        return;
    }
    let first = trimmed.chars().next().unwrap_or(' ');
    let inner = trimmed.split(['\'', '’']).nth(1).and_then(|part| part.chars().next());
    let capital = first.is_uppercase()
        || first.is_alphabetic() && !first.is_lowercase()
        || inner.is_some_and(char::is_uppercase);
    let mut folded = fold(trimmed);
    folded.retain(|letter| letter != '.');
    words.push(Word { start, end: start + trimmed.len(), folded, capital });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_their_punctuation() {
        let folded: Vec<String> = words("Atatürk Cad.No:5, ul. Długa 12/4 (P.O. Box)")
            .into_iter()
            .map(|word| word.folded)
            .collect();
        assert_eq!(folded, ["ataturk", "cad", "no", "5", "ul", "dluga", "12/4", "po", "box"]);
    }

    #[test]
    fn house_numbers_are_told_from_others() {
        for (text, expected) in [
            ("5", true),
            ("12a", true),
            ("12-14", true),
            ("123/45", true),
            ("#117", true),
            ("Nr.6", true),
            ("5th", false),
            ("Main", false),
            ("1234567", false),
            ("12bis", true),
            ("190–196", true),
        ] {
            assert_eq!(words(text).first().is_some_and(Word::is_house_number), expected, "{text}");
        }
    }
}
