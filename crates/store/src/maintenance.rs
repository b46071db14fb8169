//! Looking after the database: checking it, copying it while it is in use, and putting a copy back.

mod invariants;

use std::path::{Path, PathBuf};

use self::invariants::INVARIANTS;
use crate::db::{Db, lock_file};
use crate::dialect::sqlite;
use crate::sql::sql;
use crate::{Store, StoreError};

/// Most problems that a check lists of one kind.
const MOST_LISTED: i64 = 20;

/// A copy of the database that was opened and found sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its schema version.
    pub schema: i64,
}

impl Store {
    /// Looks for damage and for what contradicts itself. Each problem is a sentence; none means sound. Reads all of
    /// it: seconds for millions of rows. Works while the store is in use.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut problems = Vec::new();
        if let Db::Sqlite(_) = &self.db {
            for row in self.db.rows(sql("PRAGMA integrity_check")).await? {
                problems.push(row.get::<String>(0)?);
            }
            problems.retain(|problem| problem != "ok");
        }
        for rule in INVARIANTS.iter() {
            for row in self.db.rows(sql(&rule.query).bind(MOST_LISTED)).await? {
                problems.push(format!("{}: {}", rule.sentence, row.get::<String>(0)?));
            }
        }
        Ok(problems)
    }

    /// Copies the embedded database to a new file while it is in use, and checks the copy. PostgreSQL is backed up
    /// with its own tools.
    pub async fn backup(&self, to: &Path) -> Result<Backup, StoreError> {
        let Db::Sqlite(embedded) = &self.db else {
            return Err(StoreError::Invalid(
                "back a PostgreSQL database up with pg_dump or its base backups".into(),
            ));
        };
        if to.exists() {
            return Err(StoreError::Conflict(format!(
                "{} exists already; it is not overwritten",
                to.display()
            )));
        }
        let partial = with_suffix(to, ".partial");
        remove_if_there(&partial)?;
        sqlite::copy_into(&embedded.path, &partial).await?;
        let schema = sqlite::verify(&partial).await?;
        let bytes = sync(&partial)?;
        std::fs::rename(&partial, to).map_err(|source| StoreError::File { path: to.to_owned(), source })?;
        Ok(Backup { path: to.to_owned(), bytes, schema })
    }

    /// Puts a copy in the place of the embedded database at `location`, which nobody may have open. The copy is
    /// checked first; the database that was there is kept beside it, under the name with `.before-restore`.
    pub async fn restore(backup: &Path, location: &Path) -> Result<Backup, StoreError> {
        let _lock = lock_file(location)?;
        let schema = sqlite::verify(backup).await?;
        if schema > crate::dialect::newest_schema() {
            return Err(StoreError::SchemaTooNew { found: schema, known: crate::dialect::newest_schema() });
        }
        let partial = with_suffix(location, ".partial");
        let file_error = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::File { path, source }
        };
        std::fs::copy(backup, &partial).map_err(file_error(&partial))?;
        let bytes = sync(&partial)?;
        if location.exists() {
            // Its last transactions may still stand in its log: they belong to the copy that is kept.
            sqlite::close_writer(sqlite::open_writer(location).await?).await?;
            std::fs::rename(location, with_suffix(location, ".before-restore"))
                .map_err(file_error(location))?;
        }
        remove_if_there(&with_suffix(location, "-wal"))?;
        remove_if_there(&with_suffix(location, "-shm"))?;
        std::fs::rename(&partial, location).map_err(file_error(location))?;
        Ok(Backup { path: location.to_owned(), bytes, schema })
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::File { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Makes sure that a file is on the disk; its size.
fn sync(path: &Path) -> Result<u64, StoreError> {
    let file = std::fs::File::open(path).and_then(|file| {
        file.sync_all()?;
        Ok(file.metadata()?.len())
    });
    file.map_err(|source| StoreError::File { path: path.to_owned(), source })
}
