//! Actions on the database.

pub mod cleanup_old_data;
pub mod create_backup;
pub mod export_data;
pub mod list_backups;
pub mod optimize_indexes;
pub mod performance_check;
pub mod status;
pub mod vacuum;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use store::{DatabaseStatus, Dialect};
use utoipa::ToSchema;

use crate::error::FieldError;

/// The database as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct DatabaseNow {
    /// `sqlite` or `postgres`.
    engine: String,
    /// Its version, in its own words.
    version: String,
    /// The version of the schema.
    schema: i64,
    /// Migrations that wait for this program to be restarted.
    pending_migrations: i64,
    /// Bytes of all of it.
    bytes: u64,
    /// Bytes that are free inside it; none if it does not tell.
    free_bytes: Option<u64>,
    /// Bytes of the write-ahead log; none if it does not tell.
    wal_bytes: Option<u64>,
    /// Open connections; none if it does not tell.
    connections: Option<u64>,
    /// Of a hundred pages read, how many were in memory; none if it does not tell.
    cache_hit_percent: Option<f64>,
    /// Rows that are dead and not yet vacuumed; none if it does not tell.
    dead_rows: Option<u64>,
    /// Its tables.
    tables: Vec<TableNow>,
}

/// A table.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableNow {
    /// Its name.
    name: String,
    /// Its rows, or about that many.
    rows: Option<u64>,
    /// Its bytes; none if the database does not tell.
    bytes: Option<u64>,
    /// The bytes of each of its indexes.
    indexes: BTreeMap<String, u64>,
}

impl From<DatabaseStatus> for DatabaseNow {
    fn from(status: DatabaseStatus) -> Self {
        let engine = match status.dialect {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        };
        let tables = status.tables.into_iter().map(|table| TableNow {
            name: table.name,
            rows: table.rows,
            bytes: table.bytes,
            indexes: table.indexes.into_iter().collect(),
        });
        Self {
            engine: engine.into(),
            version: status.version,
            schema: status.schema,
            pending_migrations: (status.newest_schema - status.schema).max(0),
            bytes: status.bytes,
            free_bytes: status.free_bytes,
            wal_bytes: status.wal_bytes,
            connections: status.connections,
            cache_hit_percent: status.cache_hit_percent,
            dead_rows: status.dead_rows,
            tables: tables.collect(),
        }
    }
}

impl DatabaseNow {
    fn sample() -> Value {
        json!(Self {
            engine: "sqlite".into(),
            version: "3.50.2".into(),
            schema: 6,
            pending_migrations: 0,
            bytes: 48_000_000,
            free_bytes: Some(4_096),
            wal_bytes: Some(1_200_000),
            connections: None,
            cache_hit_percent: None,
            dead_rows: None,
            tables: vec![TableNow {
                name: "pages".into(),
                rows: Some(120_000),
                bytes: None,
                indexes: BTreeMap::new()
            }],
        })
    }
}

/// What is wrong with a label that becomes part of a file's name.
fn check_label(label: &str, at: &str) -> Vec<FieldError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if label.chars().all(plain) {
        return Vec::new();
    }
    vec![FieldError::new(at, "may have letters, digits, - and _ only")]
}
