//! What kinds of contact there are.

use crate::words::words;

/// The kind of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContactKind {
    /// An e-mail address.
    Email,
    /// A telephone number in E.164.
    Phone,
    /// A postal address.
    Address,
    /// A profile in a social network.
    Social,
    /// The name of the organisation.
    Organisation,
}

words!(ContactKind, UnknownContactKind, "kind of contact", {
    Email => "email", Phone => "phone", Address => "address", Social => "social", Organisation => "organisation",
});
