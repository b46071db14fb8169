//! Text as words are compared: percent-decoded, lower case, accents folded, native scripts kept.

use std::str::Utf8Chunk;

/// Folds a path or word. Bytes that are no UTF-8 are taken for Latin-1, as old sites send them.
pub(super) fn fold(text: &str) -> String {
    let decoded = percent_decoded(text.as_bytes());
    let mut folded = String::with_capacity(decoded.len());
    for chunk in decoded.utf8_chunks() {
        fold_chunk(&chunk, &mut folded);
    }
    folded
}

/// `%2F` and `%3F` stay what they are: they part nothing.
fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        match escaped {
            Some(byte) => {
                decoded.push(if matches!(byte, b'/' | b'?' | b'#') { b'-' } else { byte });
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn fold_chunk(chunk: &Utf8Chunk<'_>, folded: &mut String) {
    let latin1 = chunk.invalid().iter().map(|byte| char::from(*byte));
    for letter in chunk.valid().chars().chain(latin1) {
        if letter.is_ascii() {
            folded.push(letter.to_ascii_lowercase());
        } else {
            letter.to_lowercase().for_each(|letter| push_folded(letter, folded));
        }
    }
}

/// Latin letters lose their marks; Greek, Cyrillic and Arabic ones the marks that people leave out.
fn push_folded(letter: char, folded: &mut String) {
    match letter {
        '\u{300}'..='\u{36F}'
        | '\u{591}'..='\u{5C7}'
        | '\u{64B}'..='\u{65F}'
        | '\u{640}'
        | '\u{200B}'..='\u{200D}' => {}
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        '\u{2010}'..='\u{2015}' | '\u{A0}' | '\u{3000}' | '·' | '・' | '،' | '“' | '”' => {
            folded.push('-')
        }
        'ا' | 'أ' | 'إ' | 'آ' => folded.push('ا'),
        'ي' | 'ى' => folded.push('ي'),
        'ё' => folded.push('е'),
        'ς' => folded.push('σ'),
        '\u{FF01}'..='\u{FF5E}' => {
            let ascii = char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or('-');
            folded.push(ascii.to_ascii_lowercase());
        }
        _ => folded.push(base_letter(letter).unwrap_or(letter)),
    }
}

/// The letter under a mark: Latin-1 Supplement, Latin Extended-A, the Romanian and Vietnamese letters, Greek.
fn base_letter(letter: char) -> Option<char> {
    const GROUPS: [(char, &str); 28] = [
        ('a', "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"),
        ('c', "çćĉċč"),
        ('d', "ďđð"),
        ('e', "èéêëēĕėęěẹẻẽếềểễệ"),
        ('g', "ĝğġģ"),
        ('h', "ĥħ"),
        ('i', "ìíîïĩīĭįıỉịǐ"),
        ('j', "ĵ"),
        ('k', "ķĸ"),
        ('l', "ĺļľŀł"),
        ('n', "ñńņňŋ"),
        ('o', "òóôõöøōŏőơọỏốồổỗộớờởỡợǒ"),
        ('r', "ŕŗř"),
        ('s', "śŝşšș"),
        ('t', "ţťŧț"),
        ('u', "ùúûüũūŭůűųưụủứừửữựǔ"),
        ('w', "ŵ"),
        ('y', "ýÿŷỳỵỷỹ"),
        ('z', "źżž"),
        ('α', "ά"),
        ('ε', "έ"),
        ('η', "ή"),
        ('ι', "ίϊΐ"),
        ('ο', "ό"),
        ('υ', "ύϋΰ"),
        ('ω', "ώ"),
        ('и', "ѝ"),
        ('е', "ѐ"),
    ];
    // Most letters that come here are of scripts that are kept as they are.
    if !matches!(letter, '\u{C0}'..='\u{3CE}' | '\u{450}'..='\u{45D}' | '\u{1E00}'..='\u{1EFF}') {
        return None;
    }
    GROUPS.iter().find(|(_, marked)| marked.contains(letter)).map(|(base, _)| *base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_codes_fold_to_what_people_type() {
        for (text, expected) in [
            ("%C3%9Cber-Uns", "uber-uns"),
            ("%FCber-uns", "uber-uns"),
            ("O%20nás", "o nas"),
            ("İletişim", "iletisim"),
            ("liên-hệ", "lien-he"),
            ("o\u{301}", "o"),
            ("ΕΠΙΚΟΙΝΩΝΊΑ", "επικοινωνια"),
            ("Контакты", "контакты"),
            ("a%2Fb%", "a-b%"),
            ("%zz%4", "%zz%4"),
            ("ｃｏｎｔａｃｔ", "contact"),
            ("Straße", "strasse"),
        ] {
            assert_eq!(fold(text), expected, "{text}");
        }
    }
}
