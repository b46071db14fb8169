//! The two databases behind one door: transactions that write one after the other, and reads beside them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{PgPool, Postgres, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::StoreError;
use crate::dialect::{self, Dialect, postgres, sqlite};
use crate::gate::{Gate, Pass, Size};
use crate::sql::{Bulk, Query, Row, Value, sql, with_ids};

/// How often a transaction that lost against another one is tried again.
const TRIES: u32 = 5;
/// How often the write-ahead log is looked at.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(2);
/// A write-ahead log larger than this is copied into the database in the background.
const CHECKPOINT_BYTES: u64 = 48 << 20;

/// Does the body in one transaction: all of it is written, or nothing if it fails. PostgreSQL may ask for another try
/// when transactions cross (serialization failures and deadlocks): the body is then run again. A macro, since a
/// function that takes an async closure cannot promise a `Send` future today.
macro_rules! transaction {
    ($db:expr, $size:expr, |$tx:ident| $body:block) => {{
        let mut tries = 1;
        loop {
            let mut begun = $db.begin($size).await?;
            let $tx = &mut begun;
            let result: Result<_, $crate::StoreError> = async { $body }.await;
            if let std::ops::ControlFlow::Break(result) = begun.end(result, &mut tries).await {
                break result;
            }
        }
    }};
}
pub(crate) use transaction;

/// A database of either kind.
#[derive(Debug)]
pub(crate) enum Db {
    Sqlite(Embedded),
    Postgres(PgPool),
}

/// The embedded database: one connection that writes, with a queue in front, and some that read.
#[derive(Debug)]
pub(crate) struct Embedded {
    pub(crate) path: PathBuf,
    gate: Arc<Gate>,
    writer: Arc<Mutex<Writer>>,
    readers: SqlitePool,
    /// Held for as long as the database is open: keeps other processes out.
    _lock: std::fs::File,
    _checkpoints: DropGuard,
}

/// The connection that writes.
#[derive(Debug)]
pub(crate) struct Writer {
    connection: SqliteConnection,
    /// A transaction was begun and neither committed nor rolled back.
    open: bool,
}

impl Db {
    /// Opens the embedded database at `path`, creating it if need be, and brings its schema up to date.
    pub(crate) async fn open_embedded(path: &Path) -> Result<Self, StoreError> {
        let lock = lock_file(path)?;
        let mut connection = sqlite::open_writer(path).await?;
        dialect::migrator(Dialect::Sqlite).run_direct(None, &mut connection, false).await?;
        let writer = Arc::new(Mutex::new(Writer { connection, open: false }));
        let stop = CancellationToken::new();
        tokio::spawn(checkpoints(path.to_owned(), stop.clone()));
        Ok(Self::Sqlite(Embedded {
            path: path.to_owned(),
            gate: Arc::default(),
            writer,
            readers: sqlite::open_readers(path),
            _lock: lock,
            _checkpoints: stop.drop_guard(),
        }))
    }

    /// Opens a PostgreSQL database and brings its schema up to date, under an advisory lock.
    pub(crate) async fn open_postgres(url: &str, schema: Option<&str>) -> Result<Self, StoreError> {
        let pool = postgres::open(url, schema).await?;
        let db = Self::Postgres(pool.clone());
        let version = db.row(sql("SELECT CAST(current_setting('server_version_num') AS BIGINT)")).await?;
        let version: i64 = version.map_or(Ok(0), |row| row.get(0))?;
        if version < postgres::OLDEST_SERVER {
            let found = version / 10_000;
            return Err(StoreError::Invalid(format!("PostgreSQL {found} is too old: 14 or later is needed")));
        }
        let mut migrator = dialect::migrator(Dialect::Postgres);
        if let Some(schema) = schema {
            migrator.create_schema(schema.to_owned());
        }
        migrator.run(&pool).await?;
        Ok(db)
    }

    /// Which database it is.
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Begins a transaction: use [`transaction!`].
    pub(crate) async fn begin(&self, size: Size) -> Result<Tx, StoreError> {
        match self {
            Self::Postgres(pool) => Ok(Tx::Postgres(pool.begin().await?)),
            Self::Sqlite(embedded) => {
                let pass = embedded.gate.enter(size).await;
                let mut writer = Arc::clone(&embedded.writer).lock_owned().await;
                if writer.open {
                    // Left by a caller that was dropped in mid-work. There may be nothing to roll back.
                    let _ = sqlx::query("ROLLBACK").execute(&mut writer.connection).await;
                }
                writer.open = true;
                sqlx::query("BEGIN IMMEDIATE").execute(&mut writer.connection).await?;
                Ok(Tx::Sqlite(writer, pass))
            }
        }
    }

    /// Reads all rows of a query.
    pub(crate) async fn rows(&self, query: Query) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(embedded) => {
                let (text, values) = query.for_sqlite()?;
                let rows = sqlx::query_with(text, values).fetch_all(&embedded.readers).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(pool) => {
                let (text, values) = query.for_postgres()?;
                let rows = sqlx::query_with(text, values).fetch_all(pool).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Reads the first row of a query, if there is one.
    pub(crate) async fn row(&self, query: Query) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// Ends all connections; the embedded database's write-ahead log is emptied.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite(embedded) => {
                embedded.readers.close().await;
                // The lock on the file outlives the connection: it goes with `embedded` at the end.
                if let Some(writer) = Arc::into_inner(embedded.writer) {
                    sqlite::close_writer(writer.into_inner().connection).await?;
                }
            }
        }
        Ok(())
    }
}

/// One transaction that writes.
#[derive(Debug)]
pub(crate) enum Tx {
    Sqlite(OwnedMutexGuard<Writer>, Pass),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Which database it is in.
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(..) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn run(&mut self, query: Query) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(writer, _) => {
                let (text, values) = query.for_sqlite()?;
                Ok(sqlx::query_with(text, values).execute(&mut writer.connection).await?.rows_affected())
            }
            Self::Postgres(tx) => {
                let (text, values) = query.for_postgres()?;
                Ok(sqlx::query_with(text, values).execute(&mut **tx).await?.rows_affected())
            }
        }
    }

    /// Runs a statement; its rows.
    pub(crate) async fn rows(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(writer, _) => {
                let (text, values) = query.for_sqlite()?;
                let rows = sqlx::query_with(text, values).fetch_all(&mut writer.connection).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(tx) => {
                let (text, values) = query.for_postgres()?;
                let rows = sqlx::query_with(text, values).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Runs a statement; its first row, if it has one.
    pub(crate) async fn row(&mut self, query: Query) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// Runs a statement over many rows; how many rows it changed.
    pub(crate) async fn run_bulk(&mut self, bulk: Bulk) -> Result<u64, StoreError> {
        let mut changed = 0;
        for piece in bulk.pieces(self.dialect()) {
            changed += self.run(piece).await?;
        }
        Ok(changed)
    }

    /// Runs a query over many rows; its rows.
    pub(crate) async fn rows_bulk(&mut self, bulk: Bulk) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for piece in bulk.pieces(self.dialect()) {
            rows.extend(self.rows(piece).await?);
        }
        Ok(rows)
    }

    /// Runs a statement with a list of numbers in the place of `{ids}`; how many rows it changed.
    pub(crate) async fn run_ids(
        &mut self,
        text: &'static str,
        fixed: &[Value],
        ids: &[i64],
    ) -> Result<u64, StoreError> {
        let mut changed = 0;
        for piece in with_ids(self.dialect(), text, fixed, ids) {
            changed += self.run(piece).await?;
        }
        Ok(changed)
    }

    /// Runs a query with a list of numbers in the place of `{ids}`; its rows.
    pub(crate) async fn rows_ids(
        &mut self,
        text: &'static str,
        fixed: &[Value],
        ids: &[i64],
    ) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for piece in with_ids(self.dialect(), text, fixed, ids) {
            rows.extend(self.rows(piece).await?);
        }
        Ok(rows)
    }

    /// Commits what went well, takes back what did not, and tells whether to try again.
    pub(crate) async fn end<T>(
        self,
        result: Result<T, StoreError>,
        tries: &mut u32,
    ) -> ControlFlow<Result<T, StoreError>> {
        let result = match result {
            Ok(value) => self.commit().await.map(|()| value),
            Err(error) => {
                self.rollback().await;
                Err(error)
            }
        };
        match result {
            Err(StoreError::Crossed(_)) if *tries < TRIES => {
                *tries += 1;
                ControlFlow::Continue(())
            }
            Err(StoreError::Crossed(text)) => ControlFlow::Break(Err(StoreError::Unavailable(text))),
            result => ControlFlow::Break(result),
        }
    }

    async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(tx) => Ok(tx.commit().await?),
            Self::Sqlite(mut writer, _pass) => {
                sqlx::query("COMMIT").execute(&mut writer.connection).await?;
                writer.open = false;
                Ok(())
            }
        }
    }

    /// Takes everything back. If even that fails, the connection is beyond use and the next one who needs it hears.
    async fn rollback(self) {
        match self {
            Self::Postgres(tx) => drop(tx.rollback().await),
            Self::Sqlite(mut writer, _pass) => {
                writer.open = sqlx::query("ROLLBACK").execute(&mut writer.connection).await.is_err();
            }
        }
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
