//! Bank accounts in a line: where an IBAN stands, so that none of its digits is taken for a telephone number.

use std::ops::Range;

/// The first letters of an IBAN and how many characters it has, by the registry of ISO 13616.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 \
    EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 \
    LC32 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 \
    SC31 SE24 SI19 SK24 SM27 SV28 TN24 TR26 UA29 VA22 VG24 XK20";

/// Characters before the account itself: the country and two check digits.
const HEAD: usize = 4;

/// The stretches of a line that are IBANs, whole or in groups (`NL57 ABNA 0528 9709 92`), in order. Check digits
/// are not weighed: printed examples have wrong ones.
pub(crate) fn find(line: &str) -> Vec<Range<usize>> {
    let bytes = line.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.iter().position(u8::is_ascii_uppercase)) {
        at += step;
        let glued = at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|byte| is_word(*byte));
        match if glued { None } else { end(line, at) } {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Where the IBAN ends that starts at an offset.
fn end(line: &str, start: usize) -> Option<usize> {
    let head = line.get(start..start + HEAD)?;
    let (country, check) = head.split_at_checked(2)?;
    if !check.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let wanted = length(country)?;
    let (mut taken, mut end, mut parted) = (HEAD, start + HEAD, false);
    for letter in line.get(end..)?.chars() {
        match letter {
            'A'..='Z' | '0'..='9' if taken < wanted => {
                taken += 1;
                parted = false;
            }
            ' ' | '\u{a0}' | '\u{202f}' | '-' | '.' if taken < wanted && !parted => parted = true,
            letter if taken == wanted && !letter.is_ascii_alphanumeric() => return Some(end),
            _ => return None,
        }
        end += letter.len_utf8();
    }
    (taken == wanted).then_some(end)
}

/// How long the IBANs of a country are.
fn length(country: &str) -> Option<usize> {
    LENGTHS.split_ascii_whitespace().find_map(|entry| entry.strip_prefix(country)?.parse().ok())
}

/// Whether a byte continues a word.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::{LENGTHS, find, length};

    #[test]
    fn accounts_are_found_whole_and_in_groups() {
        for (line, account) in [
            ("IBAN NL57 ABNA 0528 9709 92 | Tel", Some("NL57 ABNA 0528 9709 92")),
            ("NL57ABNA0528970992", Some("NL57ABNA0528970992")),
            (
                "IBAN: DE89\u{a0}3704\u{a0}0044\u{a0}0532\u{a0}0130\u{a0}00.",
                Some("DE89\u{a0}3704\u{a0}0044\u{a0}0532\u{a0}0130\u{a0}00"),
            ),
            ("FR76 3000 6000 0112 3456 7890 189 BIC", Some("FR76 3000 6000 0112 3456 7890 189")),
            ("NO93 8601 1117 947, Tlf 22 41 23 45", Some("NO93 8601 1117 947")),
            ("NL57 ABNA 0528 9709", None),
            ("NL57 ABNA 0528 9709 9212", None),
            ("XNL57 ABNA 0528 9709 92", None),
            ("ZZ57 ABNA 0528 9709 92", None),
            ("DE12", None),
            ("Ä1", None),
        ] {
            let found = find(line).into_iter().next().map(|range| &line[range]);
            assert_eq!(found, account, "{line}");
        }
    }

    #[test]
    fn every_country_of_the_table_has_a_length() {
        for entry in LENGTHS.split_ascii_whitespace() {
            assert!(length(&entry[..2]).is_some_and(|length| (15..=34).contains(&length)), "{entry}");
        }
    }
}
