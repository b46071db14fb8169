//! Postal addresses.

use crate::{Address, Document, region::RegionGuess};

/// Finds every postal address, best first.
pub(crate) fn find(_document: &Document<'_>, _guess: &RegionGuess) -> Vec<Address> {
    Vec::new()
}
