//! The list of sample sites.

use super::Sample;

/// Every sample.
pub(super) static SAMPLES: [Sample; 0] = [];
