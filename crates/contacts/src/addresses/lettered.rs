//! Postcodes of letters and digits: British, Canadian, Irish, Dutch, Maltese.

use super::{
    formats::{Format, Side, of_shape},
    place::is_state,
    postcode::{Postcode, Token},
};
use crate::region::Country;

/// Postcode areas of the United Kingdom (Royal Mail), with those of the Crown dependencies.
const UK_AREAS: &str = "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE";

/// The postcode of letters that a token is, alone or with the next.
pub(super) fn read(token: Token<'_>, next: Option<Token<'_>>) -> Option<Postcode> {
    let two = next.and_then(|next| {
        if let Some(country) = country_of_letters(token.text, next.text) {
            return Some(of_letters(token.start, next.end, token.text, next.text, country));
        }
        let maltese = token.text.len() == 3
            && token.text.bytes().all(|byte| byte.is_ascii_uppercase())
            && next.text.len() == 4
            && next.text.bytes().all(|byte| byte.is_ascii_digit())
            && !is_state(token.text);
        let code = || format!("{} {}", token.text, next.text);
        let formats = of_shape("AAA 9999").into();
        maltese.then(|| Postcode { start: token.start, end: next.end, code: code(), formats, strong: false })
    });
    two.or_else(|| {
        let letters = token.text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let cased = token.text.is_ascii() && is_cased(token.text, "");
        if !letters || !cased || !(5..=8).contains(&token.text.len()) {
            return None;
        }
        let bare = token.text.replace('-', "").to_ascii_uppercase();
        // The last three, then Dutch, then Irish: the first part says how long the second is.
        [bare.len().saturating_sub(3), 4, 3].into_iter().find_map(|at| {
            let (first, second) = bare.split_at_checked(at)?;
            let country = country_of_letters(first, second)?;
            Some(of_letters(token.start, token.end, first, second, country))
        })
    })
}

/// A postcode that only one country has, in its usual spelling.
fn of_letters(start: usize, end: usize, first: &str, second: &str, country: Country) -> Postcode {
    let side = if country == Country::of(b"NL") { Side::First } else { Side::Last };
    let code = format!("{first} {second}").to_ascii_uppercase();
    Postcode { start, end, code, formats: vec![Format { country, side, only: true }].into(), strong: true }
}

/// The country that has postcodes of these two parts, by their lengths and their letters.
fn country_of_letters(first: &str, second: &str) -> Option<Country> {
    let upper = || (first.to_ascii_uppercase(), second.to_ascii_uppercase());
    let digit_first = second.as_bytes().first().is_some_and(u8::is_ascii_digit);
    match (first.len(), second.len()) {
        (4, 2) => is_dutch(first, second).then_some(Country::of(b"NL")),
        (2..=4, 3) if digit_first && is_cased(first, second) => {
            let (first, second) = upper();
            let british = is_british(&first, &second).then_some(Country::of(b"GB"));
            british.or_else(|| is_canadian(&first, &second).then_some(Country::of(b"CA")))
        }
        (3, 4) if is_cased(first, second) => {
            let (first, second) = upper();
            is_irish(&first, &second).then_some(Country::of(b"IE"))
        }
        _ => None,
    }
}

/// Whether letters are all capital or all small, not mixed as in words.
fn is_cased(first: &str, second: &str) -> bool {
    let letters = || first.bytes().chain(second.bytes()).filter(u8::is_ascii_alphabetic);
    letters().all(|byte| byte.is_ascii_uppercase())
        || letters().all(|byte| byte.is_ascii_lowercase())
        || first.as_bytes().first().is_some_and(u8::is_ascii_uppercase)
}

/// `SW1A 1AA`, by BS 7666.
fn is_british(outward: &str, inward: &str) -> bool {
    let area_end = outward.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (area, district) = outward.split_at(area_end);
    let district_ok = match district.as_bytes() {
        [first] => first.is_ascii_digit(),
        [first, second] => first.is_ascii_digit() && second.is_ascii_alphanumeric(),
        _ => false,
    };
    let inward_ok = match inward.as_bytes() {
        [sector, unit @ ..] => {
            sector.is_ascii_digit()
                && unit.len() == 2
                && unit.iter().all(|letter| letter.is_ascii_uppercase() && !b"CIKMOV".contains(letter))
        }
        [] => false,
    };
    (1..=2).contains(&area_end) && district_ok && inward_ok && UK_AREAS.split(' ').any(|known| known == area)
}

/// `M5V 2T6`, by Canada Post.
fn is_canadian(first: &str, second: &str) -> bool {
    matches!((first.as_bytes(), second.as_bytes()), ([a, b, c], [d, e, f])
        if b"ABCEGHJKLMNPRSTVXY".contains(a) && b.is_ascii_digit() && c.is_ascii_uppercase()
            && d.is_ascii_digit() && e.is_ascii_uppercase() && f.is_ascii_digit())
}

/// `D02 X285`, by the Eircode routing keys.
fn is_irish(key: &str, rest: &str) -> bool {
    let key_ok = matches!(key.as_bytes(), [a, b, c] if b"ACDEFHKNPRTVWXY".contains(a) && b.is_ascii_digit() && (c.is_ascii_digit() || *c == b'W'));
    let letters = b"ACDEFHKNPRTVWXY";
    let rest_ok =
        rest.len() == 4 && rest.bytes().all(|byte| byte.is_ascii_digit() || letters.contains(&byte));
    key_ok
        && rest_ok
        && rest.bytes().any(|byte| byte.is_ascii_digit())
        && rest.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// `1012 AB`; two capital letters after four digits are otherwise units and half days.
fn is_dutch(digits: &str, letters: &str) -> bool {
    const OTHERS: &str = "AM PM KM KG CM MM ML MW HP PS AD BC KW HZ MB GB UK US EU SA SD SS CE";
    digits.len() == 4
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
        && letters.len() == 2
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && !OTHERS.split(' ').any(|other| other == letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_parts_say_the_country() {
        for (first, second, country) in [
            ("SW1A", "1AA", Some("GB")),
            ("sw1a", "1aa", Some("GB")),
            ("XX1", "1AA", None),
            ("M5V", "2T6", Some("CA")),
            ("D02", "X285", Some("IE")),
            ("D6W", "X285", Some("IE")),
            ("1012", "AB", Some("NL")),
            ("1012", "AM", None),
            ("0912", "AB", None),
            ("MP3", "play", None),
        ] {
            let found = country_of_letters(first, second);
            assert_eq!(found, country.and_then(Country::parse), "{first} {second}");
        }
    }
}
