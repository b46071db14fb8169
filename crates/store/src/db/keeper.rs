//! A connection of its own for upkeep: outside transactions, without a time limit, made anew when it is lost.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Executor, Row};

use crate::StoreError;
use crate::sql::Query;

/// Which of the store's advisory locks is upkeep's; the second number is the schema's.
const TRY_LOCK: &str =
    "SELECT pg_try_advisory_lock(1819239525, CAST(CAST(current_schema AS regnamespace) AS OID)::INTEGER)";
const UNLOCK: &str =
    "SELECT pg_advisory_unlock(1819239525, CAST(CAST(current_schema AS regnamespace) AS OID)::INTEGER)";

/// The connection.
#[derive(Debug)]
pub(crate) struct Keeper {
    connect: PgConnectOptions,
    connection: Option<PgConnection>,
    /// Each statement may be on another connection to the server: nothing can be held from one to the next.
    pooled: bool,
}

impl Keeper {
    /// Not connected yet.
    pub(super) const fn new(connect: PgConnectOptions, pooled: bool) -> Self {
        Self { connect, connection: None, pooled }
    }

    /// The number that a query gives.
    pub(crate) async fn number(&mut self, query: Query) -> Result<i64, StoreError> {
        let (text, values) = query.for_postgres()?;
        if self.pooled {
            self.run("BEGIN").await?;
        }
        let query = sqlx::query_with(text, values).persistent(false);
        let row = query.fetch_one(self.connection().await?).await;
        let row = self.lost_if_broken(row)?;
        if self.pooled {
            self.run("COMMIT").await?;
        }
        Ok(row.try_get(0)?)
    }

    /// Runs statements.
    pub(crate) async fn run(&mut self, text: &'static str) -> Result<(), StoreError> {
        let done = self.connection().await?.execute(sqlx::raw_sql(text)).await;
        self.lost_if_broken(done)?;
        Ok(())
    }

    /// Takes the lock of whoever does the upkeep, if nobody has it. Behind a pooler nothing can be locked: there several
    /// nodes may do the same, which is harmless.
    pub(crate) async fn try_lock(&mut self) -> Result<bool, StoreError> {
        if self.pooled {
            return Ok(true);
        }
        let row = self.connection().await?.fetch_one(sqlx::raw_sql(TRY_LOCK)).await;
        Ok(self.lost_if_broken(row)?.try_get_unchecked::<bool, _>(0)?)
    }

    /// Gives the lock back.
    pub(crate) async fn unlock(&mut self) -> Result<(), StoreError> {
        if self.pooled { Ok(()) } else { self.run(UNLOCK).await }
    }

    async fn connection(&mut self) -> Result<&mut PgConnection, StoreError> {
        if self.connection.is_none() {
            self.connection = Some(self.connect.connect().await?);
        }
        self.connection.as_mut().ok_or_else(|| StoreError::Unavailable("no connection".into()))
    }

    /// An error may leave anything behind: the next statement gets another connection.
    fn lost_if_broken<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        if result.is_err() {
            self.connection = None;
        }
        Ok(result?)
    }
}
