//! A PostgreSQL server: transactions and reads on connections of their own, each statement bounded in time.

use std::sync::Arc;
use std::time::Duration;

use sqlx::Executor;
use sqlx::postgres::{PgConnectOptions, PgRow};
use tokio::time::error::Elapsed;

use super::Work;
use super::keeper::Keeper;
use super::pool::{Lent, Pool};
use crate::dialect::postgres;
use crate::sql::Query;
use crate::{ServerOptions, StoreError, StoreOptions};

/// How much longer than the server a statement is waited for: only a server that hangs, or a broken network, needs it.
const GRACE: Duration = Duration::from_secs(2);

/// A PostgreSQL server.
#[derive(Debug)]
pub(crate) struct Server {
    /// For transactions: statements on them find rows by their keys.
    writers: Arc<Pool>,
    /// For reads of any kind.
    readers: Arc<Pool>,
    /// How connections of other uses are made.
    pub(crate) connect: PgConnectOptions,
    pub(crate) options: ServerOptions,
}

impl Server {
    /// Opens the database and brings its schema up to date.
    pub(crate) async fn open(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        let StoreOptions { clock, server, .. } = options;
        let connect = postgres::options(url, options)?;
        postgres::prepare(&connect, options).await?;
        let most = server.connections.max(2);
        let for_writing = (most * 2 / 3).max(1);
        let pool = |connect, most| Pool::new(connect, most, server.acquire_timeout, Arc::clone(clock));
        Ok(Self {
            writers: pool(postgres::keyed(connect.clone(), server), for_writing),
            readers: pool(connect.clone(), most - for_writing),
            connect,
            options: server.clone(),
        })
    }

    /// Begins a transaction.
    pub(crate) async fn begin(&self, work: Work) -> Result<PgTx, StoreError> {
        // A lost claim or heartbeat is only a lease that runs out sooner: neither waits for the disk.
        let begin = if work.lazy { "BEGIN; SET LOCAL synchronous_commit = off" } else { "BEGIN" };
        let mut fresh = false;
        loop {
            let lent = self.writers.acquire().await?;
            match self.session(lent).control(begin).await {
                Err(StoreError::Unavailable(why)) if !fresh => {
                    tracing::debug!(why, "a connection was lost; another one is taken");
                    self.writers.forget_idle();
                    fresh = true;
                }
                begun => return begun,
            }
        }
    }

    /// Reads all rows of a query.
    pub(crate) async fn rows(&self, query: &Query) -> Result<Vec<PgRow>, StoreError> {
        let mut fresh = false;
        loop {
            let lent = self.readers.acquire().await?;
            match self.read(lent, query.clone()).await {
                Err(StoreError::Unavailable(why)) if !fresh => {
                    tracing::debug!(why, "a connection was lost; another one is taken");
                    self.readers.forget_idle();
                    fresh = true;
                }
                rows => return rows,
            }
        }
    }

    async fn read(&self, lent: Lent, query: Query) -> Result<Vec<PgRow>, StoreError> {
        let mut session = self.session(lent);
        if session.persistent {
            let rows = session.rows(query).await?;
            session.lent.fit();
            return Ok(rows);
        }
        // Behind a pooler only a transaction keeps a statement and its execution on one connection.
        let mut session = session.control("BEGIN").await?;
        let rows = session.rows(query).await?;
        session.control("COMMIT").await?.lent.fit();
        Ok(rows)
    }

    fn session(&self, lent: Lent) -> PgTx {
        let ServerOptions { prepared_statements, statement_timeout, .. } = self.options;
        PgTx { lent, persistent: prepared_statements, patience: statement_timeout + GRACE }
    }

    /// A connection for upkeep, not made yet.
    pub(crate) fn keeper(&self) -> Keeper {
        let pooled = !self.options.prepared_statements;
        let connect = self.connect.clone();
        let connect = if pooled { connect } else { connect.options([("statement_timeout", "0")]) };
        Keeper::new(connect, pooled)
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) {
        self.writers.close().await;
        self.readers.close().await;
    }
}

/// A transaction on a PostgreSQL server. Dropped before its end, its connection is cut and the server takes it back.
#[derive(Debug)]
pub(crate) struct PgTx {
    lent: Lent,
    persistent: bool,
    patience: Duration,
}

impl PgTx {
    /// Runs a statement; how many rows it changed.
    pub(crate) async fn run(&mut self, query: Query) -> Result<u64, StoreError> {
        let (text, values) = query.for_postgres()?;
        let query = sqlx::query_with(text, values).persistent(self.persistent);
        let run = query.execute(self.lent.connection()?);
        let result = tokio::time::timeout(self.patience, run).await;
        Ok(self.answered(result)?.rows_affected())
    }

    /// Runs a statement; its rows.
    pub(crate) async fn rows(&mut self, query: Query) -> Result<Vec<PgRow>, StoreError> {
        let (text, values) = query.for_postgres()?;
        let query = sqlx::query_with(text, values).persistent(self.persistent);
        let run = query.fetch_all(self.lent.connection()?);
        let result = tokio::time::timeout(self.patience, run).await;
        self.answered(result)
    }

    /// What the server answered; if it did not in time, nothing more is asked on this connection.
    fn answered<T>(&mut self, result: Result<Result<T, sqlx::Error>, Elapsed>) -> Result<T, StoreError> {
        match result {
            Ok(answer) => Ok(answer?),
            Err(_) => {
                self.lent.lose();
                let waited = self.patience.as_millis();
                Err(StoreError::Unavailable(format!("the server did not answer within {waited} ms")))
            }
        }
    }

    /// Commits.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.control("COMMIT").await?.lent.fit();
        Ok(())
    }

    /// Takes everything back. If that fails, the connection is cut, which does the same.
    pub(crate) async fn rollback(self) {
        if let Ok(mut ended) = self.control("ROLLBACK").await {
            ended.lent.fit();
        }
    }

    /// Begins or ends a transaction, with the protocol that prepares nothing.
    async fn control(mut self, text: &'static str) -> Result<Self, StoreError> {
        let run = self.lent.connection()?.execute(sqlx::raw_sql(text));
        let result = tokio::time::timeout(self.patience, run).await;
        self.answered(result)?;
        Ok(self)
    }
}
