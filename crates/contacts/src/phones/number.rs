//! A number is believed only when its country's numbering plan has it: libphonenumber's judgement, on digits
//! that were cleaned before, so that its own lenient reading never comes into play.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

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
    /// The country it belongs to; none for numbers of no country (`+800`).
    pub(crate) country: Option<Country>,
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
        let parsed = PHONE_NUMBER_UTIL.parse(digits, country.and_then(Country::plan)).ok()?;
        let region = PHONE_NUMBER_UTIL.get_region_for_number(&parsed)?;
        let kind = PHONE_NUMBER_UTIL.get_number_type(&parsed);
        if kind == PhoneNumberType::Unknown {
            return None;
        }
        let e164 = parsed.format_as(PhoneNumberFormat::E164).into_owned();
        if e164.len() > 1 + MAX_E164_DIGITS {
            return None;
        }
        Some(Self { e164, country: Country::parse(&region.as_region_str()), kind, parsed })
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
