//! Numbers in links: `tel:`, `callto:`, `sms:`, WhatsApp.

use super::{
    Phones,
    labels::Label,
    number::{MIN_DIGITS, Number},
    plans::Plans,
    scan,
    text::{self, Scene},
};
use crate::{
    Document, Source,
    region::{Country, RegionGuess},
};

/// Schemes whose rest is a telephone number.
const SCHEMES: &[&str] = &[
    "tel:",
    "callto:",
    "sms:",
    "phone:",
    "telephone:",
    "fax:",
    "smsto:",
    "mobile:",
    "facetime:",
    "whatsapp:",
];

/// Longest link that is read, in bytes.
const MAX_LINK_BYTES: usize = 300;

/// Adds the numbers of all links.
pub(super) fn find(document: &Document<'_>, guess: &RegionGuess, phones: &mut Phones<'_>) {
    for link in &document.links {
        if phones.are_enough() {
            break;
        }
        let Some((value, label)) = target(&link.href) else { continue };
        let value = decode(value);
        let countries = guess.at(link.start, super::PLACE_REACH);
        let shown = document.slice(link.start, link.end.min(link.start + MAX_LINK_BYTES));
        let source = if label == Some(Label::Whatsapp) { Source::Link } else { Source::Tel };
        let context = document.context(link.start, link.end);
        if let Some((number, extension)) =
            believed(&value, shown, &countries, guess.is_certain(), label, phones)
        {
            let raw = written(shown, &value, &number, &countries, phones.plans);
            phones.add(&number, label, raw, source, extension, context);
        }
    }
}

/// The number of a link, by its address or by its text where the two differ.
fn believed(
    value: &str,
    shown: &str,
    countries: &[Country],
    certain: bool,
    label: Option<Label>,
    phones: &mut Phones<'_>,
) -> Option<(Number, Option<String>)> {
    let shown_digits = digits(shown);
    let said = digits(value);
    let plus = label == Some(Label::Whatsapp) && !value.starts_with('+') && !said.starts_with('0');
    if plus && let Some(number) = phones.plans.read(&format!("+{said}"), None) {
        return Some((number, None));
    }
    let mut read = |line: &str| {
        let scene =
            Scene { line, above: "", countries, certain, label: label.or(Some(Label::Phone)), company: true };
        let found = text::find(&scene, phones.plans).into_iter().next()?;
        Some((found.number, found.extension))
    };
    // `tel:+242…` behind `(242) …`: the plus was put there by somebody who did not know what it means.
    if value.starts_with('+') && !shown.contains('+') && shown_digits == said && shown_digits.len() > 6 {
        return read(shown).or_else(|| read(value));
    }
    read(value)
        .or_else(|| read(&format!("+{said}")))
        .or_else(|| if shown_digits.len() > 6 { read(shown) } else { None })
}

/// How a link's number is written: the stretch of its text that is the number, else the whole text when it holds a
/// number, else its address.
fn written<'t>(
    shown: &'t str,
    value: &'t str,
    number: &Number,
    countries: &[Country],
    plans: &mut Plans,
) -> &'t str {
    if digits(shown).len() < MIN_DIGITS {
        return value;
    }
    let label = Some(Label::Phone);
    let scene = Scene { line: shown, above: "", countries, certain: true, label, company: true };
    let found = text::find(&scene, plans).into_iter().find(|found| found.number.e164 == number.e164);
    found.and_then(|found| shown.get(found.start..found.end)).unwrap_or(shown)
}

/// The part of a link that is a number, when it is a link to one.
fn target(href: &str) -> Option<(&str, Option<Label>)> {
    if href.len() > MAX_LINK_BYTES || href.len() < 8 {
        return None;
    }
    let lower = href.get(..href.floor_char_boundary(64))?.to_ascii_lowercase();
    let whatsapp = lower.contains("wa.me/") || lower.contains("whatsapp");
    if whatsapp {
        let at = lower
            .find("wa.me/")
            .map(|at| at + "wa.me/".len())
            .or_else(|| lower.find("phone=").map(|at| at + "phone=".len()))?;
        let value = href.get(at..)?.split(['?', '&', '#', '/']).next()?;
        return Some((value, Some(Label::Whatsapp)));
    }
    let scheme = SCHEMES.iter().find(|scheme| lower.starts_with(**scheme))?;
    let value = href.get(scheme.len()..)?.trim_start_matches('/');
    let value = value.split(['?', '&']).next()?;
    Some((value, (*scheme == "fax:").then_some(Label::Fax)))
}

/// The digits of a text.
fn digits(text: &str) -> String {
    text.chars().filter_map(scan::digit).map(|digit| char::from(b'0' + digit)).collect()
}

/// A link's number with `%20` and the like decoded, and its extension (`;ext=5`) as people write it.
fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let code = rest.as_slice_hex();
        match code {
            Some(decoded) => bytes.push(decoded),
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes)
        .replace(";ext=", " ext ")
        .replace(";phone-context=", " ")
        .trim()
        .to_owned()
}

/// Reads two hexadecimal digits off a byte iterator.
trait TakeHex {
    fn as_slice_hex(&mut self) -> Option<u8>;
}

impl TakeHex for std::str::Bytes<'_> {
    fn as_slice_hex(&mut self) -> Option<u8> {
        let mut ahead = self.clone();
        let high = char::from(ahead.next()?).to_digit(16)?;
        let low = char::from(ahead.next()?).to_digit(16)?;
        *self = ahead;
        u8::try_from(high * 16 + low).ok()
    }
}

/// The international number of a link, digits with a plus.
pub(super) fn international(href: &str) -> Option<String> {
    let (value, label) = target(href)?;
    let value = decode(value);
    let digits = digits(&value);
    let plus = value.starts_with('+') || label == Some(Label::Whatsapp);
    if plus { Some(format!("+{digits}")) } else { digits.strip_prefix("00").map(|rest| format!("+{rest}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_numbers_are_told_from_others() {
        for (href, value) in [
            ("tel:+49-731-153870", Some("+49-731-153870")),
            ("TEL://0731%20153870", Some("0731%20153870")),
            ("https://wa.me/491701234567?text=hi", Some("491701234567")),
            ("https://api.whatsapp.com/send?phone=491701234567&text=x", Some("491701234567")),
            ("whatsapp://send?text=hello", None),
            ("sms:+15551234", Some("+15551234")),
            ("https://acme.example/tel:1", None),
        ] {
            assert_eq!(target(href).map(|found| found.0), value, "{href}");
        }
        assert_eq!(decode("0731%20153;ext=5"), "0731 153 ext 5");
        assert_eq!(decode("50%"), "50%");
    }
}
