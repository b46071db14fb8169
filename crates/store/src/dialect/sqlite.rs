//! SQLite: how its connections are set up, checked, checkpointed and copied.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Executor};

use crate::StoreError;

/// How many read connections there are.
const READERS: u32 = 4;
/// How long a connection waits for another's lock: only a checkpoint or a backup ever holds one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages in the write-ahead log before the writer itself checkpoints; the background task comes first.
const AUTOCHECKPOINT_PAGES: &str = "16384";
/// Page cache of a connection, in KiB (negative as the pragma wants it).
const CACHE_KIB: &str = "-65536";
/// How much of the file is mapped into memory, in bytes.
const MMAP_BYTES: &str = "268435456";
/// Rows that may wait between the database's thread and ours.
const ROW_BUFFER: usize = 1_024;
/// Prepared statements kept on a connection.
const STATEMENTS: usize = 512;

/// The options that all connections share.
fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .pragma("cache_size", CACHE_KIB)
        .pragma("mmap_size", MMAP_BYTES)
        .pragma("temp_store", "memory")
        .pragma("wal_autocheckpoint", AUTOCHECKPOINT_PAGES)
        .row_buffer_size(ROW_BUFFER)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging()
}

/// Opens the one connection that writes, and creates the file if need be.
pub(crate) async fn open_writer(path: &Path) -> Result<SqliteConnection, StoreError> {
    Ok(options(path).create_if_missing(true).connect().await?)
}

/// Opens the connections that read.
pub(crate) fn open_readers(path: &Path) -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false);
    pool.connect_lazy_with(options(path).read_only(true).create_if_missing(false))
}

/// Copies what it can of the write-ahead log into the database file without blocking anyone.
pub(crate) async fn checkpoint(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").await?;
    Ok(())
}

/// Ends a connection after emptying the write-ahead log.
pub(crate) async fn close_writer(mut connection: SqliteConnection) -> Result<(), StoreError> {
    connection.execute("PRAGMA optimize").await?;
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    Ok(connection.close().await?)
}
