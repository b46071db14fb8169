//! What stands in a database, read past the program that keeps it: one text a row, from SQLite and PostgreSQL alike.

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::Error;

/// Reads the rows of a query whose only column is a text. `location` is a `postgres://` URL or the path of a file.
/// Not for callers that are asynchronous.
///
/// # Errors
/// [`Error::Rows`] with what the database said.
pub fn rows(location: &str, query: &'static str) -> Result<Vec<String>, Error> {
    let failed = |cause| Error::Rows { location: location.to_owned(), cause };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|cause| failed(sqlx::Error::Io(cause)))?;
    runtime.block_on(read(location, query)).map_err(failed)
}

async fn read(location: &str, query: &'static str) -> Result<Vec<String>, sqlx::Error> {
    if location.starts_with("postgres") {
        let mut connection = location.parse::<PgConnectOptions>()?.connect().await?;
        let rows = sqlx::query_scalar(query).fetch_all(&mut connection).await?;
        connection.close().await?;
        Ok(rows)
    } else {
        let options = SqliteConnectOptions::new().filename(location).read_only(true);
        let mut connection = options.connect().await?;
        let rows = sqlx::query_scalar(query).fetch_all(&mut connection).await?;
        connection.close().await?;
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_their_order_and_a_wrong_query_is_told() {
        let database = crate::pg::Cluster::shared().unwrap().database().unwrap();
        let two = "SELECT name FROM (SELECT 'b' AS name UNION ALL SELECT 'a') AS names ORDER BY name";
        assert_eq!(rows(&database.url(), two).unwrap(), ["a", "b"]);
        assert!(
            rows(&database.url(), "SELECT name FROM nowhere").unwrap_err().to_string().contains("nowhere")
        );
        let error = rows("/nowhere/at/all.db", two).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all.db"), "{error}");
    }
}
