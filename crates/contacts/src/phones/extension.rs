//! Extensions after a number: `ext. 220`, `x 12`, `доб. 5`, `DW 17`.

use crate::region::fold;

/// Longest extension, in digits.
const MAX_DIGITS: usize = 6;

/// Bytes after a number that are looked at.
const MAX_REACH: usize = 40;

/// Words that announce an extension, folded, longer ones first where one starts with another.
const WORDS: &[&str] = &[
    "extension",
    "extensao",
    "extension",
    "extn",
    "ext",
    "xt",
    "x",
    "#",
    "доб",
    "вн",
    "внутр",
    "дод",
    "вътр",
    "interno",
    "int",
    "anexo",
    "anx",
    "poste",
    "durchwahl",
    "dw",
    "nst",
    "nebenstelle",
    "apparat",
    "app",
    "wewn",
    "wew",
    "w",
    "kl",
    "klapka",
    "linka",
    "toestel",
    "tst",
    "anknytning",
    "ankn",
    "anknyt",
    "ramal",
    "rml",
    "dahili",
    "dahil",
    "mellek",
    "m",
    "εσωτ",
    "εσ",
    "内線",
    "转",
    "轉",
    "분机",
    "구내",
    "opt",
    "option",
    "alanr",
    "alanumero",
    "lokalnr",
    "lokal",
    "local",
];

/// Words that are too short to be believed without a dot, colon or blank in the right places.
const SHORT: &[&str] = &["m", "w", "int", "app", "local", "x", "opt", "option"];

/// The extension at the start of a text that follows a number, and how many bytes it takes.
pub(crate) fn read(after: &str) -> Option<(String, usize)> {
    let reach = &after[..after.floor_char_boundary(MAX_REACH)];
    let lead = reach.trim_start_matches([' ', '\u{a0}', ',', ';', '(', '-', '–', '/']);
    let word_end = lead.find(|letter: char| !(letter.is_alphabetic() || letter == '#')).unwrap_or(lead.len());
    let (word, tail) = lead.split_at(if lead.starts_with('#') { 1 } else { word_end });
    let folded = fold(word);
    if !WORDS.contains(&folded.as_str()) || !is_credible(&folded, tail) {
        return None;
    }
    let digits_at = tail.trim_start_matches(['.', ':', ' ', '\u{a0}', '#', '=', '-']);
    let digits: String = digits_at.chars().take_while(char::is_ascii_digit).collect();
    let next = digits_at[digits.len()..].chars().next();
    let glued = next.is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, ':' | '%'));
    if digits.is_empty() || digits.len() > MAX_DIGITS || glued {
        return None;
    }
    let taken = reach.len() - digits_at.len() + digits.len();
    Some((digits, taken))
}

/// Whether a short word is written as an abbreviation of an extension.
fn is_credible(word: &str, tail: &str) -> bool {
    match word {
        "x" | "#" => {
            tail.trim_start_matches(['.', ' ', ':']).starts_with(|letter: char| letter.is_ascii_digit())
        }
        _ if SHORT.contains(&word) => tail.starts_with(['.', ':']),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn extensions_of_many_languages_are_read() {
        for (text, extension) in [
            (" ext. 220", Some("220")),
            (", extension 12 or", Some("12")),
            (" x17", Some("17")),
            (" доб. 105", Some("105")),
            (" DW 17", Some("17")),
            (" (poste 4)", Some("4")),
            (" wewn. 33", Some("33")),
            (" int. 9", Some("9")),
            (" x 3.27 m", Some("3")),
            (" extra 12", None),
            (" int 5", None),
            (" ext. 12345678", None),
        ] {
            assert_eq!(read(text).map(|found| found.0).as_deref(), extension, "{text}");
        }
    }
}
