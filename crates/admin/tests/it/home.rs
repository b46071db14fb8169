//! Where the promises are kept: a fresh database, a clock that stands still, and the dispatcher over both.

use std::sync::Arc;
use std::time::Duration;

use admin::audit::Audit;
use admin::circuit::Breakers;
use admin::identity::Identity;
use admin::limits::RateLimits;
use admin::{ActionAnswer, ActionError, ActionRequest, Dispatcher, Origin, Principal, Role, Surroundings};
use clock::{TestClock, Timestamp};
use engine::{
    ClaimRequest, CodedError, Done, Enqueued, Incarnation, Job, JobId, JobStore, NewJob, Outcome, QueueName,
    QueueShare, Verdict,
};
use model::{PublicId, RecordKind};
use serde_json::Value;
use store::{Effect, JobView, Store, StoreOptions};
use testkit::pg::{Cluster, Database};

/// The queue of most promises.
pub(crate) const QUEUE: QueueName = QueueName::known("import");
/// When every promise begins.
pub(crate) const START: Timestamp = Timestamp(1_750_000_000_000);

/// A control plane over an empty database.
pub(crate) struct Home {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) store: Arc<Store>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) folder: tempfile::TempDir,
    _server: Option<Database>,
}

impl Home {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = folder.path().join("sitelode.db").to_string_lossy().into_owned();
        Self::over(location, None, folder).await
    }

    pub(crate) async fn postgres() -> Self {
        let cluster = Cluster::shared().expect("PostgreSQL is installed: `cargo xtask setup` does it");
        let database = cluster.database().expect("a database");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::over(database.url(), Some(database), folder).await
    }

    async fn over(location: String, server: Option<Database>, folder: tempfile::TempDir) -> Self {
        let clock = TestClock::at(START);
        let options = StoreOptions::new(clock.clone());
        let store = Arc::new(Store::open(&location, options).await.expect("the database opens"));
        let dispatcher = dispatcher(&store, &clock, &folder, RateLimits::default());
        Self { clock, store, dispatcher, folder, _server: server }
    }

    /// Another dispatcher over the same database: another node, or this one after a restart.
    pub(crate) fn another(&self, limits: RateLimits) -> Arc<Dispatcher> {
        dispatcher(&self.store, &self.clock, &self.folder, limits)
    }

    /// Does an action as a superadmin.
    pub(crate) async fn act(&self, kind: &str, payload: Value) -> Result<ActionAnswer, ActionError> {
        self.ask(ActionRequest::new(kind, payload).confirmed()).await
    }

    /// Does an action that must succeed; its result.
    pub(crate) async fn done(&self, kind: &str, payload: Value) -> Value {
        self.act(kind, payload).await.unwrap_or_else(|error| panic!("{kind}: {error:?}")).result
    }

    /// Does an action that must be refused; the code.
    pub(crate) async fn refused(&self, kind: &str, payload: Value) -> &'static str {
        match self.act(kind, payload).await {
            Ok(answer) => panic!("{kind} was done: {answer:?}"),
            Err(error) => error.code(),
        }
    }

    pub(crate) async fn ask(&self, request: ActionRequest) -> Result<ActionAnswer, ActionError> {
        self.dispatcher.dispatch(Some(somebody(Role::Superadmin)), origin(), request).await
    }

    /// Queues jobs and gives their numbers.
    pub(crate) async fn enqueue(&self, jobs: Vec<NewJob>) -> Vec<JobId> {
        let enqueued = self.store.enqueue(jobs, self.store.now()).await.expect("enqueue");
        let number = |what| match what {
            Enqueued::Added(id) => id,
            other => panic!("not queued: {other:?}"),
        };
        enqueued.into_iter().map(number).collect()
    }

    /// Claims up to so many jobs of [`QUEUE`].
    pub(crate) async fn claim(&self, limit: usize) -> Vec<Job> {
        let shares = [QueueShare { queue: QUEUE, limit }];
        let request =
            ClaimRequest { node: Incarnation(7), lease: Duration::from_secs(10), shares: &shares, limit };
        self.store.claim(request, self.store.now()).await.expect("claim").jobs
    }

    /// Commits how a job ended; whether it was accepted.
    pub(crate) async fn end(&self, job: &Job, verdict: Verdict<Effect>) -> bool {
        let outcome = Outcome {
            lease: job.lease,
            queue: job.queue.clone(),
            subject: job.subject.clone(),
            started_at: START,
            verdict,
        };
        self.store.commit(&[outcome], self.store.now()).await.expect("commit") == [true]
    }

    /// A job that failed.
    pub(crate) async fn failed_job(&self) -> JobId {
        self.enqueue(vec![NewJob::new(QUEUE)]).await;
        let job = self.claim(1).await.remove(0);
        assert!(self.end(&job, failed()).await);
        job.id
    }

    pub(crate) async fn job(&self, id: JobId) -> JobView {
        self.store.job(id).await.expect("the job is there").0
    }
}

fn dispatcher(
    store: &Arc<Store>,
    clock: &Arc<TestClock>,
    folder: &tempfile::TempDir,
    limits: RateLimits,
) -> Arc<Dispatcher> {
    let shared = Surroundings {
        store: Arc::clone(store),
        clock: clock.clone(),
        breakers: Breakers::default(),
        identity: Arc::new(identity(store)),
        backups: folder.path().join("backups"),
        at_once_max: 5,
    };
    let audit = Arc::new(Audit::new(Arc::clone(store), clock.clone()));
    Arc::new(Dispatcher::new(Arc::new(shared), audit, limits))
}

/// People over a store, with passwords that are quick to hash.
fn identity(store: &Arc<Store>) -> Identity {
    Identity::new(Arc::clone(store))
}

/// Somebody of that role.
pub(crate) fn somebody(role: Role) -> Principal {
    Principal { role, ..Principal::local(role.as_str()) }
}

/// From where all of it comes.
pub(crate) fn origin() -> Origin {
    Origin::new("192.0.2.1".parse().ok(), Some("a test"), "trace", "request")
}

pub(crate) fn complete() -> Verdict<Effect> {
    Verdict::Complete(Done::nothing())
}

pub(crate) fn failed() -> Verdict<Effect> {
    Verdict::Fail { error: CodedError::new("timeout", "the host did not answer in 30 s") }
}

pub(crate) fn id(job: JobId) -> PublicId {
    RecordKind::Job.id(job.0)
}
