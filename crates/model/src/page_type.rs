//! What kind of page a URL seems to lead to, and how likely contacts stand on it.

use crate::words::words;

/// The kind of a page, judged by its path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PageType {
    /// The contact page.
    ContactRoot,
    /// Jobs and careers.
    CareerContact,
    /// About the organisation.
    AboutRoot,
    /// Its people.
    TeamRoot,
    /// Imprint, legal notice, privacy.
    LegalRoot,
    /// What it does.
    ServicesRoot,
    /// What it costs.
    PricingRoot,
    /// A restaurant's menu.
    MenuRoot,
    /// Its branches and shops.
    LocationsRoot,
    /// Press and media.
    PressRoot,
    /// An article.
    Blog,
    /// Something for sale.
    Product,
    /// A top-level page in the style of WordPress that may be of use.
    WpProspect,
    /// Nothing can be said.
    #[default]
    Unknown,
}

words!(PageType, UnknownPageType, "page type", {
    ContactRoot => "contact_root", CareerContact => "career_contact", AboutRoot => "about_root",
    TeamRoot => "team_root", LegalRoot => "legal_root", ServicesRoot => "services_root",
    PricingRoot => "pricing_root", MenuRoot => "menu_root", LocationsRoot => "locations_root",
    PressRoot => "press_root", Blog => "blog", Product => "product", WpProspect => "wp_prospect",
    Unknown => "unknown",
});

/// How likely contacts stand on a page: 1 bears contacts, 2 is likely to, 3 is any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(into = "i64", try_from = "i64")]
pub enum PriorityLevel {
    /// Bears contacts.
    One = 1,
    /// Is likely to.
    Two = 2,
    /// Any other page.
    Three = 3,
}

impl From<PriorityLevel> for i64 {
    fn from(level: PriorityLevel) -> Self {
        level as Self
    }
}

impl TryFrom<i64> for PriorityLevel {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Self, &'static str> {
        match number {
            1 => Ok(Self::One),
            2 => Ok(Self::Two),
            3 => Ok(Self::Three),
            _ => Err("a priority level is 1, 2 or 3"),
        }
    }
}
