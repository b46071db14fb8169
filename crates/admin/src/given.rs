//! Fields that may be left out, be `null`, or be given: three different things.

use serde::{Deserialize, Deserializer};

/// Reads a field that is there: `null` is `Some(None)`. With `#[serde(default)]` one that is left out is `None`.
pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
