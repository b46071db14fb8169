//! The country whose national numbers and addresses a page writes.

use crate::{Document, Options};

/// What the page says of its country.
#[derive(Clone, Debug, Default)]
pub(crate) struct RegionGuess {}

/// Infers the country from the options, the host, numbers, postcodes and language.
pub(crate) fn infer(_document: &Document<'_>, _options: &Options) -> RegionGuess {
    RegionGuess::default()
}
