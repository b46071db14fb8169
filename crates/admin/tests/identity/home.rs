//! Where a promise is kept: a fresh database, a clock that stands still, and cheap hashes.

use std::sync::Arc;

use admin::Origin;
use admin::audit::Audit;
use admin::identity::{HashCost, Identity, IdentityError, IdentitySettings, NewPerson, SignIn, SignedIn};
use clock::{TestClock, Timestamp};
use model::Role;
use store::{Store, StoreOptions};
use testkit::pg::{Cluster, Database};

/// A password that is good enough.
pub(crate) const PASSWORD: &str = "plenty of green turtles";

/// Everything that a promise needs.
pub(crate) struct Home {
    pub(crate) store: Arc<Store>,
    pub(crate) identity: Identity,
    pub(crate) audit: Audit,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) origin: Origin,
    _server: Option<Database>,
    _folder: tempfile::TempDir,
}

impl Home {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = folder.path().join("sitelode.db").to_string_lossy().into_owned();
        Self::open(&location, None, folder).await
    }

    pub(crate) async fn postgres() -> Self {
        let cluster = Cluster::shared().expect("PostgreSQL is installed: `cargo xtask setup` does it");
        let database = cluster.database().expect("a database");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::open(&database.url(), Some(database), folder).await
    }

    async fn open(location: &str, server: Option<Database>, folder: tempfile::TempDir) -> Self {
        let clock = TestClock::at(Timestamp(1_750_000_000_000));
        let mut options = StoreOptions::new(clock.clone());
        options.server.database_time = false;
        let store = Arc::new(Store::open(location, options).await.expect("the database opens"));
        let hashing = HashCost { memory_kib: 64, passes: 1, lanes: 1 };
        let settings = IdentitySettings { hashing, ..IdentitySettings::default() };
        Self {
            identity: Identity::with(Arc::clone(&store), settings),
            audit: Audit::new(Arc::clone(&store), clock.clone()),
            store,
            clock,
            origin: origin("192.0.2.1"),
            _server: server,
            _folder: folder,
        }
    }

    /// Makes a person with [`PASSWORD`]; their number.
    pub(crate) async fn person(&self, name: &str, role: Role) -> i64 {
        let person = NewPerson { name, role, password: Some(PASSWORD) };
        self.identity.create_user(person, "test").await.expect("a person");
        self.identity.user_number(name).await.expect("a number")
    }

    pub(crate) async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn, IdentityError> {
        self.sign_in_from(name, password, &self.origin).await
    }

    pub(crate) async fn sign_in_from(
        &self,
        name: &str,
        password: &str,
        origin: &Origin,
    ) -> Result<SignedIn, IdentityError> {
        let request = SignIn { name, password, new_password: None, replaces: None, origin };
        self.identity.sign_in(request, &self.audit).await
    }
}

pub(crate) fn origin(ip: &str) -> Origin {
    Origin::new(ip.parse().ok(), Some("a test"), "trace", "request")
}
