//! The language of a page from its letters and its short words, where the page does not say it.

use std::{collections::HashMap, sync::LazyLock};

use foldhash::fast::RandomState;

use super::{country::Country, fold::fold};

/// The table of languages; its head says what the columns are.
const TABLE: &str = include_str!("languages.tsv");

/// Bytes of text looked at: enough for a verdict, and short pages have no more.
const MAX_SAMPLE_BYTES: usize = 8 << 10;

/// Short words that must be seen before they decide anything.
const MIN_WORDS_SEEN: u32 = 5;

/// A language and the countries whose pages are written in it.
struct Language {
    code: &'static str,
    /// Countries with their share, in tenths.
    countries: Vec<(Country, f32)>,
    words: &'static str,
}

static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| {
        let mut columns = row.split('\t');
        let code = columns.next()?;
        let countries = columns.next()?.split(' ').filter_map(share).collect();
        Some(Language { code, countries, words: columns.next().unwrap_or_default() })
    })
    .collect()
});

/// Word to the languages (by index) that use it.
static WORDS: LazyLock<HashMap<&'static str, Vec<u8>, RandomState>> = LazyLock::new(|| {
    let mut words: HashMap<&'static str, Vec<u8>, RandomState> = HashMap::default();
    for (index, language) in LANGUAGES.iter().enumerate() {
        for word in language.words.split(' ').filter(|word| !word.is_empty()) {
            words.entry(word).or_default().push(u8::try_from(index).unwrap_or(u8::MAX));
        }
    }
    words
});

/// Reads one `AT:1.5`.
fn share(text: &'static str) -> Option<(Country, f32)> {
    let (code, share) = text.split_once(':')?;
    Some((Country::parse(code)?, share.parse().ok()?))
}

/// The countries of a language, by its code (`de`, `pt-BR`: the part before the hyphen counts), with shares
/// that sum to at most ten.
pub(crate) fn countries(code: &str) -> &'static [(Country, f32)] {
    let primary = code.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    LANGUAGES.iter().find(|language| language.code == primary).map_or(&[], |language| &language.countries)
}

/// The code of the language a text is written in, when its words or letters say so.
pub(crate) fn detect(text: &str) -> Option<&'static str> {
    let sample = &text[..text.floor_char_boundary(MAX_SAMPLE_BYTES)];
    by_script(sample).or_else(|| by_words(sample))
}

/// Languages that stand alone in their script.
fn by_script(sample: &str) -> Option<&'static str> {
    const SCRIPTS: [&str; 7] = ["el", "he", "th", "ko", "ja", "ka", "zh"];
    if sample.is_ascii() {
        return None;
    }
    let (mut seen, mut letters) = ([0_u32; SCRIPTS.len()], 0_u32);
    for letter in sample.chars().filter(|letter| letter.is_alphabetic()) {
        letters += 1;
        let script = match letter {
            'Ͱ'..='Ͽ' => 0,
            'א'..='ת' => 1,
            'ก'..='๛' => 2,
            '가'..='힣' => 3,
            'ぁ'..='ヿ' => 4,
            'ა'..='ჿ' => 5,
            '一'..='鿿' => 6,
            _ => continue,
        };
        seen[script] += 1;
    }
    // Japanese mixes kana with the Chinese characters that would outnumber it.
    if seen[4] * 10 > seen[6] && seen[4] * 8 > letters {
        return Some("ja");
    }
    let (best, count) = seen.iter().enumerate().max_by_key(|(_, count)| **count)?;
    if *count * 3 > letters { SCRIPTS.get(best).copied() } else { None }
}

/// The language whose short words are most frequent, when it is clearly ahead.
fn by_words(sample: &str) -> Option<&'static str> {
    let mut counts = vec![0_u32; LANGUAGES.len()];
    let folded = fold(sample);
    for word in folded.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()) {
        for index in WORDS.get(word).into_iter().flatten() {
            if let Some(count) = counts.get_mut(usize::from(*index)) {
                *count += 1;
            }
        }
    }
    let (best, count) = counts.iter().copied().enumerate().max_by_key(|(_, count)| *count)?;
    if count < MIN_WORDS_SEEN {
        return None;
    }
    LANGUAGES.get(best).map(|language| language.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_sentences_are_enough() {
        for (text, code) in [
            (
                "Wir sind für Sie da und freuen uns auf Ihren Besuch. Die Praxis ist mit der U-Bahn erreichbar.",
                "de",
            ),
            (
                "Nous sommes à votre écoute pour vous aider et vous conseiller dans le choix des produits.",
                "fr",
            ),
            ("Welkom bij de winkel van het jaar, een bezoek is niet verplicht en voor ons zijn wij", "nl"),
            ("Наша компания работает на рынке и мы рады что вы выбрали нас для ремонта", "ru"),
            ("Ελάτε στο κατάστημα", "el"),
            ("東京都にある会社です", "ja"),
            ("We are open for you and your family, all of the week from nine.", "en"),
        ] {
            assert_eq!(detect(text), Some(code), "{text}");
        }
        assert_eq!(detect("12345"), None);
    }

    #[test]
    fn languages_know_their_countries() {
        assert_eq!(countries("de-AT").first().map(|first| first.0), Country::parse("DE"));
        assert!(countries("xx").is_empty());
    }
}
