//! A number is believed only when its country's numbering plan has it: libphonenumber's judgement, on digits
//! that were cleaned before, so that its own lenient reading never comes into play.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};

use crate::region::Country;

/// Digits of the shortest national number that is looked at (Australian `13 11 22`).
pub(crate) const MIN_DIGITS: usize = 6;

/// Digits of the longest: fifteen by E.164, an international prefix and a trunk zero.
pub(crate) const MAX_DIGITS: usize = 19;

/// Digits of the longest valid number with its country code, by E.164. Some plans in the field (Germany, Austria)
/// are listed as longer.
const MAX_E164_DIGITS: usize = 15;

/// A valid number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    /// `+` and digits.
    pub(crate) e164: String,
    /// What its plan says of its use.
    pub(crate) kind: PhoneNumberType,
    parsed: rlibphonenumber::PhoneNumber,
}

impl Number {
    /// Reads digits, with a leading `+` in international form, otherwise as dialled in a country.
    pub(crate) fn parse(digits: &str, country: Option<Country>) -> Option<Self> {
        let length = digits.len() - usize::from(digits.starts_with('+'));
        if !(MIN_DIGITS..=MAX_DIGITS).contains(&length) {
            return None;
        }
        let region = country.and_then(Country::plan);
        if region.is_some_and(is_american) && !is_dialled_in_america(digits) {
            return None;
        }
        let parsed = PHONE_NUMBER_UTIL.parse(digits, region).ok()?;
        let kind = PHONE_NUMBER_UTIL.get_number_type(&parsed);
        if kind == PhoneNumberType::Unknown {
            return None;
        }
        let e164 = parsed.format_as(PhoneNumberFormat::E164).into_owned();
        (e164.len() <= 1 + MAX_E164_DIGITS).then_some(Self { e164, kind, parsed })
    }

    /// The country it belongs to; none for numbers of no country (`+800`).
    pub(crate) fn country(&self) -> Option<Country> {
        let region = PHONE_NUMBER_UTIL.get_region_for_number(&self.parsed)?;
        Country::parse(&region.as_region_str())
    }

    /// Whether digit groups are split as the country prints its numbers, in national or international form.
    pub(crate) fn has_grouping(&self, groups: &[&str]) -> bool {
        [PhoneNumberFormat::National, PhoneNumberFormat::International].into_iter().any(|format| {
            let printed = self.parsed.format_as(format);
            let expected =
                printed.split(|letter: char| !letter.is_ascii_digit()).filter(|group| !group.is_empty());
            expected.eq(groups.iter().copied())
        })
    }
}

/// Whether a country dials by the North American Numbering Plan.
fn is_american(region: Region) -> bool {
    PHONE_NUMBER_UTIL.get_country_code_for_region(region) == Some(1)
}

/// Whether digits may be dialled in North America: ten, of which the first and the fourth are neither zero nor one, a
/// one before them or the international prefix. Spares most of the questions on the pages of the plan's countries.
fn is_dialled_in_america(digits: &str) -> bool {
    let national = digits.strip_prefix('1').unwrap_or(digits).as_bytes();
    let starts = |at: usize| national.get(at).is_some_and(|digit| (b'2'..=b'9').contains(digit));
    digits.starts_with(['+', '0']) || national.len() == 10 && starts(0) && starts(3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn german(digits: &str) -> Option<String> {
        Number::parse(digits, Country::parse("DE")).map(|number| number.e164)
    }

    #[test]
    fn numbers_are_read_as_dialled_in_their_country() {
        assert_eq!(german("0731153870").as_deref(), Some("+49731153870"));
        assert_eq!(german("+442071234567").as_deref(), Some("+442071234567"));
        assert_eq!(german("123"), None);
        assert_eq!(german("0302312501712345"), None);
        assert_eq!(german("0000000000"), None);
    }

    #[test]
    fn grouping_is_compared_with_the_printed_form() {
        let number = Number::parse("0207123456x".trim_end_matches('x'), Country::parse("GB"));
        assert_eq!(number, None);
        let number = Number::parse("02071234567", Country::parse("GB")).expect("a London number");
        assert!(number.has_grouping(&["020", "7123", "4567"]));
        assert!(!number.has_grouping(&["02", "071234567"]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn any_digits_are_read_or_refused(digits in r"\+?[0-9]{0,25}") {
            if let Some(number) = Number::parse(&digits, Country::parse("US")) {
                prop_assert!(number.e164.len() <= 16, "{}", number.e164);
                prop_assert!(Number::parse(&number.e164, None).is_some(), "{}", number.e164);
            }
        }
    }
}
