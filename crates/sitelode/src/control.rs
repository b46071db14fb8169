//! Joining identity and the audit log, as the settings ask; deeds at the machine itself are audited like any other.

use std::sync::Arc;

use admin::audit::{Audit, AuditSettings, Closing, Opening, Subject};
use admin::circuit::Breakers;
use admin::identity::{Identity, IdentityError, IdentitySettings};
use admin::{Origin, Principal, Surroundings};
use model::{AuditLevel, AuditOutcome};
use serde_json::Value;
use store::{Store, StoreError};

use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

/// Names the environment variable with the password of the first superadmin.
pub const FIRST_PASSWORD: &str = "SITELODE_ADMIN_PASSWORD";
/// Most records that a bulk action changes at once; more become a maintenance job.
const AT_ONCE_MAX: usize = 10_000;

/// People, tokens and the audit log of one database, for somebody at the machine.
pub struct Control {
    /// The database.
    pub store: Arc<Store>,
    /// People, sessions and tokens.
    pub identity: Identity,
    /// The audit log.
    pub audit: Audit,
    /// Who sits at the machine.
    pub who: Principal,
    origin: Origin,
}

impl Control {
    /// Opens the database with all that belongs to it.
    ///
    /// # Errors
    /// If the database can't be used.
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        let store = wire::open_store(config).await?;
        let trace = format!("local-{:016x}", store.clock().random());
        Ok(Self {
            identity: identity(config, &store),
            audit: audit(config, &store),
            who: Principal::local(&local_name()),
            origin: Origin::new(None, Some("sitelode command line"), &trace, &trace),
            store,
        })
    }

    /// Does a deed between the opening and the closing of its record.
    ///
    /// # Errors
    /// If the deed fails, or cannot be audited.
    pub async fn audited<T>(
        &self,
        action: &str,
        subject: Option<(&str, String)>,
        parameters: Value,
        deed: impl Future<Output = Result<T, IdentityError>>,
    ) -> Result<T, Failure> {
        let subject = subject.map(|(kind, id)| Subject { kind: kind.to_owned(), id });
        let opening = Opening {
            action,
            level: AuditLevel::Write,
            principal: Some(&self.who),
            origin: &self.origin,
            subject,
            selector: None,
            parameters: &parameters,
            secret_fields: &[],
        };
        let record = self.audit.open(opening).await?;
        let result = deed.await;
        let message = result.as_ref().err().map(ToString::to_string);
        let closing = Closing {
            outcome: if result.is_ok() { AuditOutcome::Done } else { AuditOutcome::Failed },
            code: result.as_ref().err().map(IdentityError::code),
            message: message.as_deref(),
            counts: None,
        };
        self.audit.close(record, closing).await?;
        Ok(result?)
    }

    /// Writes what is still to be written and closes the database.
    ///
    /// # Errors
    /// If the database can't be closed in order.
    pub async fn close(self) -> Result<(), Failure> {
        let Self { store, identity, audit, .. } = self;
        audit.finish().await;
        drop(identity);
        wire::close(store).await
    }
}

/// Identity as it is set.
pub fn identity(config: &Config, store: &Arc<Store>) -> Identity {
    let settings = IdentitySettings {
        session_idle: config.identity.session_idle(),
        session_max: config.identity.session_max(),
        bearer_life: config.identity.bearer_life(),
        ..IdentitySettings::default()
    };
    Identity::with(Arc::clone(store), settings)
}

/// The audit log as it is set.
pub fn audit(config: &Config, store: &Arc<Store>) -> Audit {
    let settings = AuditSettings { reads: config.audit.reads, keys: config.audit.keys() };
    Audit::with(Arc::clone(store), store.clock(), settings)
}

/// What actions, and the maintenance jobs that they leave behind, work with in this process.
pub fn surroundings(config: &Config, store: &Arc<Store>) -> Arc<Surroundings> {
    Arc::new(Surroundings {
        store: Arc::clone(store),
        clock: store.clock(),
        identity: Arc::new(identity(config, store)),
        breakers: Breakers::default(),
        backups: config.store.data.join("backups"),
        at_once_max: AT_ONCE_MAX,
    })
}

/// Makes the first superadmin if there is nobody yet; what is to be printed, once.
///
/// # Errors
/// If the password in the environment is not good enough, or the database is away.
pub async fn first_superadmin(identity: &Identity, audit: &Audit) -> Result<Option<String>, Failure> {
    let given = std::env::var(FIRST_PASSWORD).ok().filter(|given| !given.is_empty());
    let is_first = identity.users(None, 1).await?.is_empty();
    if !is_first {
        return Ok(None);
    }
    let who = Principal::local(&local_name());
    let origin = Origin::default();
    let opening = Opening {
        action: "user.create",
        level: AuditLevel::Write,
        principal: Some(&who),
        origin: &origin,
        subject: Some(Subject { kind: "user".to_owned(), id: "admin".to_owned() }),
        selector: None,
        parameters: &serde_json::json!({ "name": "admin", "role": "superadmin" }),
        secret_fields: &[],
    };
    let record = audit.open(opening).await?;
    let made = identity.ensure_superadmin(given.as_deref()).await;
    let outcome = if made.is_ok() { AuditOutcome::Done } else { AuditOutcome::Failed };
    audit.close(record, Closing::of(outcome)).await?;
    let made = made.map_err(|error| match error {
        IdentityError::Invalid { detail, .. } => Failure::usage(format!("{FIRST_PASSWORD}: {detail}")),
        other => other.into(),
    })?;
    Ok(made.map(|password| {
        format!("first sign-in: user admin, one-time password {password} (shown once, to be changed)")
    }))
}

/// The name of the operating system's user who runs this.
fn local_name() -> String {
    let uid = rustix::process::getuid().as_raw();
    let names = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut lines = names.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let own = lines.find(|fields| fields.get(2).is_some_and(|number| number.parse() == Ok(uid)));
    own.and_then(|fields| fields.first().map(|name| (*name).to_owned())).unwrap_or_else(|| uid.to_string())
}

/// Whether a number that a command names is meant as the id of this kind of record.
///
/// # Errors
/// If it is no such id.
pub fn number_of(kind: model::RecordKind, what: &'static str, id: &str) -> Result<i64, IdentityError> {
    let not_found = || StoreError::NotFound { what, id: id.to_owned() };
    let id: model::PublicId = id.parse().map_err(|_| not_found())?;
    Ok(kind.number(id).ok_or_else(not_found)?)
}
