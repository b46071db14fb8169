//! Contacts from HTML: emails, phones, addresses, social profiles and the organisation, each with where it
//! was found; pure: bytes in, contacts out, on any bytes without a panic, in linear time and bounded memory.

mod addresses;
mod charset;
mod cipher;
pub mod document;
mod emails;
mod organisation;
mod phones;
mod region;
mod site;
mod socials;
mod values;

pub use document::Document;
pub use values::{
    Address, Contacts, Email, Options, Organisation, Phone, PhoneType, Social, Source, Warning,
};

/// Changes whenever another result may come of the same page: the number behind the plus is raised by hand.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+1");

/// Extracts every contact of one HTML page, each kind deduplicated and in order of confidence.
///
/// ```
/// let options = contacts::Options { url: Some("https://acme.org/contact".into()), ..Default::default() };
/// let found = contacts::extract(b"<p>Write to info [at] acme [dot] org", &options);
/// assert_eq!(found.emails[0].value, "info@acme.org");
/// assert_eq!(found.emails[0].source, contacts::Source::Deobfuscated);
/// ```
///
/// Never fails: what cannot be read is left out, and [`Contacts::warnings`] says where a limit cut the input.
pub fn extract(html: &[u8], options: &Options) -> Contacts {
    extract_page(html, options).contacts
}

/// The HTML of a page as text, in the charset that its bytes, its declarations or its host's country make likely.
pub fn decode<'h>(html: &'h [u8], options: &Options) -> std::borrow::Cow<'h, str> {
    let read = &html[..html.len().min(document::MAX_HTML_BYTES)];
    charset::decode(read, options.charset.as_deref(), Some(&site::Site::of(options).host))
}

/// A page as it was read: its contacts and its title.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What [`extract`] gives.
    pub contacts: Contacts,
    /// The page's `<title>`; none if it has none.
    pub title: Option<String>,
}

/// As [`extract`], with the page's title.
pub fn extract_page(html: &[u8], options: &Options) -> Page {
    let source = decode(html, options);
    let document = Document::parse(&source);
    let codes = addresses::Codes::of(&document);
    let mut plans = phones::Plans::default();
    let guess = region::infer(&document, &codes, &mut plans, options);
    let mut warnings = Vec::new();
    if html.len() > document::MAX_HTML_BYTES {
        warnings.push(Warning::HtmlTooLong);
    }
    if document.truncated {
        warnings.push(Warning::TooMuchContent);
    }
    let contacts = Contacts {
        emails: emails::find(&document, options),
        phones: phones::find(&document, &guess, &mut plans),
        addresses: addresses::find(&document, &codes, &guess),
        socials: socials::find(&document, options),
        organisation: organisation::find(&document, options),
        warnings,
    };
    Page { contacts, title: Some(document.title).filter(|title| !title.is_empty()) }
}
