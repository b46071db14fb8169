//! `[store]`: where things are kept.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;
use store::ServerOptions;

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
    /// How many connections to a server are open at most.
    pub connections: u32,
    /// How long a call waits for one, in milliseconds.
    pub acquire_timeout_ms: u64,
    /// How long a statement may take, in milliseconds.
    pub statement_timeout_ms: u64,
    /// Whether statements stay prepared: not behind a pooler by transactions.
    pub prepared_statements: bool,
    /// Whether nodes wake each other by LISTEN and NOTIFY.
    pub notify: bool,
}

impl StoreConfig {
    /// How connections to a server are used.
    pub fn server(&self) -> ServerOptions {
        ServerOptions {
            connections: self.connections,
            acquire_timeout: Duration::from_millis(self.acquire_timeout_ms),
            statement_timeout: Duration::from_millis(self.statement_timeout_ms),
            prepared_statements: self.prepared_statements,
            notify: self.notify,
            ..ServerOptions::default()
        }
    }

    /// The URL of the database, or the path of the embedded one.
    pub fn location(&self) -> String {
        if self.database.is_empty() {
            self.data.join(DATABASE_FILE).to_string_lossy().into_owned()
        } else {
            self.database.clone()
        }
    }
}
