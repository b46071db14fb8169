//! The country whose national numbers and addresses a page writes, from everything on the page that says it,
//! each with its weight.

mod country;
mod fold;
mod hints;
mod language;
mod places;

pub(crate) use country::Country;
pub(crate) use fold::{fold, fold_into};
pub(crate) use places::Place;

use crate::{
    Document, Options,
    addresses::Codes,
    phones::{self, Plans},
};

/// Weight of the first country from which it is more than a guess.
const CERTAIN: f32 = 3.0;

/// Share of the first country's weight that a country needs to be tried at all.
const MIN_SHARE: f32 = 0.08;

/// Share of the first country's weight from which a country is nearly as likely.
const LIKELY_SHARE: f32 = 0.4;

/// Countries kept.
const MAX_RANKED: usize = 6;

/// What the page says of its country.
#[derive(Clone, Debug, Default)]
pub(crate) struct RegionGuess {
    /// Countries, likeliest first.
    ranked: Vec<Country>,
    /// How many of the first are nearly as likely as the very first.
    likely: usize,
    /// Whether the first is more than a guess.
    certain: bool,
    /// Where the text itself names countries, in order.
    places: Vec<Place>,
}

impl RegionGuess {
    /// Countries, likeliest first.
    pub(crate) fn ranked(&self) -> &[Country] {
        &self.ranked
    }

    /// Whether the first country is more than a guess.
    pub(crate) fn is_certain(&self) -> bool {
        self.certain
    }

    /// Whether a country is one of the likely ones.
    pub(crate) fn has(&self, country: Country) -> bool {
        self.ranked.contains(&country)
    }

    /// Whether a country is the first, or nearly as likely.
    pub(crate) fn is_likely(&self, country: Country) -> bool {
        self.ranked.iter().take(self.likely).any(|known| *known == country)
    }

    /// The place named last before an offset, or else the first soon after it, within `reach` bytes.
    pub(crate) fn near(&self, offset: usize, reach: usize) -> Option<Country> {
        let after = self.places.partition_point(|place| place.offset < offset);
        let before = after
            .checked_sub(1)
            .and_then(|at| self.places.get(at))
            .filter(|place| offset - place.offset <= reach);
        let next = self.places.get(after).filter(|place| place.offset - offset <= reach / 2);
        before.or(next).map(|place| place.country)
    }

    /// The countries to try at an offset: the one named near it, then the page's.
    pub(crate) fn at(&self, offset: usize, reach: usize) -> Vec<Country> {
        let mut countries = self.ranked.clone();
        if let Some(near) = self.near(offset, reach) {
            countries.retain(|country| *country != near);
            countries.insert(0, near);
        }
        countries
    }
}

/// Countries with what speaks for them.
#[derive(Debug, Default)]
struct Scores(Vec<(Country, f32)>);

impl Scores {
    fn add(&mut self, country: Country, weight: f32) {
        match self.0.iter_mut().find(|(known, _)| *known == country) {
            Some((_, sum)) => *sum += weight,
            None => self.0.push((country, weight)),
        }
    }

    fn top(&self) -> f32 {
        self.0.iter().map(|(_, weight)| *weight).fold(0.0, f32::max)
    }

    /// Adds the countries of a language, `weight` for one that has it alone.
    fn add_language(&mut self, code: &str, weight: f32) {
        for (country, share) in language::countries(code) {
            self.add(*country, weight * share / 10.0);
        }
    }

    /// Adds counts of one kind of evidence by their share, `weight` for the whole.
    fn add_counts(&mut self, counts: &[(Country, usize)], weight: f32) {
        let all: usize = counts.iter().map(|(_, count)| count).sum();
        for (country, count) in counts {
            self.add(*country, weight * ratio(*count, all));
        }
    }
}

/// A share of a whole.
fn ratio(part: usize, whole: usize) -> f32 {
    let limit = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX));
    limit(part) / limit(whole).max(1.0)
}

/// Infers the country from the options, the host, numbers, postcodes, names and the language.
pub(crate) fn infer(
    document: &Document<'_>,
    codes: &Codes,
    plans: &mut Plans,
    options: &Options,
) -> RegionGuess {
    let mut scores = Scores::default();
    if let Some(country) = options.region.as_deref().and_then(Country::parse) {
        scores.add(country, 100.0);
    }
    add_markup(document, options, &mut scores);
    let places = places::find(document, codes);
    let named = places::counts(&places);
    // One name in passing is less than a postcode, which counts three times.
    let times = named.iter().map(|(_, count)| *count).sum::<usize>().min(3);
    scores.add_counts(&named, 4.0 * ratio(times, 3));
    scores.add_counts(&phones::countries_of_international(document, plans), 3.5);
    hints::add(&document.text, |country, weight| scores.add(country, weight));
    add_email_hosts(&document.text, &mut scores);
    if scores.top() < CERTAIN
        && let Some(code) = language::detect(&document.text)
    {
        scores.add_language(code, 2.5);
    }
    rank(scores, places)
}

/// Puts countries in order; English pages that say nothing at all are taken for American.
fn rank(mut scores: Scores, places: Vec<Place>) -> RegionGuess {
    scores.0.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    let top = scores.top();
    let certain = top >= CERTAIN;
    scores.0.retain(|(_, weight)| *weight >= top * MIN_SHARE);
    scores.0.truncate(MAX_RANKED);
    let likely = scores.0.iter().filter(|(_, weight)| *weight >= top * LIKELY_SHARE).count();
    let mut ranked: Vec<Country> = scores.0.into_iter().map(|(country, _)| country).collect();
    if !certain {
        let fallback = [Country::of(b"US"), Country::of(b"GB")];
        ranked.extend(fallback.into_iter().filter(|country| !ranked.contains(country)).collect::<Vec<_>>());
    }
    RegionGuess { ranked, likely, certain, places }
}

/// What host, language and structured data say.
fn add_markup(document: &Document<'_>, options: &Options, scores: &mut Scores) {
    if let Some(country) = options.url.as_deref().and_then(host).and_then(Country::by_domain) {
        scores.add(country, 7.0);
    }
    if let Some(country) = document.base.as_deref().and_then(host).and_then(Country::by_domain) {
        scores.add(country, 2.0);
    }
    let metas = document.metas.iter().filter_map(|meta| match meta.name.as_str() {
        "og:locale" | "content-language" | "language" | "dc.language" => Some((meta.content.as_ref(), 1.0)),
        "geo.region" | "geo.country" | "og:country-name" | "business:contact_data:country_name" => {
            Some((meta.content.as_ref(), 4.0))
        }
        _ => None,
    });
    let locales = [(document.lang.as_ref(), 2.0), (options.language.as_deref().unwrap_or_default(), 1.0)];
    for (locale, weight) in locales.into_iter().chain(metas) {
        add_locale(locale, weight, scores);
    }
    let named = document.items.iter().filter_map(|item| item.text("addresscountry"));
    let countries: Vec<(Country, usize)> = named
        .filter_map(|name| Country::by_name(name).or_else(|| Country::parse(name)))
        .map(|country| (country, 1))
        .collect();
    scores.add_counts(&countries, 4.0);
}

/// A locale or country: `de`, `pt-BR`, `en_US`, `DE-BY`, `Germany`.
fn add_locale(locale: &str, weight: f32, scores: &mut Scores) {
    let locale = locale.split(',').next().unwrap_or_default().trim();
    let mut parts = locale.split(['-', '_']);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    if weight > 2.0 {
        if let Some(country) = Country::by_name(locale).or_else(|| Country::parse(first)) {
            scores.add(country, weight);
        }
        return;
    }
    // American English is what most templates say before anybody has chosen.
    let template = locale.eq_ignore_ascii_case("en-us") || locale.eq_ignore_ascii_case("en_us");
    if let Some(country) = second.and_then(Country::parse).filter(|country| country.plan().is_some()) {
        scores.add(country, if template { weight * 0.3 } else { weight * 1.3 });
    }
    let english = first.eq_ignore_ascii_case("en");
    scores.add_language(first, if english { weight * 0.3 } else { weight });
}

/// The host of an address of a page.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    host.contains('.').then_some(host)
}

/// The countries of the first e-mail addresses in the text.
fn add_email_hosts(text: &str, scores: &mut Scores) {
    const MAX_EMAILS: usize = 20;
    let mut counts: Vec<(Country, usize)> = Vec::new();
    for at in memchr::memchr_iter(b'@', text.as_bytes()).take(MAX_EMAILS) {
        let rest = text.get(at + 1..).unwrap_or_default();
        let end = rest
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-')))
            .unwrap_or(rest.len());
        if let Some(country) = rest.get(..end).filter(|host| host.contains('.')).and_then(Country::by_domain)
        {
            match counts.iter_mut().find(|(known, _)| *known == country) {
                Some((_, count)) => *count += 1,
                None => counts.push((country, 1)),
            }
        }
    }
    scores.add_counts(&counts, 2.5);
}
