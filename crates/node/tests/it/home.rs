//! Where nodes live in tests: one database of either kind, a clock that stands still, stages that do as they are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clock::{Clock, TestClock, Timestamp};
use engine::{Done, Failure, Incarnation, Job, JobContext, JobState, QueueName, Stage, Stages};
use fetch::Fetcher;
use model::NodeKind;
use node::{Node, NodeOptions, Parts};
use pipeline::classify::Rules;
use pipeline::{Pipeline, Settings};
use store::{DeclaredWorker, Effect, JobView, Store, StoreOptions};
use testkit::pg::{Cluster, Database};

/// The queue of the test's stage.
pub(crate) const QUEUE: QueueName = QueueName::known("work");
/// How long a condition is waited for before a test gives up: only ever reached by a defect.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// One database, and a clock for all.
pub(crate) struct Home {
    location: String,
    pub(crate) clock: Arc<TestClock>,
    /// One store for all nodes where only one process may have the database open.
    shared: Option<Arc<Store>>,
    names: AtomicUsize,
    _server: Option<Database>,
    pub(crate) folder: tempfile::TempDir,
}

impl Home {
    pub(crate) async fn sqlite() -> Self {
        let mut home = Self::at(String::new(), None);
        home.location = home.folder.path().join("sitelode.db").to_string_lossy().into_owned();
        home.shared = Some(home.open().await);
        home
    }

    pub(crate) async fn postgres() -> Self {
        let cluster = Cluster::shared().expect("PostgreSQL is installed: `cargo xtask setup` does it");
        let database = cluster.database().expect("a database");
        Self::at(database.url(), Some(database))
    }

    fn at(location: String, server: Option<Database>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = TestClock::at(Timestamp(1_750_000_000_000));
        Self { location, clock, shared: None, names: AtomicUsize::new(0), _server: server, folder }
    }

    async fn open(&self) -> Arc<Store> {
        let mut options = StoreOptions::new(self.clock.clone());
        // The clock that stands still, on a server too.
        options.server.database_time = false;
        Arc::new(Store::open(&self.location, options).await.expect("the database opens"))
    }

    /// The store of another process, or the one where there can be no other.
    pub(crate) async fn store(&self) -> Arc<Store> {
        match &self.shared {
            Some(store) => Arc::clone(store),
            None => self.open().await,
        }
    }

    /// A node called `node-1`, `node-2` ... that has begun.
    pub(crate) async fn node(&self) -> Node {
        self.node_with(|_| {}).await
    }

    /// The same, set otherwise.
    pub(crate) async fn node_with(&self, set: impl FnOnce(&mut NodeOptions)) -> Node {
        let number = self.names.fetch_add(1, Ordering::Relaxed) + 1;
        let mut options = NodeOptions::new(format!("node-{number}"), NodeKind::Worker);
        options.beat = Duration::from_millis(10);
        options.worker.poll = Duration::from_millis(10);
        set(&mut options);
        let store = self.store().await;
        let clock: clock::SharedClock = self.clock.clone();
        let fetcher = Fetcher::new(fetch::Config::default(), Arc::clone(&clock)).expect("a fetcher");
        let pipeline = Pipeline::new(store, fetcher, Rules::default(), Settings::default());
        let stages = Arc::new(Stages::new().with(Script));
        let incarnation = Incarnation(i64::try_from(number).expect("small"));
        let node = Node::new(Parts { pipeline, stages, gate: None, clock, incarnation }, options, "here");
        node.begin().await.expect("it begins");
        node
    }

    pub(crate) fn pass(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }
}

/// A worker of the test's stage.
pub(crate) fn worker(name: &str, concurrency: u32) -> DeclaredWorker {
    DeclaredWorker { name: name.to_owned(), stage: Some(QUEUE), queues: vec![QUEUE], concurrency }
}

/// Runs until it is stopped, unless the payload says otherwise.
struct Script;

impl Stage<Effect> for Script {
    fn queue(&self) -> QueueName {
        QUEUE
    }

    async fn run(&self, job: &Job, _: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        if job.payload == "\"forever\"" {
            std::future::pending::<()>().await;
        }
        Ok(Done::nothing())
    }
}

/// Waits until `there` holds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut there: impl FnMut() -> F) {
    let waiting = async {
        while !there().await {
            tokio::time::sleep(LOOK).await;
        }
    };
    if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
        panic!("{what} did not come");
    }
}

/// Waits until the job is in a state.
pub(crate) async fn until_job(store: &Store, id: engine::JobId, state: JobState) -> JobView {
    until(state.as_str(), || async { store.job(id).await.expect("the job").0.state == state }).await;
    store.job(id).await.expect("the job").0
}
