//! Telephone numbers: in links, in structured data and in the text, each believed only when a numbering plan has
//! it and the words around it do not speak against it.

mod around;
mod extension;
mod iban;
mod labels;
mod links;
mod number;
mod plans;
mod scan;
mod shape;
mod text;
mod vanity;

use rlibphonenumber::PhoneNumberType;

use crate::{
    Document, Phone, PhoneType, Source,
    document::Within,
    region::{Country, RegionGuess},
};
use labels::Label;
use number::Number;
use text::{Found, Scene};

pub(crate) use labels::is_word as is_label;
pub(crate) use plans::Plans;

/// Numbers kept of one page.
const MAX_PHONES: usize = 500;

/// Bytes around a number within which a place speaks for its country.
const PLACE_REACH: usize = 400;

/// Bytes around a line within which an e-mail address speaks for a telephone.
const COMPANY_REACH: usize = 160;

/// International numbers read for the guess of the country, and those looked at in text and in links.
const MAX_INTERNATIONAL: usize = 24;
const MAX_LOOKED_AT: usize = 4 * MAX_INTERNATIONAL;

/// Finds every telephone number, best first.
pub(crate) fn find(document: &Document<'_>, guess: &RegionGuess, plans: &mut Plans) -> Vec<Phone> {
    let mut phones = Phones { found: Vec::new(), plans };
    links::find(document, guess, &mut phones);
    from_items(document, guess, &mut phones);
    from_metas(document, guess, &mut phones);
    from_text(document, guess, &mut phones);
    phones.found
}

/// What was found so far, and whom to ask.
struct Phones<'p> {
    found: Vec<Phone>,
    plans: &'p mut Plans,
}

impl Phones<'_> {
    /// Whether no further number is kept.
    fn are_enough(&self) -> bool {
        self.found.len() >= MAX_PHONES
    }

    /// Adds a number, or completes the one that is known already.
    fn add(
        &mut self,
        number: &Number,
        label: Option<Label>,
        raw: &str,
        source: Source,
        extension: Option<String>,
        context: String,
    ) {
        let kind = kind_of(label, number.kind);
        if let Some(known) = self.found.iter_mut().find(|phone| phone.e164 == number.e164) {
            if known.kind == PhoneType::Phone
                || known.kind == PhoneType::Mobile && kind == PhoneType::Whatsapp
            {
                known.kind = kind;
            }
            known.extension = known.extension.take().or(extension);
            if known.context.is_empty() {
                known.context = context;
            }
        } else if !self.are_enough() {
            let raw = raw.trim().to_owned();
            self.found.push(Phone { e164: number.e164.clone(), raw, kind, source, extension, context });
        }
    }
}

/// The use of a number by its label, or else by its numbering plan.
fn kind_of(label: Option<Label>, kind: PhoneNumberType) -> PhoneType {
    match (label, kind) {
        (Some(Label::Fax), _) => PhoneType::Fax,
        (Some(Label::Whatsapp), _) => PhoneType::Whatsapp,
        (Some(Label::TollFree), _) | (_, PhoneNumberType::TollFree) => PhoneType::TollFree,
        (Some(Label::Mobile), _) | (_, PhoneNumberType::Mobile) => PhoneType::Mobile,
        _ => PhoneType::Phone,
    }
}

/// Numbers in the visible text.
fn from_text(document: &Document<'_>, guess: &RegionGuess, phones: &mut Phones<'_>) {
    let emails: Vec<usize> = memchr::memchr_iter(b'@', document.text.as_bytes()).collect();
    let mut above = "";
    for line in &document.lines {
        if phones.are_enough() {
            break;
        }
        let text = document.line_text(line);
        let skipped = line.within.has(Within::CHOICE) || line.within.has(Within::CODE);
        if skipped || !has_enough_digits(text) {
            above = text;
            continue;
        }
        let countries = guess.at(line.start, PLACE_REACH);
        let next = emails.partition_point(|at| *at + COMPANY_REACH < line.start);
        let company = emails.get(next).is_some_and(|at| *at < line.end + COMPANY_REACH);
        let scene = Scene {
            line: text,
            above,
            countries: &countries,
            certain: guess.is_certain(),
            label: None,
            company,
        };
        for Found { number, extension, label, start, end, .. } in text::find(&scene, phones.plans) {
            let (from, to) = (line.start + start, line.start + end);
            let raw = document.slice(from, to);
            phones.add(&number, label, raw, Source::Text, extension, document.context(from, to));
        }
        above = text;
    }
}

/// Whether a line may hold a number: spares the scan of most lines.
fn has_enough_digits(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).take(number::MIN_DIGITS).count();
    digits == number::MIN_DIGITS
        || digits >= 3 && text.len() >= 8
        || !text.is_ascii() && text.chars().any(|letter| !letter.is_ascii() && scan::digit(letter).is_some())
}

/// Numbers of structured data.
fn from_items(document: &Document<'_>, guess: &RegionGuess, phones: &mut Phones<'_>) {
    for item in &document.items {
        for (name, label) in [
            ("telephone", Label::Phone),
            ("phone", Label::Phone),
            ("tel", Label::Phone),
            ("faxnumber", Label::Fax),
            ("mobile", Label::Mobile),
        ] {
            for text in item.texts(name) {
                let countries = guess.at(item.start, PLACE_REACH);
                add_value(text, label, item.source, &countries, guess, phones);
            }
        }
    }
}

/// Numbers of `<meta>` elements.
fn from_metas(document: &Document<'_>, guess: &RegionGuess, phones: &mut Phones<'_>) {
    for meta in &document.metas {
        let label = match meta.name.as_str() {
            "telephone"
            | "phone"
            | "og:phone_number"
            | "contact:phone_number"
            | "business:contact_data:phone_number" => Label::Phone,
            "faxnumber" | "og:fax_number" | "business:contact_data:fax_number" => Label::Fax,
            _ => continue,
        };
        add_value(&meta.content, label, Source::Meta, guess.ranked(), guess, phones);
    }
}

/// The numbers in a value that markup calls a telephone number.
fn add_value(
    value: &str,
    label: Label,
    source: Source,
    countries: &[Country],
    guess: &RegionGuess,
    phones: &mut Phones<'_>,
) {
    let value = &value[..value.floor_char_boundary(200)];
    let scene = Scene {
        line: value,
        above: "",
        countries,
        certain: guess.is_certain(),
        label: Some(label),
        company: true,
    };
    for found in text::find(&scene, phones.plans) {
        let raw = value.get(found.start..found.end).unwrap_or_default();
        phones.add(&found.number, found.label, raw, source, found.extension, String::new());
    }
}

/// The countries of the numbers that say theirs themselves, in links and text: how often each.
pub(crate) fn countries_of_international(
    document: &Document<'_>,
    plans: &mut Plans,
) -> Vec<(Country, usize)> {
    let mut numbers: Vec<Number> = Vec::new();
    let pluses = memchr::memchr_iter(b'+', document.text.as_bytes()).take(MAX_LOOKED_AT);
    let written = pluses.filter_map(|at| scan::international(document.text.get(at..)?));
    let linked =
        document.links.iter().filter_map(|link| links::international(&link.href)).take(MAX_LOOKED_AT);
    for digits in written.chain(linked) {
        if let Some(number) = plans.read(&digits, None)
            && !numbers.contains(&number)
        {
            numbers.push(number);
        }
        if numbers.len() == MAX_INTERNATIONAL {
            break;
        }
    }
    let mut counts: Vec<(Country, usize)> = Vec::new();
    for country in numbers.iter().filter_map(Number::country) {
        match counts.iter_mut().find(|(known, _)| *known == country) {
            Some((_, count)) => *count += 1,
            None => counts.push((country, 1)),
        }
    }
    counts
}

#[cfg(test)]
mod tests;
