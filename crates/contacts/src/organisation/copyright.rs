//! The name in a copyright line: `© 2015-2024 Acme Ltd. All rights reserved.`

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::legal;

/// How the line starts.
const SIGNS: [&str; 6] = ["©", "(c)", "(C)", "Copyright", "copyright", "COPYRIGHT"];

/// How what stands behind the name starts, in lower case.
#[rustfmt::skip]
const ENDS: [&str; 24] = [
    "all rights", "alle rechte", "tous droits", "todos los derechos", "tutti i diritti", "todos os direitos",
    "wszelkie prawa", "všechna práva", "minden jog", "all content", "powered by", "design", "website by", "site by",
    " | ", " - ", " – ", " • ", " · ", "terms", "privacy", "registered", "rights reserved", "impressum",
];

/// The places of a text where a line of copyright is.
pub(super) fn places(text: &str) -> impl Iterator<Item = usize> {
    static PATTERNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(SIGNS).ok());
    PATTERNS
        .as_ref()
        .into_iter()
        .flat_map(move |patterns| patterns.find_iter(text))
        .map(|found| found.start())
}

/// What is left of a copyright line without sign, years and reservations.
pub(super) fn after_sign(line: &str) -> &str {
    let start = SIGNS.iter().filter_map(|sign| line.rfind(sign).map(|at| at + sign.len())).max().unwrap_or(0);
    let (before, after) = line.split_at(start);
    let after = without_years(after);
    let chosen = if after.contains(char::is_alphabetic) && !is_reservation(after) {
        after
    } else {
        // `Acme Ltd © 2024`
        let before = SIGNS.iter().fold(before, |before, sign| before.trim_end().trim_end_matches(sign));
        before.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '.' && c != ')')
    };
    without_years(chosen[..name_end(chosen)].trim())
}

/// Where the name at the start of a text ends.
fn name_end(text: &str) -> usize {
    let lower = text.to_lowercase();
    // Case changes may change lengths; then the line is taken as it stands.
    let end = if lower.len() == text.len() {
        ENDS.iter().filter_map(|end| lower.find(end)).filter(|&at| at > 1 && text.is_char_boundary(at)).min()
    } else {
        None
    };
    let sentence = text.match_indices(". ").map(|(at, _)| at).find(|&at| {
        let word = text[..at].rsplit(' ').next().unwrap_or("");
        legal::ends_with_form(&text[..at]) || word.chars().count() > 3 && word != "Bros"
    });
    // The full stop of `Inc.` is its own.
    let sentence = sentence.map(|at| at + usize::from(legal::ends_with_abbreviation(&text[..=at])));
    end.into_iter().chain(sentence).min().unwrap_or(text.len())
}

fn is_reservation(text: &str) -> bool {
    let lower = text.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let starts = ["all rights", "alle rechte", "tous droits", "todos", "tutti", "wszelkie", "all content"];
    starts.iter().any(|start| lower.starts_with(start))
}

/// A text without years and signs at both ends.
fn without_years(text: &str) -> &str {
    let noise = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-–—,.:;|/©*·".contains(c);
    let start = text.trim_start_matches(noise);
    let start = start.strip_prefix("by ").unwrap_or(start);
    let end = start.trim_end_matches(|c: char| noise(c) && c != '.');
    end.strip_suffix(" .").unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_what_is_left_of_the_line() {
        let check = |line: &str, expected: &str| assert_eq!(after_sign(line), expected, "{line}");
        check("© 2015-2024 Acme Ltd. All rights reserved.", "Acme Ltd.");
        check("Copyright © 2024 by Acme Tools, Inc. All rights reserved", "Acme Tools, Inc.");
        check("Acme Tools © 2024", "Acme Tools");
        check("© Łódź Sp. z o.o. 2024", "Łódź Sp. z o.o.");
        check("(c) 2020 Acme Tools. Designed by others", "Acme Tools");
        check("© 2024 Acme | Privacy", "Acme");
        assert_eq!(places("Acme\n© Acme").collect::<Vec<_>>(), [5]);
    }
}
