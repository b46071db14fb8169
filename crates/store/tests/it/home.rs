//! Where a promise is kept: a fresh database, a clock that stands still, and a few words to speak of jobs.

use std::sync::Arc;
use std::time::Duration;

use clock::{TestClock, Timestamp};
use engine::{
    ClaimRequest, Done, Enqueued, Incarnation, Job, JobId, JobStore, NewJob, Outcome, QueueName, QueueShare,
    Verdict,
};
use store::{Effect, JobCounts, Store, StoreError, StoreOptions};
use testkit::pg::{Cluster, Database};

/// The queue of most promises.
pub(crate) const QUEUE: QueueName = QueueName::known("import");
/// Another queue.
pub(crate) const OTHER: QueueName = QueueName::known("scrape");
/// How long leases hold here.
pub(crate) const LEASE: Duration = Duration::from_secs(10);
/// When every promise begins.
pub(crate) const START: Timestamp = Timestamp(1_750_000_000_000);
/// The node of most promises.
pub(crate) const NODE: Incarnation = Incarnation(77);

/// A database that is empty at first.
pub(crate) struct Home {
    pub(crate) location: String,
    pub(crate) clock: Arc<TestClock>,
    /// The database, if it is on a server; dropped with this.
    pub(crate) server: Option<Database>,
    pub(crate) folder: tempfile::TempDir,
}

impl Home {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = folder.path().join("sitelode.db").to_string_lossy().into_owned();
        Self { location, clock: TestClock::at(START), server: None, folder }
    }

    /// A database of its own on a private server.
    pub(crate) fn postgres() -> Self {
        let cluster = Cluster::shared().expect("PostgreSQL is installed: `cargo xtask setup` does it");
        let database = cluster.database().expect("a database");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { location: database.url(), clock: TestClock::at(START), server: Some(database), folder }
    }

    /// A database whose tables are partitioned by `domain_id`, in the way in which they can be distributed by it.
    pub(crate) async fn partitioned() -> Self {
        let home = Self::postgres();
        home.open().await.close().await.expect("close");
        home.raw(include_str!("partitioned.sql")).await;
        home
    }

    /// How stores are opened here: with the clock that stands still, on a server too.
    pub(crate) fn options(&self) -> StoreOptions {
        let mut options = StoreOptions::new(self.clock.clone());
        options.server.database_time = false;
        options
    }

    pub(crate) async fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(&self.location, self.options()).await
    }

    /// Another one of the same kind.
    pub(crate) fn another(&self) -> Self {
        if self.server.is_some() { Self::postgres() } else { Self::sqlite() }
    }

    /// Runs statements past the store, as another program would.
    pub(crate) async fn raw(&self, text: &'static str) {
        self.try_raw(text).await.expect("the statement runs");
    }

    /// As [`Self::raw`], when they may be refused.
    pub(crate) async fn try_raw(&self, text: &'static str) -> Result<(), sqlx::Error> {
        use sqlx::{ConnectOptions, Executor};
        if self.server.is_some() {
            let options: sqlx::postgres::PgConnectOptions = self.location.parse().expect("a URL");
            options.connect().await?.execute(text).await?;
        } else {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&self.location);
            options.connect().await?.execute(text).await?;
        }
        Ok(())
    }

    pub(crate) async fn open(&self) -> Store {
        self.try_open().await.expect("the database opens")
    }
}

/// Queues jobs and gives their numbers; all of them must be taken in.
pub(crate) async fn enqueue(store: &Store, jobs: Vec<NewJob>) -> Vec<JobId> {
    let enqueued = store.enqueue(jobs, store.now()).await.expect("enqueue");
    enqueued
        .into_iter()
        .map(|what| match what {
            Enqueued::Added(id) => id,
            other => panic!("not queued: {other:?}"),
        })
        .collect()
}

/// Claims up to `limit` jobs of [`QUEUE`].
pub(crate) async fn claim(store: &Store, limit: usize) -> Vec<Job> {
    claim_as(store, NODE, &QUEUE, limit).await
}

pub(crate) async fn claim_as(store: &Store, node: Incarnation, queue: &QueueName, limit: usize) -> Vec<Job> {
    let shares = [QueueShare { queue: queue.clone(), limit }];
    let request = ClaimRequest { node, lease: LEASE, shares: &shares, limit };
    store.claim(request, store.now()).await.expect("claim").jobs
}

pub(crate) fn outcome(job: &Job, verdict: Verdict<Effect>) -> Outcome<Effect> {
    Outcome {
        lease: job.lease,
        queue: job.queue.clone(),
        subject: job.subject.clone(),
        started_at: START,
        verdict,
    }
}

pub(crate) fn complete(job: &Job) -> Outcome<Effect> {
    outcome(job, Verdict::Complete(Done::nothing()))
}

/// Commits one outcome; whether it was accepted.
pub(crate) async fn commit(store: &Store, outcome: Outcome<Effect>) -> bool {
    store.commit(&[outcome], store.now()).await.expect("commit") == [true]
}

/// The counts of [`QUEUE`].
pub(crate) async fn counts(store: &Store) -> JobCounts {
    store.job_counts().await.expect("counts").remove(&QUEUE).unwrap_or_default()
}
