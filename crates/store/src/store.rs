//! The store itself: opened once, shared by all.

use std::path::Path;

use clock::{SharedClock, Timestamp};
use engine::Signals;

use crate::StoreError;
use crate::db::Db;
use crate::dialect::Dialect;
use crate::jobs::ids::JobIds;

/// How many shards a node's counters may fall into.
const SHARDS: u64 = 16;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Where the time comes from.
    pub clock: SharedClock,
    /// PostgreSQL only: the schema that holds the tables, if not the connection's usual one.
    pub schema: Option<String>,
}

impl StoreOptions {
    /// The usual options.
    pub fn new(clock: SharedClock) -> Self {
        Self { clock, schema: None }
    }
}

/// Everything that is kept. Opened once and shared; each method is one transaction.
#[derive(Debug)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) signals: Signals,
    pub(crate) job_ids: JobIds,
    /// Where this process adds to counters, so that nodes do not wait for each other.
    pub(crate) shard: i64,
    /// What tells this opening of the store from all others.
    pub(crate) incarnation: i64,
    clock: SharedClock,
}

impl Store {
    /// Opens the database at `location`, a `postgres://` URL or the path of a file, makes it if need be (SQLite), and
    /// brings its schema up to date. Jobs that ran in a SQLite file when its process died wait again at once. Fails with [`StoreError::InUse`] if another process has the file open, and with
    /// [`StoreError::SchemaTooNew`] if a newer program has been at it.
    pub async fn open(location: &str, options: StoreOptions) -> Result<Self, StoreError> {
        let postgres = ["postgres://", "postgresql://"].iter().any(|scheme| location.starts_with(scheme));
        let db = if postgres {
            Db::open_postgres(location, options.schema.as_deref()).await?
        } else {
            Db::open_embedded(Path::new(location)).await?
        };
        let shard = match db.dialect() {
            Dialect::Sqlite => 0,
            Dialect::Postgres => i64::try_from(options.clock.random() % SHARDS).unwrap_or(0),
        };
        // Positive, as all numbers of ours are.
        let incarnation = i64::try_from(options.clock.random() >> 2).unwrap_or(0);
        let (signals, job_ids, clock) = (Signals::default(), JobIds::default(), options.clock);
        let store = Self { db, signals, job_ids, shard, incarnation, clock };
        if store.dialect() == Dialect::Sqlite {
            // Whoever ran jobs here is gone: the file was not locked.
            store.take_over().await?;
            store.take_cluster_over().await?;
        }
        Ok(store)
    }

    /// The clock that all nodes of this store agree on.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Which database it is.
    pub const fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    /// Where this process hears of changes early.
    pub const fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Ends all connections in order.
    pub async fn close(self) -> Result<(), StoreError> {
        self.db.close().await
    }
}
