//! Where a promise is kept: a server over a fresh database, with a token for each role.

use std::sync::Arc;

use admin::audit::Audit;
use admin::circuit::Breakers;
use admin::identity::{HashCost, Identity, IdentitySettings, NewApiToken, NewPerson};
use admin::limits::RateLimits;
use admin::{Dispatcher, Principal, Role, Surroundings};
use axum::Router;
use axum::body::Body;
use clock::{TestClock, Timestamp};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use server::{App, Options, Parts};
use store::{Store, StoreOptions};
use testkit::pg::{Cluster, Database};
use tower::ServiceExt;

/// When every promise begins.
pub(crate) const START: Timestamp = Timestamp(1_750_000_000_000);
/// The password of everybody.
pub(crate) const PASSWORD: &str = "seven brown walruses dance";

/// A server with its database.
pub(crate) struct Home {
    pub(crate) store: Arc<Store>,
    pub(crate) router: Router,
    viewer: String,
    operator: String,
    admin: String,
    _server: Option<Database>,
    _folder: tempfile::TempDir,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The stable code of a problem.
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{self:?}");
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Home {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = folder.path().join("sitelode.db").to_string_lossy().into_owned();
        Self::over(&location, None, folder).await
    }

    pub(crate) async fn postgres() -> Self {
        let cluster = Cluster::shared().expect("PostgreSQL is installed: `cargo xtask setup` does it");
        let database = cluster.database().expect("a database");
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::over(&database.url(), Some(database), folder).await
    }

    async fn over(location: &str, server: Option<Database>, folder: tempfile::TempDir) -> Self {
        let clock = TestClock::at(START);
        let store =
            Store::open(location, StoreOptions::new(clock.clone())).await.expect("the database opens");
        let store = Arc::new(store);
        let hashing = HashCost { memory_kib: 8, passes: 1, lanes: 1 };
        let settings = IdentitySettings { hashing, ..IdentitySettings::default() };
        let identity = Arc::new(Identity::with(Arc::clone(&store), settings));
        let audit = Arc::new(Audit::new(Arc::clone(&store), clock.clone()));
        let surroundings = Surroundings {
            store: Arc::clone(&store),
            clock: clock.clone(),
            identity: Arc::clone(&identity),
            breakers: Breakers::default(),
            backups: folder.path().join("backups"),
            at_once_max: 1_000,
        };
        let limits = RateLimits::default();
        let dispatcher = Arc::new(Dispatcher::new(Arc::new(surroundings), Arc::clone(&audit), limits));
        let mut tokens = Vec::new();
        for role in [Role::Viewer, Role::Operator, Role::Admin] {
            let wanted = NewApiToken { name: role.as_str(), role, scopes: None, expires_in: None };
            let token = identity.create_token(wanted, &Principal::local("tester")).await.expect("a token");
            tokens.push(token.1);
        }
        let person = NewPerson { name: "ada", role: Role::Admin, password: Some(PASSWORD) };
        identity.create_user(person, "tester").await.expect("a user");
        let options = Options::default();
        let parts = Parts { store: Arc::clone(&store), clock, identity, audit, dispatcher, options };
        let [viewer, operator, admin] = tokens.try_into().expect("three tokens");
        let router = server::router(App::new(parts));
        Self { store, router, viewer, operator, admin, _server: server, _folder: folder }
    }

    /// The token of a role.
    pub(crate) fn token(&self, role: Role) -> &str {
        match role {
            Role::Viewer => &self.viewer,
            Role::Operator => &self.operator,
            Role::Admin | Role::Superadmin => &self.admin,
        }
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// A request of somebody, with a JSON body if there is one.
    pub(crate) fn request(
        &self,
        role: Role,
        method: Method,
        path: &str,
        body: Option<&str>,
    ) -> Request<Body> {
        let bearer = format!("Bearer {}", self.token(role));
        let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, bearer);
        let request = match body {
            Some(_) => request.header(header::CONTENT_TYPE, "application/json"),
            None => request,
        };
        request.body(Body::from(body.unwrap_or_default().to_owned())).expect("a request")
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Role::Viewer, Method::GET, path, None)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Role::Operator, Method::POST, path, Some(&body.to_string()))).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Role::Operator, Method::PUT, path, Some(&body.to_string()))).await
    }

    /// Scans a domain; the id of its job.
    pub(crate) async fn scan(&self, domain: &str) -> String {
        let answer = self.post("/api/v3/sitemap/scan", &serde_json::json!({ "base_url": domain })).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{answer:?}");
        answer.json()["job_id"].as_str().expect("an id").to_owned()
    }
}
