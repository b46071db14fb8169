//! Bringing the schema up to date: all of it in one transaction, one node at a time, also behind a pooler.

use std::collections::BTreeMap;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use crate::StoreError;
use crate::dialect::{self, Dialect};

/// The advisory lock of whoever changes the schema: "site" and "lode" as numbers.
const LOCK: &str = "SELECT pg_advisory_xact_lock(1936291941, 1819239525)";
/// What was applied, as sqlx keeps it.
const HISTORY: &str = "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, \
                       installed_on TIMESTAMPTZ NOT NULL DEFAULT now(), success BOOLEAN NOT NULL, \
                       checksum BYTEA NOT NULL, execution_time BIGINT NOT NULL)";

/// Applies what is missing. A schema of a newer program is left alone.
pub(crate) async fn run(connection: &mut PgConnection, schema: Option<&str>) -> Result<(), StoreError> {
    let mut tx = connection.begin().await?;
    tx.execute(sqlx::raw_sql(LOCK)).await?;
    if let Some(schema) = schema {
        let name = schema.replace('"', "\"\"");
        tx.execute(sqlx::raw_sql(AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS \"{name}\"")))).await?;
    }
    let applied = applied(&mut tx).await?;
    let migrator = dialect::migrator(Dialect::Postgres);
    let known = dialect::newest_schema();
    if let Some(&found) = applied.keys().find(|version| !migrator.version_exists(**version)) {
        return Err(if found > known {
            StoreError::SchemaTooNew { found, known }
        } else {
            StoreError::Corrupt(format!("schema version {found} is none of this program's"))
        });
    }
    if applied.is_empty() {
        tx.execute(sqlx::raw_sql(HISTORY)).await?;
    }
    for migration in migrator.iter() {
        match applied.get(&migration.version) {
            Some(checksum) if *checksum == *migration.checksum => {}
            Some(_) => {
                let version = migration.version;
                return Err(StoreError::Corrupt(format!(
                    "schema version {version} is not as this program made it"
                )));
            }
            None => {
                tx.execute(sqlx::raw_sql(migration.sql.clone())).await?;
                let text = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                            VALUES ($1, $2, TRUE, $3, 0)";
                let note = sqlx::query(text).bind(migration.version).bind(migration.description.as_ref());
                note.bind(migration.checksum.as_ref()).persistent(false).execute(&mut *tx).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

/// What was applied before: versions and checksums.
async fn applied(connection: &mut PgConnection) -> Result<BTreeMap<i64, Vec<u8>>, StoreError> {
    let there = sqlx::query_scalar::<_, bool>("SELECT to_regclass('_sqlx_migrations') IS NOT NULL");
    if !there.persistent(false).fetch_one(&mut *connection).await? {
        return Ok(BTreeMap::new());
    }
    let text = "SELECT version, checksum FROM _sqlx_migrations ORDER BY version";
    let rows = sqlx::query(text).persistent(false).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
