//! What comes out: one type a kind of contact, each with its source and a short context, as JSON.

use serde::Serialize;

/// What is known of a page besides its bytes; everything may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The address the page was fetched from: resolves relative links, its host hints at country and names.
    pub url: Option<String>,
    /// The country whose national phone numbers to read, as ISO 3166-1 alpha-2; absent or empty: inferred.
    pub region: Option<String>,
    /// The language by the HTTP header `Content-Language`, when there was one.
    pub language: Option<String>,
    /// The charset of the HTTP header `Content-Type`, when there was one.
    pub charset: Option<String>,
}

/// Everything found on one page; each list without duplicates, best first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Contacts {
    /// E-mail addresses.
    pub emails: Vec<Email>,
    /// Telephone and fax numbers.
    pub phones: Vec<Phone>,
    /// Postal addresses.
    pub addresses: Vec<Address>,
    /// Profiles in social networks.
    pub socials: Vec<Social>,
    /// The best name for who runs the page.
    pub organisation: Option<Organisation>,
    /// Where a limit cut the input short; empty for nearly every page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// How a value was found; the order is the order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A `mailto:` link.
    Mailto,
    /// A `tel:`, `callto:`, `sms:` or similar link.
    Tel,
    /// A JSON-LD block.
    JsonLd,
    /// Microdata (`itemprop`).
    Microdata,
    /// RDFa (`property`).
    Rdfa,
    /// hCard, h-card or adr class names.
    Hcard,
    /// An address that Cloudflare hid from robots.
    Cloudflare,
    /// Written or scripted so that robots shall not read it: `[at]`, reversed, ROT13, joined by a script.
    Deobfuscated,
    /// Any other link: a profile, a chat address.
    Link,
    /// A `<meta>` element.
    Meta,
    /// The text of an `<address>` element.
    AddressElement,
    /// The visible text.
    Text,
    /// The copyright line.
    Copyright,
    /// The page's `<title>`.
    Title,
    /// The data of a script or of an attribute.
    Script,
}

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Source {
    /// The word for it in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mailto => "mailto",
            Self::Tel => "tel",
            Self::JsonLd => "json-ld",
            Self::Microdata => "microdata",
            Self::Rdfa => "rdfa",
            Self::Hcard => "hcard",
            Self::Cloudflare => "cloudflare",
            Self::Deobfuscated => "deobfuscated",
            Self::Link => "link",
            Self::Meta => "meta",
            Self::AddressElement => "address-element",
            Self::Text => "text",
            Self::Copyright => "copyright",
            Self::Title => "title",
            Self::Script => "script",
        }
    }
}

/// An e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Email {
    /// The address, its domain in lower case ASCII (punycode).
    pub value: String,
    /// How it was found.
    pub source: Source,
    /// Up to 80 bytes of visible text around it; empty where there is none.
    pub context: String,
}

/// What a telephone number is used for, by the words or markup beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PhoneType {
    /// Nothing says more.
    #[default]
    Phone,
    /// A mobile number.
    Mobile,
    /// A fax.
    Fax,
    /// Free of charge for the caller.
    TollFree,
    /// A WhatsApp account.
    Whatsapp,
}

/// A telephone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Phone {
    /// The number in E.164, without its extension.
    pub e164: String,
    /// The number as the page writes it.
    pub raw: String,
    /// What it is used for.
    #[serde(rename = "type")]
    pub kind: PhoneType,
    /// How it was found.
    pub source: Source,
    /// The extension, digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// Up to 80 characters of visible text around it; empty where there is none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub context: String,
}

/// A postal address, whole and in the parts that were recognised.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Address {
    /// The whole address on one line.
    pub text: String,
    /// Street with number, or the post office box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Town or city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// State, province or county, as the page writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country, as ISO 3166-1 alpha-2 where it is known, otherwise as the page writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// How it was found.
    pub source: Source,
    /// 0 to 1: how sure this is an address and whole.
    pub confidence: f32,
}

/// A profile in a social network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Social {
    /// The network's name in lower case, for example `facebook`.
    pub network: &'static str,
    /// The profile's canonical address.
    pub url: String,
    /// How it was found.
    pub source: Source,
}

/// The name of who runs the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Organisation {
    /// The name as the page writes it.
    pub name: String,
    /// How it was found; not part of the JSON, which holds the name alone.
    #[serde(skip)]
    pub source: Source,
}

/// A limit that cut the input short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    /// The page is longer than [`crate::document::MAX_HTML_BYTES`]; the rest was not read.
    HtmlTooLong,
    /// The page has more visible text, links or structured data than is kept; the rest was not read.
    TooMuchContent,
}
