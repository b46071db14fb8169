//! `[store]`: where things are kept.

use std::path::PathBuf;

use serde::Deserialize;

/// The file of the embedded database in the data folder.
const DATABASE_FILE: &str = "sitelode.db";

/// Where things are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// The data folder.
    pub data: PathBuf,
    /// A `postgres://` URL, or nothing for the embedded database.
    pub database: String,
}

impl StoreConfig {
    /// The URL of the database, or the path of the embedded one.
    pub fn location(&self) -> String {
        if self.database.is_empty() {
            self.data.join(DATABASE_FILE).to_string_lossy().into_owned()
        } else {
            self.database.clone()
        }
    }
}
