//! The store itself: opened once, shared by all.

use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, SharedClock, Timestamp};
use engine::Signals;

use crate::db::Db;
use crate::dialect::Dialect;
use crate::jobs::frontier::Frontiers;
use crate::jobs::ids::JobIds;
use crate::jobs::sweep::LastSweep;
use crate::server::Attendants;
use crate::time::Time;
use crate::{StoreError, StoreOptions};

/// Everything that is kept. Opened once and shared; each method is one transaction.
#[derive(Debug)]
pub struct Store {
    pub(crate) db: Db,
    pub(crate) signals: Arc<Signals>,
    pub(crate) job_ids: JobIds,
    /// What tells this opening of the store from all others.
    pub(crate) incarnation: i64,
    pub(crate) frontiers: Frontiers,
    pub(crate) swept: LastSweep,
    time: Arc<Time>,
    /// What looks after a database on a server in the background.
    attendants: Option<Attendants>,
}

impl Store {
    /// Opens the database at `location`, a `postgres://` URL or the path of a file, makes it if need be (SQLite), and
    /// brings its schema up to date. Jobs that ran in a SQLite file when its process died wait again at once. Fails with [`StoreError::InUse`] if another process has the file open, and with
    /// [`StoreError::SchemaTooNew`] if a newer program has been at it.
    pub async fn open(location: &str, options: StoreOptions) -> Result<Self, StoreError> {
        let time = Arc::new(Time::of(Arc::clone(&options.clock)));
        let db = Db::open(location, &options).await?;
        let signals = Arc::new(Signals::default());
        let attendants = match &db {
            Db::Postgres(server) => Some(Attendants::start(server, &time, &signals).await?),
            Db::Sqlite(_) => None,
        };
        // Positive, as all numbers of ours are.
        let incarnation = i64::try_from(time.random() >> 2).unwrap_or(0);
        let (job_ids, frontiers, swept) = (JobIds::default(), Frontiers::default(), LastSweep::default());
        let store = Self { db, signals, job_ids, incarnation, frontiers, swept, time, attendants };
        if store.dialect() == Dialect::Sqlite {
            // Whoever ran jobs here is gone: the file was not locked.
            store.take_over().await?;
            store.take_cluster_over().await?;
        }
        Ok(store)
    }

    /// The clock that all nodes of this store agree on: on a server the database's, else this machine's.
    pub fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// Time since some fixed point: for measuring.
    pub(crate) fn elapsed(&self) -> Duration {
        self.time.elapsed()
    }

    /// Notes that so many jobs were worked on: what they leave behind is cleared away in time.
    pub(crate) fn worked(&self, jobs: usize) {
        if let Some(attendants) = &self.attendants {
            attendants.worked(jobs);
        }
    }

    /// The clock that shows the store's time: for whatever is compared with times of the store, such as how long a
    /// job is put off, on a machine whose own clock may be wrong.
    pub fn clock(&self) -> SharedClock {
        Arc::<Time>::clone(&self.time)
    }

    /// Which database it is.
    pub const fn dialect(&self) -> Dialect {
        self.db.dialect()
    }

    /// Where this process hears of changes early.
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Ends all connections in order.
    pub async fn close(self) -> Result<(), StoreError> {
        drop(self.attendants);
        self.db.close().await
    }
}
