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
const AUTOCHECKPOINT_PAGES: &str = "32768";
/// Page cache of a connection, in KiB (negative as the pragma wants it): room for the inner pages of every index and
/// the leaves of the ones being filled.
const CACHE_KIB: &str = "-32768";
/// How much of the file is mapped into memory by connections that read, in bytes.
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
    let options = options(path).read_only(true).create_if_missing(false);
    pool.connect_lazy_with(options.pragma("mmap_size", MMAP_BYTES))
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

/// Copies the whole database into a new file, as it stands at one moment.
pub(crate) async fn copy_into(path: &Path, to: &Path) -> Result<(), StoreError> {
    let mut connection = options(path).connect().await?;
    let to = to.to_str().ok_or_else(|| StoreError::Invalid(format!("{} is not UTF-8", to.display())))?;
    sqlx::query("VACUUM INTO $1").bind(to).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// Opens a copy, has it checked by SQLite, and tells its schema version.
pub(crate) async fn verify(path: &Path) -> Result<i64, StoreError> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let mut connection = options.disable_statement_logging().connect().await?;
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut connection).await?;
    if sound != "ok" {
        return Err(StoreError::Corrupt(format!("{}: {sound}", path.display())));
    }
    let text = "SELECT max(version) FROM _sqlx_migrations";
    let schema: Option<i64> = sqlx::query_scalar(text)
        .fetch_one(&mut connection)
        .await
        .map_err(|_| StoreError::Corrupt(format!("{} is not a database of this program", path.display())))?;
    connection.close().await?;
    Ok(schema.unwrap_or(0))
}
