//! What can go wrong in the store, by what the caller can do about it.

use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is away, busy, full or restarting: the same call may succeed later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Another process has the embedded database open.
    #[error("{} is in use by another process; stop it, or point this one at another --data folder", path.display())]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// Two transactions crossed; tried again inside the store, never seen outside.
    #[doc(hidden)]
    #[error("transactions crossed: {0}")]
    Crossed(String),
    /// The thing asked for does not exist.
    #[error("{what} {id} does not exist")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its number or name.
        id: String,
    },
    /// The thing is not in a state that allows this.
    #[error("{0}")]
    Conflict(String),
    /// Another node leads by now: whatever was to be written under the old term was not.
    #[error("term {term} of the {duty} is over: another node leads")]
    Deposed {
        /// In what it led.
        duty: &'static str,
        /// The number of the term that is over.
        term: i64,
    },
    /// The database does not let this user in, or not do what is needed.
    #[error("{0}")]
    Denied(String),
    /// The call itself is wrong, whatever is stored.
    #[error("{0}")]
    Invalid(String),
    /// A newer version of the program has been at this database.
    #[error("the database has schema version {found}, this program knows up to {known}: use a newer program")]
    SchemaTooNew {
        /// The version found.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// What is stored is damaged, or not such a database at all.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    /// A file of the store could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database refused a statement: a defect of the program.
    #[error("the database refused a statement: {0}")]
    Refused(String),
}

impl engine::Refusal for StoreError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl StoreError {
    /// That nothing of this kind has this number.
    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        match error {
            sqlx::Error::Database(inner) => from_code(inner.code().as_deref().unwrap_or(""), text),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(text),
            sqlx::Error::Configuration(_) => Self::Invalid(text),
            sqlx::Error::Migrate(inner) => (*inner).into(),
            _ => Self::Refused(text),
        }
    }
}

/// Sorts an error by its code: SQLite's primary result codes, or PostgreSQL's SQLSTATE (Appendix A of its manual).
fn from_code(code: &str, text: String) -> StoreError {
    if code.len() == 5 {
        return match code.get(..2) {
            Some("40") => StoreError::Crossed(text),
            // Connection exceptions, resources, operator intervention, system errors.
            Some("08" | "53" | "57" | "58") => StoreError::Unavailable(text),
            // A standby, or a primary that was just demoted; a lock that could not be had in time; a transaction of ours
            // that stood still for so long that the server ended it.
            Some(_) if matches!(code, "25006" | "25P03" | "55P03") => StoreError::Unavailable(text),
            // Wrong password, no such database, missing rights.
            Some("28" | "3D") => StoreError::Denied(text),
            Some(_) if code == "42501" => StoreError::Denied(text),
            Some("XX") => StoreError::Corrupt(text),
            _ => StoreError::Refused(text),
        };
    }
    match code.parse::<i64>().map(|code| code & 0xFF) {
        // BUSY, LOCKED, NOMEM, IOERR, FULL, CANTOPEN.
        Ok(5 | 6 | 7 | 10 | 13 | 14) => StoreError::Unavailable(text),
        // PERM, READONLY.
        Ok(3 | 8) => StoreError::Denied(text),
        // CORRUPT, NOTADB.
        Ok(11 | 26) => StoreError::Corrupt(text),
        _ => StoreError::Refused(text),
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError as M;
        match error {
            M::Execute(inner) | M::ExecuteMigration(inner, _) => inner.into(),
            M::VersionMissing(found) => Self::SchemaTooNew { found, known: crate::dialect::newest_schema() },
            M::VersionMismatch(version) | M::Dirty(version) => {
                Self::Corrupt(format!("schema version {version} is not as this program made it"))
            }
            other => Self::Refused(other.to_string()),
        }
    }
}
