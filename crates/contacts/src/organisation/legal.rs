//! Legal forms of companies and associations, as they stand behind a name.

/// Forms in lower case, without full stops and spaces inside, sorted.
#[rustfmt::skip]
const FORMS: [&str; 84] = ["ab", "ag", "ans", "aps", "as", "asa", "asbl", "bhd", "bt", "bv", "bvba", "cic", "co", "company", "corp", "corporation", "cv", "dd", "doo", "eg", "egen", "ehf", "eireli", "ek", "eurl", "ev", "gbr", "ggmbh", "gmbh", "hf", "inc", "incorporated", "ivs", "kft", "kg", "kgaa", "kk", "lda", "limited", "llc", "llp", "lp", "ltd", "ltda", "mbh", "me", "nv", "nyrt", "ohg", "oy", "oyj", "oü", "pc", "plc", "pllc", "pte", "pty", "pvt", "sa", "sapa", "sarl", "sas", "sasu", "sau", "sci", "scop", "scp", "se", "sia", "sl", "slu", "snc", "spa", "spj", "spk", "spzoo", "srl", "srls", "sro", "uab", "ug", "vof", "vzw", "zrt"];

/// Forms that are common words too: they count in capitals or after a comma alone.
#[rustfmt::skip]
const AMBIGUOUS: [&str; 13] =
    ["ag", "co", "me", "se", "as", "sa", "ab", "pc", "dd", "company", "eg", "cv", "bt"];

/// The longest form, in bytes.
const LONGEST_FORM: usize = 12;
/// The longest piece of a form of several words that is no form itself.
const MAX_PIECE_BYTES: usize = 3;
/// Words that a form is written in: `Sp. z o.o.`
const MAX_WORDS: usize = 3;

/// Where the legal form at the end of a name starts.
fn form_start(name: &str) -> Option<usize> {
    let trimmed = name.trim_end_matches([',', ')', ' ']);
    let mut folded = Folded::default();
    let (mut best, mut words) = (None, 0);
    let mut characters = trimmed.char_indices().rev().peekable();
    while let Some((at, character)) = characters.next() {
        if character.is_alphanumeric() && !folded.push_front(character) {
            break;
        }
        if characters.peek().is_none_or(|(_, before)| *before != ' ') || character == ' ' {
            continue;
        }
        let form = FORMS.binary_search(&folded.as_str()).is_ok();
        if form && is_clear(&trimmed[..at], &trimmed[at..], folded.as_str()) {
            best = Some(at);
        }
        words += 1;
        // Only short pieces go on to the left: `z o.o.`, `p. A.`
        if words == MAX_WORDS || !form && folded.length > MAX_PIECE_BYTES {
            break;
        }
    }
    best
}

/// Whether a form is meant, and not the word that is spelt like it.
fn is_clear(before: &str, form: &str, folded: &str) -> bool {
    let capital =
        form.starts_with(char::is_uppercase) && (form.contains('.') || !form.contains(char::is_lowercase));
    !AMBIGUOUS.contains(&folded) || capital || before.trim_end().ends_with(',')
}

/// The letters and digits of a few words in lower case, gathered from their end.
#[derive(Default)]
struct Folded {
    bytes: [u8; LONGEST_FORM],
    length: usize,
}

impl Folded {
    /// Puts a character before the others, unless there is no room.
    fn push_front(&mut self, character: char) -> bool {
        let lower = character.to_lowercase().next().unwrap_or(character);
        let start = LONGEST_FORM - self.length;
        let Some(at) = start.checked_sub(lower.len_utf8()) else { return false };
        lower.encode_utf8(&mut self.bytes[at..start]);
        self.length += lower.len_utf8();
        true
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[LONGEST_FORM - self.length..]).unwrap_or("")
    }
}

/// Whether a name ends with a legal form.
pub(super) fn ends_with_form(name: &str) -> bool {
    form_start(name).is_some()
}

/// Whether the full stop at the end of a name belongs to its last word: `Inc.`, `S.p.A.`
pub(super) fn ends_with_abbreviation(name: &str) -> bool {
    let word = name.trim_end_matches('.').rsplit(' ').next().unwrap_or("");
    let short = ["inc", "co", "corp", "ltd", "bros", "cie", "jr", "sr", "assoc"];
    let initials = word.contains('.') && word.split('.').all(|part| part.chars().count() <= 2);
    initials || short.contains(&word.to_lowercase().as_str())
}

/// A name without the legal form at its end.
pub(super) fn without_form(name: &str) -> &str {
    form_start(name).map_or(name, |start| name[..start].trim_end_matches([',', ' ', '&', '.']))
}

/// The name with a legal form that a line is, or starts with before a comma or a bar.
pub(super) fn name_in(line: &str) -> Option<&str> {
    const LONGEST_NAME: usize = 80;
    let part = line.split(['|', '•', '·', '–', ';']).next().unwrap_or(line).trim();
    if !part.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit()) {
        return None;
    }
    let name = if ends_with_form(part) {
        part
    } else {
        part.split(", ").next().filter(|name| ends_with_form(name))?
    };
    (name.len() <= LONGEST_NAME).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_are_known() {
        for name in [
            "Acme GmbH",
            "Acme, Inc.",
            "Acme S.p.A.",
            "Acme Sp. z o.o.",
            "Acme Pty Ltd",
            "ACME AG",
            "Acme & Co. KG",
            "Acme e.V.",
            "Acme s.r.o.",
        ] {
            assert!(ends_with_form(name), "{name}");
            assert_eq!(
                without_form(name).split(' ').next().map(|first| first.trim_matches(',')),
                Some(&name[..4]),
                "{name}"
            );
        }
        for name in ["Acme", "Tell me", "Such as", "Good company", "GmbH"] {
            assert!(!ends_with_form(name), "{name}");
        }
        assert_eq!(name_in("Acme GmbH, Weg 1, 80331 München"), Some("Acme GmbH"));
        assert_eq!(name_in("we are a company"), None);
        assert!(FORMS.is_sorted() && FORMS.iter().all(|form| form.len() <= LONGEST_FORM));
    }
}
