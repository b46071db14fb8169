//! The embedded database: one connection that writes, with a queue in front, and some that read.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::StoreError;
use crate::dialect::{self, Dialect, sqlite};
use crate::gate::{Gate, Pass, Size};

/// How often the write-ahead log is looked at.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(2);
/// A write-ahead log larger than this is copied into the database in the background.
const CHECKPOINT_BYTES: u64 = 48 << 20;

/// The embedded database.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) path: PathBuf,
    gate: Arc<Gate>,
    writer: Arc<Mutex<Writer>>,
    pub(super) readers: SqlitePool,
    /// Held for as long as the database is open: keeps other processes out.
    _lock: std::fs::File,
    _checkpoints: DropGuard,
}

/// The connection that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(super) connection: SqliteConnection,
    /// A transaction was begun and neither committed nor rolled back.
    pub(super) open: bool,
}

impl Embedded {
    /// Opens the database at `path`, creating it if need be, and brings its schema up to date.
    pub(crate) async fn open(path: &Path) -> Result<Self, StoreError> {
        let lock = lock_file(path)?;
        let mut connection = sqlite::open_writer(path).await?;
        dialect::migrator(Dialect::Sqlite).run_direct(None, &mut connection, false).await?;
        let writer = Arc::new(Mutex::new(Writer { connection, open: false }));
        let stop = CancellationToken::new();
        tokio::spawn(checkpoints(path.to_owned(), stop.clone()));
        Ok(Self {
            path: path.to_owned(),
            gate: Arc::default(),
            writer,
            readers: sqlite::open_readers(path),
            _lock: lock,
            _checkpoints: stop.drop_guard(),
        })
    }

    /// Begins a transaction when it is its turn.
    pub(super) async fn begin(&self, size: Size) -> Result<(OwnedMutexGuard<Writer>, Pass), StoreError> {
        let pass = self.gate.enter(size).await;
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        if writer.open {
            // Left by a caller that was dropped in mid-work. There may be nothing to roll back.
            let _ = sqlx::query("ROLLBACK").execute(&mut writer.connection).await;
        }
        writer.open = true;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut writer.connection).await?;
        Ok((writer, pass))
    }

    /// Ends all connections; the write-ahead log is emptied.
    pub(super) async fn close(self) -> Result<(), StoreError> {
        self.readers.close().await;
        // The lock on the file outlives the connection: it goes with `self` at the end.
        if let Some(writer) = Arc::into_inner(self.writer) {
            sqlite::close_writer(writer.into_inner().connection).await?;
        }
        Ok(())
    }
}

/// Takes the lock that keeps a second process from the same embedded database.
pub(crate) fn lock_file(path: &Path) -> Result<std::fs::File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let refused = |source| StoreError::File { path: lock_path.clone(), source };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(refused)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(std::fs::TryLockError::Error(source)) => Err(refused(source)),
    }
}

/// Keeps the write-ahead log short from a connection of its own, so that no writer has to stop for it.
async fn checkpoints(path: PathBuf, stop: CancellationToken) {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = PathBuf::from(log);
    let mut connection = None;
    while stop.run_until_cancelled(tokio::time::sleep(CHECKPOINT_EVERY)).await.is_some() {
        if tokio::fs::metadata(&log).await.map_or(0, |file| file.len()) < CHECKPOINT_BYTES {
            continue;
        }
        if connection.is_none() {
            connection = sqlite::open_writer(&path).await.ok();
        }
        if let Some(open) = &mut connection
            && let Err(error) = sqlite::checkpoint(open).await
        {
            tracing::warn!(%error, "the write-ahead log could not be copied; it is tried again");
            connection = None;
        }
    }
}
