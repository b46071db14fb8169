//! The class names of hCard, h-card and adr (microformats 1 and 2), translated to schema.org's names.

/// What the classes of an element say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Card {
    /// The kind of item the element is, when it is one.
    pub(super) item: Option<&'static str>,
    /// The properties of the card around it that the element is.
    pub(super) properties: [Option<&'static str>; 3],
    /// The part of a property: `type` or `value`.
    pub(super) part: Option<&'static str>,
}

/// Reads a `class` attribute.
pub(super) fn of(class: &str) -> Card {
    let mut card = Card::default();
    for name in class.split_ascii_whitespace() {
        match name {
            "vcard" | "h-card" => card.item = Some("vcard"),
            "adr" | "h-adr" | "p-adr" => card.item = card.item.or(Some("postaladdress")),
            "type" => card.part = Some("type"),
            "value" => card.part = Some("value"),
            other => {
                let free = card.properties.iter_mut().find(|place| place.is_none());
                if let Some((place, found)) = free.zip(property(other)) {
                    *place = Some(found);
                }
            }
        }
    }
    // `class="fn org"`: the card is an organisation's, and has no other name.
    if card.properties.contains(&Some("org")) {
        card.properties.iter_mut().filter(|place| **place == Some("name")).for_each(|place| *place = None);
    }
    card
}

fn property(name: &str) -> Option<&'static str> {
    Some(match name {
        "fn" | "p-name" => "name",
        "org" | "organization-name" | "p-org" => "org",
        "tel" | "p-tel" | "u-tel" => "telephone",
        "fax" | "p-tel-fax" => "faxnumber",
        "email" | "u-email" => "email",
        "url" | "u-url" => "url",
        "street-address" | "p-street-address" => "streetaddress",
        "extended-address" | "p-extended-address" => "extendedaddress",
        "post-office-box" | "p-post-office-box" => "postofficeboxnumber",
        "locality" | "p-locality" => "addresslocality",
        "region" | "p-region" => "addressregion",
        "postal-code" | "p-postal-code" => "postalcode",
        "country-name" | "p-country-name" => "addresscountry",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_names_are_translated() {
        let properties = |class: &str| of(class).properties.into_iter().flatten().collect::<Vec<_>>();
        assert_eq!(of("vcard box").item, Some("vcard"));
        assert_eq!(of("adr").item, Some("postaladdress"));
        assert_eq!(properties("fn org"), ["org"]);
        assert_eq!(properties("p-name u-url"), ["name", "url"]);
        assert_eq!(properties("p-tel work"), ["telephone"]);
        assert!(properties("telephone").is_empty());
    }
}
