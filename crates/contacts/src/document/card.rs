//! The class names of hCard, h-card and adr (microformats 1 and 2), translated to schema.org's names.

/// What the classes of an element say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Card {
    /// The kind of item the element is, when it is one.
    pub(super) item: Option<&'static str>,
    /// The property of the card around it that the element is.
    pub(super) property: Option<&'static str>,
    /// The part of a property: `type` or `value`.
    pub(super) part: Option<&'static str>,
}

/// Reads a `class` attribute.
pub(super) fn of(class: &str) -> Card {
    let mut card = Card::default();
    for name in class.split_ascii_whitespace() {
        match name {
            "vcard" | "h-card" => card.item = Some("vcard"),
            "adr" | "h-adr" | "p-adr" => {
                card.item = card.item.or(Some("postaladdress"));
                card.property = Some("address");
            }
            "type" => card.part = Some("type"),
            "value" => card.part = Some("value"),
            // The name of the whole wins over the name of its kind: `class="fn org"`.
            "fn" | "p-name" if card.property.is_none() => card.property = Some("name"),
            other => card.property = property(other).or(card.property),
        }
    }
    card
}

fn property(name: &str) -> Option<&'static str> {
    Some(match name {
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
        assert_eq!(of("vcard box").item, Some("vcard"));
        assert_eq!(of("fn org").property, Some("org"));
        assert_eq!(of("adr").property, Some("address"));
        assert_eq!(of("h-card p-org").item, Some("vcard"));
        assert_eq!(of("p-tel work").property, Some("telephone"));
        assert_eq!(of("telephone").property, None);
    }
}
