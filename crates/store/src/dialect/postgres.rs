//! PostgreSQL: how its connections are set up, and what is asked of a server before it is used.

pub(crate) mod migrate;

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};

use crate::{ServerOptions, StoreError, StoreOptions};

/// The oldest server that is served, as `server_version_num` gives it.
const OLDEST_SERVER: i64 = 140_000;
/// How long a server may take to answer when the store is opened.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept on a connection.
const STATEMENTS: usize = 512;
/// For connections whose statements find rows by their keys. A statement is planned when its table may be all but empty;
/// kept prepared, a plan that reads the whole table would then be used on millions of rows.
const KEYED: [(&str, &str); 5] = [
    ("enable_seqscan", "off"),
    ("enable_bitmapscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    // The four above are prices, and a high price would have each plan compiled.
    ("jit", "off"),
];

/// How connections to the server at `url` are made.
pub(crate) fn options(url: &str, options: &StoreOptions) -> Result<PgConnectOptions, StoreError> {
    let wrong =
        |error: sqlx::Error| StoreError::Invalid(format!("the database's URL cannot be read: {error}"));
    let mut connect = PgConnectOptions::from_str(url)
        .map_err(wrong)?
        .application_name("sitelode")
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    if let Some(schema) = &options.schema {
        connect = connect.options([("search_path", schema)]);
    }
    let server = &options.server;
    if server.prepared_statements {
        // A pooler takes no settings when a connection is made: behind one the database's own hold.
        connect = connect.options(
            [
                ("statement_timeout", server.statement_timeout),
                ("idle_in_transaction_session_timeout", server.idle_transaction_timeout),
            ]
            .map(|(name, timeout)| (name, timeout.as_millis().to_string())),
        );
    }
    Ok(connect)
}

/// The same for connections whose statements find rows by their keys.
pub(crate) fn keyed(connect: PgConnectOptions, server: &ServerOptions) -> PgConnectOptions {
    if server.prepared_statements { connect.options(KEYED) } else { connect }
}

/// Looks whether the server can be used, and brings the schema up to date. Nothing is changed if not.
pub(crate) async fn prepare(connect: &PgConnectOptions, options: &StoreOptions) -> Result<(), StoreError> {
    let place = format!("{}:{}", connect.get_host(), connect.get_port());
    // Changes to the schema take the time that they take.
    let patient = connect.clone().options([("statement_timeout", "0")]);
    let connect = if options.server.prepared_statements { &patient } else { connect };
    let opened = tokio::time::timeout(OPEN_TIMEOUT, connect.connect()).await;
    let mut connection = match opened {
        Ok(opened) => opened.map_err(|error| explained(error, connect, &place))?,
        Err(_) => {
            let waited = OPEN_TIMEOUT.as_secs();
            return Err(StoreError::Unavailable(format!("{place} did not answer within {waited} s")));
        }
    };
    let done = async {
        check_version(&mut connection).await?;
        migrate::run(&mut connection, options.schema.as_deref()).await
    };
    done.await.map_err(|error| match error {
        StoreError::Denied(text) => StoreError::Denied(format!(
            "the database user {} may not do what is needed ({text}): make it the owner of the database, or GRANT it \
             CREATE on the schema",
            connect.get_username()
        )),
        error => error,
    })?;
    let _ = connection.close().await;
    Ok(())
}

/// A failed connection in words for whoever set it up.
fn explained(error: sqlx::Error, connect: &PgConnectOptions, place: &str) -> StoreError {
    let database = connect.get_database().unwrap_or(connect.get_username());
    match StoreError::from(error) {
        StoreError::Unavailable(why) => StoreError::Unavailable(format!("{place} cannot be reached: {why}")),
        StoreError::Refused(why) | StoreError::Denied(why) | StoreError::Invalid(why) => StoreError::Denied(
            format!("{place} refuses {} at the database {database}: {why}", connect.get_username()),
        ),
        error => error,
    }
}

async fn check_version(connection: &mut PgConnection) -> Result<(), StoreError> {
    let text = "SELECT CAST(current_setting('server_version_num') AS BIGINT)";
    let version: i64 = sqlx::query_scalar(text).persistent(false).fetch_one(connection).await?;
    if version < OLDEST_SERVER {
        let found = version / 10_000;
        return Err(StoreError::Invalid(format!("PostgreSQL {found} is too old: 14 or later is needed")));
    }
    Ok(())
}
