//! Telephone numbers.

use crate::{Document, Phone, region::RegionGuess};

/// Finds every telephone number, best first.
pub(crate) fn find(_document: &Document<'_>, _guess: &RegionGuess) -> Vec<Phone> {
    Vec::new()
}
