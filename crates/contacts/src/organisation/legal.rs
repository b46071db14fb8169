//! Legal forms of companies and associations, as they stand behind a name.

/// Forms in lower case, without full stops and spaces inside.
const FORMS: [&str; 84] = [
    "gmbh",
    "ggmbh",
    "mbh",
    "ag",
    "kg",
    "ohg",
    "gbr",
    "ug",
    "ev",
    "eg",
    "kgaa",
    "se",
    "ek",
    "egen",
    "ltd",
    "limited",
    "plc",
    "llp",
    "cic",
    "llc",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "lp",
    "pllc",
    "pc",
    "sa",
    "sas",
    "sarl",
    "sasu",
    "eurl",
    "snc",
    "sci",
    "scop",
    "srl",
    "spa",
    "srls",
    "sapa",
    "sl",
    "slu",
    "sau",
    "scp",
    "lda",
    "ltda",
    "eireli",
    "me",
    "bv",
    "nv",
    "vof",
    "bvba",
    "cv",
    "vzw",
    "asbl",
    "ab",
    "oy",
    "oyj",
    "as",
    "asa",
    "ans",
    "aps",
    "ivs",
    "hf",
    "ehf",
    "sro",
    "spzoo",
    "spj",
    "spk",
    "doo",
    "dd",
    "kft",
    "zrt",
    "nyrt",
    "bt",
    "oü",
    "uab",
    "sia",
    "pty",
    "bhd",
    "pte",
    "pvt",
    "kk",
];

/// Forms that are common words too: they count in capitals or after a comma alone.
const AMBIGUOUS: [&str; 13] =
    ["ag", "co", "me", "se", "as", "sa", "ab", "pc", "dd", "company", "eg", "cv", "bt"];

/// Where the legal form at the end of a name starts.
fn form_start(name: &str) -> Option<usize> {
    let trimmed = name.trim_end_matches([',', ')', ' ']);
    let mut best = None;
    // `Sp. z o.o.` and `Pty Ltd` are of several words.
    for words in 1..=4 {
        let mut starts = trimmed.rmatch_indices(' ').map(|(at, _)| at + 1);
        let Some(start) = starts.nth(words - 1) else { break };
        let tail = &trimmed[start..];
        let folded: String =
            tail.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        if folded.len() > 16 {
            break;
        }
        let capital = tail.starts_with(char::is_uppercase)
            && (tail.contains('.') || tail.chars().all(|c| !c.is_lowercase()));
        let clear =
            !AMBIGUOUS.contains(&folded.as_str()) || capital || trimmed[..start].trim_end().ends_with(',');
        if FORMS.contains(&folded.as_str()) && clear {
            best = Some(start);
        }
    }
    best
}

/// Whether a name ends with a legal form.
pub(super) fn ends_with_form(name: &str) -> bool {
    form_start(name).is_some()
}

/// A name without the legal form at its end.
pub(super) fn without_form(name: &str) -> &str {
    form_start(name).map_or(name, |start| name[..start].trim_end_matches([',', ' ', '&', '.']))
}

/// The name with a legal form that a line is, or starts with before a comma or a bar.
pub(super) fn name_in(line: &str) -> Option<&str> {
    const LONGEST_NAME: usize = 80;
    let part = line.split(['|', '•', '·', '–', ';']).next().unwrap_or(line).trim();
    let name = if ends_with_form(part) { part } else { part.split(", ").next().unwrap_or(part).trim() };
    let capital = name.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    (name.len() <= LONGEST_NAME && capital && ends_with_form(name)).then_some(name)
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
    }
}
