//! PostgreSQL: how its connections are set up.

use std::str::FromStr;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::StoreError;

/// The oldest server that is served, as `server_version_num` gives it.
pub(crate) const OLDEST_SERVER: i64 = 140_000;
/// How many connections a node opens at most.
const CONNECTIONS: u32 = 10;
/// How long a call waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept on a connection.
const STATEMENTS: usize = 512;

/// Opens the pool. `schema` is where the tables are looked for and made, if not in the usual one.
pub(crate) async fn open(url: &str, schema: Option<&str>) -> Result<PgPool, StoreError> {
    let mut options = PgConnectOptions::from_str(url)?
        .application_name("sitelode")
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    if let Some(schema) = schema {
        options = options.options([("search_path", schema)]);
    }
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(ACQUIRE_TIMEOUT);
    Ok(pool.connect_with(options).await?)
}
