//! The database itself: how large it is, how it does, and its rows for an export.

use std::time::Duration;

use crate::db::{Db, transaction};
use crate::dialect::{Dialect, newest_schema};
use crate::gate::Size;
use crate::sql::{sql, sql_built};
use crate::{Store, StoreError};

/// The tables that may be exported, each with its columns; secrets are in none of them.
pub const EXPORTS: &[(&str, &[&str])] = &[
    (
        "domains",
        &[
            "id",
            "domain",
            "base_url",
            "sitemap_curation_status",
            "sitemap_analysis_status",
            "sitemap_analysis_error",
            "sitemap_file_count",
            "page_count",
            "contact_count",
            "created_at",
            "updated_at",
        ],
    ),
    (
        "sitemap_files",
        &[
            "id",
            "domain_id",
            "url",
            "parent_url",
            "found_by",
            "sitemap_type",
            "sitemap_curation_status",
            "sitemap_import_status",
            "sitemap_import_error",
            "url_count",
            "new_count",
            "duplicate_count",
            "rejected_count",
            "created_at",
            "updated_at",
        ],
    ),
    (
        "pages",
        &[
            "id",
            "domain_id",
            "url",
            "page_type",
            "page_type_confidence",
            "depth",
            "priority_level",
            "page_curation_status",
            "page_processing_status",
            "page_processing_error",
            "title",
            "contact_count",
            "created_at",
            "updated_at",
        ],
    ),
    ("contacts", &["id", "domain_id", "page_id", "kind", "value", "source", "detail", "created_at"]),
    (
        "job_history",
        &[
            "id",
            "queue",
            "state",
            "priority",
            "subject_kind",
            "subject_id",
            "domain_id",
            "attempt",
            "max_attempts",
            "error_code",
            "error_message",
            "created_by",
            "created_at",
            "started_at",
            "finished_at",
        ],
    ),
];

/// The tables that may be vacuumed or indexed anew by name.
const TABLES: &[&str] = &[
    "jobs",
    "job_history",
    "job_attempts",
    "domains",
    "sitemap_files",
    "pages",
    "scraped_content",
    "contacts",
    "operations",
    "operation_parts",
    "artifacts",
    "artifact_parts",
];

/// How large something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSize {
    /// The table.
    pub name: String,
    /// Rows, or about that many; none if that would take long to tell.
    pub rows: Option<u64>,
    /// Bytes of the table; none if the database does not tell.
    pub bytes: Option<u64>,
    /// Bytes of each of its indexes.
    pub indexes: Vec<(String, u64)>,
}

/// The database as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseStatus {
    /// Which kind.
    pub dialect: Dialect,
    /// Its version, in its own words.
    pub version: String,
    /// The version of the schema.
    pub schema: i64,
    /// The version that this program knows; larger than `schema` while migrations wait.
    pub newest_schema: i64,
    /// Bytes of all of it.
    pub bytes: u64,
    /// Bytes that are free inside it, if it tells.
    pub free_bytes: Option<u64>,
    /// Bytes of the write-ahead log, if it tells.
    pub wal_bytes: Option<u64>,
    /// Open connections, if it tells.
    pub connections: Option<u64>,
    /// Of a hundred pages read, how many were in memory, if it tells.
    pub cache_hit_percent: Option<f64>,
    /// Rows that are dead and not yet vacuumed, if it tells.
    pub dead_rows: Option<u64>,
    /// Its larger tables.
    pub tables: Vec<TableSize>,
}

impl Store {
    /// How the database is.
    pub async fn database_status(&self) -> Result<DatabaseStatus, StoreError> {
        let mut status = match &self.db {
            Db::Sqlite(_) => self.sqlite_status().await?,
            Db::Postgres(_) => self.postgres_status().await?,
        };
        status.schema = self.one("SELECT max(version) FROM _sqlx_migrations").await?;
        Ok(status)
    }

    /// Refuses a table that is none of those that may be vacuumed or indexed anew by name.
    pub fn check_table(&self, table: &str) -> Result<(), StoreError> {
        known(table).map(|_| ())
    }

    /// Reclaims space: of a table on PostgreSQL, of all of it on SQLite.
    pub async fn vacuum(&self, table: Option<&str>) -> Result<(), StoreError> {
        let table = table.map(known).transpose()?;
        match self.dialect() {
            Dialect::Sqlite => transaction!(self.db, Size::Bulk, |tx| {
                // It can't run inside a transaction: this one ends for it, with the right to write still held.
                tx.run(sql("COMMIT")).await?;
                tx.run(sql("VACUUM")).await?;
                tx.run(sql("BEGIN IMMEDIATE")).await?;
                Ok(())
            }),
            Dialect::Postgres => {
                for table in table.map_or_else(|| TABLES.to_vec(), |table| vec![table]) {
                    self.db.rows(sql_built(format!("VACUUM (ANALYZE) {table}"))).await?;
                }
                Ok(())
            }
        }
    }

    /// Builds indexes anew and looks at how values are spread: of a table, or of all.
    pub async fn optimize_indexes(&self, table: Option<&str>) -> Result<(), StoreError> {
        let tables = table.map(known).transpose()?.map_or_else(|| TABLES.to_vec(), |table| vec![table]);
        for table in tables {
            let index = match self.dialect() {
                Dialect::Sqlite => format!("REINDEX {table}"),
                Dialect::Postgres => format!("REINDEX TABLE {table}"),
            };
            transaction!(self.db, Size::Bulk, |tx| {
                tx.run(sql_built(index.clone())).await?;
                tx.run(sql_built(format!("ANALYZE {table}"))).await
            })?;
        }
        Ok(())
    }

    /// Rows of a table of [`EXPORTS`] behind a number, each as a JSON object, with the number of the last.
    pub async fn export_rows(
        &self,
        table: &str,
        after: i64,
        limit: usize,
    ) -> Result<(Vec<String>, Option<i64>), StoreError> {
        let (table, columns) = EXPORTS
            .iter()
            .find(|(name, _)| *name == table)
            .ok_or_else(|| StoreError::Invalid(format!("{table} is not exported")))?;
        let pairs: Vec<String> = columns.iter().map(|column| format!("'{column}', {column}")).collect();
        let object = match self.dialect() {
            Dialect::Sqlite => "json_object",
            Dialect::Postgres => "json_build_object",
        };
        let text = format!(
            "SELECT id, CAST({object}({}) AS TEXT) FROM {table} WHERE id > $1 ORDER BY id LIMIT $2",
            pairs.join(", ")
        );
        let rows = self.db.rows(sql_built(text).bind(after).bind(limit)).await?;
        let lines = rows.iter().map(|row| row.get(1)).collect::<Result<Vec<String>, _>>()?;
        let last = rows.last().map(|row| row.get(0)).transpose()?;
        Ok((lines, last))
    }

    /// How long small reads and writes take.
    pub async fn probe(
        &self,
        elapsed: impl Fn() -> Duration + Send,
    ) -> Result<(Duration, Duration), StoreError> {
        let began = elapsed();
        self.one("SELECT next FROM sequences WHERE name = 'jobs'").await?;
        let read = elapsed().saturating_sub(began);
        let began = elapsed();
        let text = "UPDATE sequences SET next = next WHERE name = 'jobs'";
        transaction!(self.db, Size::Small, |tx| { tx.run(sql(text)).await })?;
        Ok((read, elapsed().saturating_sub(began)))
    }

    /// Indexes that have not been used since the database counts, with their bytes; none if it does not count.
    pub async fn unused_indexes(&self) -> Result<Option<Vec<(String, u64)>>, StoreError> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(None);
        }
        let text = "SELECT indexrelname::text, pg_relation_size(indexrelid) FROM pg_stat_user_indexes \
                    WHERE idx_scan = 0 AND schemaname = current_schema() ORDER BY 2 DESC LIMIT 50";
        let rows = self.db.rows(sql(text)).await?;
        rows.iter().map(|row| Ok((row.get(0)?, bytes(row.get(1)?)))).collect::<Result<_, _>>().map(Some)
    }

    async fn sqlite_status(&self) -> Result<DatabaseStatus, StoreError> {
        let page = self.one("SELECT page_size FROM pragma_page_size").await?;
        let pages = self.one("SELECT page_count FROM pragma_page_count").await?;
        let free = self.one("SELECT freelist_count FROM pragma_freelist_count").await?;
        let version = self.text("SELECT sqlite_version()").await?;
        let mut wal_bytes = None;
        if let Db::Sqlite(embedded) = &self.db {
            let mut log = embedded.path.as_os_str().to_owned();
            log.push("-wal");
            wal_bytes = std::fs::metadata(log).ok().map(|file| file.len());
        }
        let mut tables = Vec::new();
        for table in TABLES {
            let rows = match *table {
                // Without a number of their own.
                "job_attempts" | "scraped_content" | "operation_parts" => None,
                "artifact_parts" => None,
                _ => Some(bytes(self.one_built(format!("SELECT max(id) FROM {table}")).await?)),
            };
            tables.push(TableSize { name: (*table).to_owned(), rows, bytes: None, indexes: Vec::new() });
        }
        Ok(DatabaseStatus {
            dialect: Dialect::Sqlite,
            version,
            schema: 0,
            newest_schema: newest_schema(),
            bytes: bytes(page * pages),
            free_bytes: Some(bytes(page * free)),
            wal_bytes,
            connections: None,
            cache_hit_percent: None,
            dead_rows: None,
            tables,
        })
    }

    async fn postgres_status(&self) -> Result<DatabaseStatus, StoreError> {
        let text = "SELECT c.relname::text, CAST(c.reltuples AS BIGINT), pg_table_size(c.oid) FROM pg_class c \
                    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace ORDER BY 3 DESC";
        let mut tables = Vec::new();
        for row in self.db.rows(sql(text)).await? {
            let name: String = row.get(0)?;
            let rows = u64::try_from(row.get::<i64>(1)?).ok();
            tables.push(TableSize { name, rows, bytes: Some(bytes(row.get(2)?)), indexes: Vec::new() });
        }
        let text = "SELECT tablename::text, indexname::text, pg_relation_size((quote_ident(schemaname) || '.' || \
                    quote_ident(indexname))::regclass) FROM pg_indexes WHERE schemaname = current_schema()";
        for row in self.db.rows(sql(text)).await? {
            let table: String = row.get(0)?;
            if let Some(table) = tables.iter_mut().find(|known| known.name == table) {
                table.indexes.push((row.get(1)?, bytes(row.get(2)?)));
            }
        }
        let of_database = "FROM pg_stat_database WHERE datname = current_database()";
        let hits = self.one_built(format!("SELECT CAST(blks_hit AS BIGINT) {of_database}")).await?;
        let reads = self.one_built(format!("SELECT CAST(blks_read AS BIGINT) {of_database}")).await?;
        let connections = self.one_built(format!("SELECT CAST(numbackends AS BIGINT) {of_database}")).await?;
        let dead = "SELECT CAST(COALESCE(sum(n_dead_tup), 0) AS BIGINT) FROM pg_stat_user_tables";
        let all = hits + reads;
        Ok(DatabaseStatus {
            dialect: Dialect::Postgres,
            version: self.text("SELECT version()").await?,
            schema: 0,
            newest_schema: newest_schema(),
            bytes: bytes(self.one("SELECT pg_database_size(current_database())").await?),
            free_bytes: None,
            wal_bytes: None,
            connections: Some(bytes(connections)),
            cache_hit_percent: (all > 0).then(|| hits as f64 * 100.0 / all as f64),
            dead_rows: Some(bytes(self.one(dead).await?)),
            tables,
        })
    }

    async fn one(&self, text: &'static str) -> Result<i64, StoreError> {
        let row = self.db.row(sql(text)).await?;
        Ok(row.map_or(Ok(None), |row| row.get::<Option<i64>>(0))?.unwrap_or(0))
    }

    async fn one_built(&self, text: String) -> Result<i64, StoreError> {
        let row = self.db.row(sql_built(text)).await?;
        Ok(row.map_or(Ok(None), |row| row.get::<Option<i64>>(0))?.unwrap_or(0))
    }

    async fn text(&self, text: &'static str) -> Result<String, StoreError> {
        self.db.row(sql(text)).await?.map_or_else(|| Ok(String::new()), |row| row.get(0))
    }
}

/// A table of ours by that name: nothing else ever stands in a statement.
fn known(table: &str) -> Result<&'static str, StoreError> {
    TABLES.iter().copied().find(|known| *known == table).ok_or_else(|| StoreError::not_found("table", table))
}

fn bytes(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
