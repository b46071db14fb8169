//! The two databases behind one door: transactions that write, and reads beside them.

mod embedded;
mod keeper;
mod pool;
mod server;

use std::ops::ControlFlow;
use std::path::Path;

use tokio::sync::OwnedMutexGuard;

use crate::dialect::Dialect;
use crate::gate::{Pass, Size};
use crate::sql::{Bulk, Query, Row, Value, with_ids};
use crate::{StoreError, StoreOptions};
use embedded::Writer;
pub(crate) use embedded::{Embedded, lock_file};
pub(crate) use keeper::Keeper;
pub(crate) use server::{PgTx, Server};

/// How often a transaction that lost against another one is tried again.
const TRIES: u32 = 5;

/// Does the body in one transaction: all of it is written, or nothing if it fails. PostgreSQL may ask for another try
/// when transactions cross (serialization failures and deadlocks): the body is then run again. A macro, since a
/// function that takes an async closure cannot promise a `Send` future today.
macro_rules! transaction {
    ($db:expr, $size:expr, |$tx:ident| $body:block) => {{
        let mut tries = 1;
        loop {
            let mut begun = $db.begin($size.into()).await?;
            let $tx = &mut begun;
            let result: Result<_, $crate::StoreError> = async { $body }.await;
            if let std::ops::ControlFlow::Break(result) = begun.end(result, &mut tries).await {
                break result;
            }
        }
    }};
}
pub(crate) use transaction;

/// What a transaction is like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) size: Size,
    /// It may be lost if the server crashes just after it: the server need not wait for its disk.
    pub(crate) lazy: bool,
}

impl Work {
    /// Work that may be lost without harm.
    pub(crate) const fn lazy(size: Size) -> Self {
        Self { size, lazy: true }
    }
}

impl From<Size> for Work {
    fn from(size: Size) -> Self {
        Self { size, lazy: false }
    }
}

/// A database of either kind.
#[derive(Debug)]
pub(crate) enum Db {
    Sqlite(Embedded),
    Postgres(Box<Server>),
}

impl Db {
    /// Opens the database at `location`, a `postgres://` URL or the path of a file.
    pub(crate) async fn open(location: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        if ["postgres://", "postgresql://"].iter().any(|scheme| location.starts_with(scheme)) {
            return Ok(Self::Postgres(Box::new(Server::open(location, options).await?)));
        }
        if location.contains("://") {
            let scheme = location.split("://").next().unwrap_or_default();
            return Err(StoreError::Invalid(format!(
                "a database of the kind {scheme}:// is not known: give a postgres:// URL, or none for the embedded database"
            )));
        }
        Ok(Self::Sqlite(Embedded::open(Path::new(location)).await?))
    }

    /// Which database it is.
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Begins a transaction: use [`transaction!`].
    pub(crate) async fn begin(&self, work: Work) -> Result<Tx, StoreError> {
        match self {
            Self::Postgres(server) => Ok(Tx::Postgres(server.begin(work).await?)),
            Self::Sqlite(embedded) => {
                let (writer, pass) = embedded.begin(work.size).await?;
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
            Self::Postgres(server) => Ok(server.rows(&query).await?.into_iter().map(Row::Postgres).collect()),
        }
    }

    /// Reads the first row of a query, if there is one.
    pub(crate) async fn row(&self, query: Query) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(query).await?.into_iter().next())
    }

    /// Ends all connections; the embedded database's write-ahead log is emptied.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        match self {
            Self::Postgres(server) => {
                server.close().await;
                Ok(())
            }
            Self::Sqlite(embedded) => embedded.close().await,
        }
    }
}

/// One transaction that writes.
#[derive(Debug)]
pub(crate) enum Tx {
    Sqlite(OwnedMutexGuard<Writer>, Pass),
    Postgres(PgTx),
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
            Self::Postgres(tx) => tx.run(query).await,
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
            Self::Postgres(tx) => Ok(tx.rows(query).await?.into_iter().map(Row::Postgres).collect()),
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
        text: &str,
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
        text: &str,
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
            Self::Postgres(tx) => tx.commit().await,
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
            Self::Postgres(tx) => tx.rollback().await,
            Self::Sqlite(mut writer, _pass) => {
                writer.open = sqlx::query("ROLLBACK").execute(&mut writer.connection).await.is_err();
            }
        }
    }
}
