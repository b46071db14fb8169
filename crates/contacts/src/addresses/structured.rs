//! Addresses of schema.org, hCard and adr markup.

use super::postcode;
use crate::{
    Address, Document,
    document::Item,
    region::{Country, RegionGuess},
};

/// Addresses read from markup.
const MAX_ITEMS: usize = 200;

/// Bytes kept of one property.
const MAX_PROPERTY_BYTES: usize = 240;

/// Every address that markup says, as it says it.
pub(super) fn find(document: &Document<'_>, guess: &RegionGuess) -> Vec<Address> {
    let items =
        document.items.iter().filter(|item| item.is("postaladdress") || item.text("streetaddress").is_some());
    let mut found: Vec<Address> = items.filter_map(address).take(MAX_ITEMS).collect();
    let texts =
        document.items.iter().flat_map(|item| item.texts("address").map(move |text| (text, item.source)));
    for (text, source) in texts.take(MAX_ITEMS) {
        found.extend(super::in_value(text, guess).map(|address| Address {
            source,
            confidence: 0.9,
            ..address
        }));
    }
    found
}

/// An item as an address; at least a street, or a postcode with its town.
fn address(item: &Item<'_>) -> Option<Address> {
    let get = |name: &str| item.text(name).map(clipped).filter(|text| !is_placeholder(text));
    let street = [get("streetaddress"), get("postofficeboxnumber").map(boxed), get("extendedaddress")];
    let street: Vec<String> = street.into_iter().flatten().collect();
    let mut postal_code = get("postalcode");
    let mut city = get("addresslocality");
    // `80335 München` in the locality alone.
    if postal_code.is_none()
        && let Some(code) = city.as_deref().and_then(|city| postcode::find(city).into_iter().next())
    {
        postal_code = Some(code.code);
        let rest = city.as_deref().map(|city| format!("{} {}", &city[..code.start], &city[code.end..]));
        city = rest.map(|rest| rest.trim_matches([' ', ',', '-']).to_owned()).filter(|rest| !rest.is_empty());
    }
    let mut region = get("addressregion");
    let mut country = get("addresscountry").map(|name| {
        Country::by_name(&name)
            .or_else(|| Country::parse(&name))
            .map_or(name, |country| country.as_str().to_owned())
    });
    // Some write the country where the region belongs.
    if country.is_none()
        && let Some(named) = region
            .as_deref()
            .filter(|name| name.len() > 2 || *name == "US" || *name == "UK")
            .and_then(Country::by_name)
        && !is_also_state(region.as_deref())
    {
        country = Some(named.as_str().to_owned());
        region = None;
    }
    let street = (!street.is_empty()).then(|| street.join(", "));
    if street.is_none() && (postal_code.is_none() || city.is_none())
        || street.is_some() && city.is_none() && postal_code.is_none() && region.is_none()
    {
        return None;
    }
    let parts =
        [street.as_deref(), city.as_deref(), region.as_deref(), postal_code.as_deref(), country.as_deref()];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let confidence = if street.is_some() && (postal_code.is_some() || city.is_some()) { 0.98 } else { 0.6 };
    Some(Address { text, street, city, region, postal_code, country, source: item.source, confidence })
}

/// Georgia is both.
fn is_also_state(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.eq_ignore_ascii_case("georgia"))
}

/// A value on one line and not longer than is kept.
fn clipped(text: &str) -> String {
    let words: Vec<&str> = text[..text.floor_char_boundary(MAX_PROPERTY_BYTES)].split_whitespace().collect();
    words.join(" ").trim_matches([',', ' ']).to_owned()
}

/// The number of a post office box with the words that belong to it.
fn boxed(number: String) -> String {
    if number.bytes().all(|byte| byte.is_ascii_digit()) { format!("PO Box {number}") } else { number }
}

/// Values that templates leave behind.
fn is_placeholder(text: &str) -> bool {
    text.is_empty()
        || text.contains("{{")
        || text.eq_ignore_ascii_case("null")
        || text.eq_ignore_ascii_case("undefined")
}
