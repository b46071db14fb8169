//! The upkeep of lists: rows are entered in the indexes that are kept aside, and facets are counted, in small steps.

use super::scan::List;
use super::{contacts, domains, files, pages};
use crate::db::{Tx, transaction};
use crate::dialect::Dialect;
use crate::gate::Size;
use crate::sql::{Bulk, Value, sql, sql_built};
use crate::{Store, StoreError};

/// How many rows are entered in the index of facets with one transaction: some ten milliseconds of the one writer.
const FACET_STEP: i64 = 4_096;
/// How many rows are entered in an index of substrings with one transaction.
const TEXT_STEP: i64 = 1_024;

/// Every list.
const LISTS: [&List; 4] = [&domains::LIST, &files::LIST, &pages::LIST, &contacts::LIST];

impl Store {
    /// Enters the next rows in each index that is kept aside; about how many were entered, 0 when all are in.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn enter_in_lists(&self) -> Result<u64, StoreError> {
        let mut entered = 0;
        match self.dialect() {
            Dialect::Sqlite => {
                for list in LISTS {
                    if list.aside {
                        let enter =
                            format!("UPDATE {} SET listed = 1 WHERE id > $1 AND id <= $2", list.table);
                        entered += self.enter(list, list.table.to_owned(), enter, FACET_STEP).await?;
                    }
                    let List { table, text, .. } = list;
                    let enter = format!(
                        "INSERT INTO {table}_text (rowid, {text}) SELECT id, {text} FROM {table} WHERE id > $1 AND id <= $2"
                    );
                    entered += self.enter(list, format!("{table}_text"), enter, TEXT_STEP).await?;
                }
            }
            Dialect::Postgres => entered += self.enter_texts().await?,
        }
        Ok(entered)
    }

    /// Counts the rows of each facet anew: what long lists say of their length.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn count_lists(&self) -> Result<(), StoreError> {
        for List { table, .. } in LISTS {
            let rows = self
                .db
                .rows(sql_built(format!("SELECT facet, count(*) FROM {table} GROUP BY facet")))
                .await?;
            let mut values = Vec::with_capacity(rows.len() * 3);
            for row in rows {
                values.extend([Value::from(*table), row.get::<i64>(0)?.into(), row.get::<i64>(1)?.into()]);
            }
            transaction!(self.db, Size::Small, |tx| {
                tx.run(sql("DELETE FROM list_counts WHERE name = $1").bind(*table)).await?;
                let head = "INSERT INTO list_counts (name, facet, entries) VALUES";
                let tail = "ON CONFLICT (name, facet) DO UPDATE SET entries = excluded.entries";
                tx.run_bulk(Bulk { head, columns: 3, tail, fixed: vec![], values: values.clone() }).await?;
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Moves one mark of the embedded database on, with the rows that it passes.
    async fn enter(&self, list: &List, mark: String, enter: String, step: i64) -> Result<u64, StoreError> {
        let newest = format!("SELECT COALESCE(max(id), 0) FROM {}", list.table);
        let row = self.db.row(sql_built(newest)).await?;
        let newest: i64 = row.map_or(Ok(0), |row| row.get(0))?;
        if newest <= self.mark(&mark).await? {
            return Ok(0);
        }
        transaction!(self.db, Size::Bulk, |tx| {
            let from = held_mark(tx, &mark).await?;
            let to = newest.min(from.saturating_add(step));
            let entered = tx.run(sql_built(enter.clone()).bind(from).bind(to)).await?;
            tx.run(sql("UPDATE list_marks SET upto = $1 WHERE name = $2").bind(to).bind(&mark)).await?;
            Ok(entered.max(1))
        })
    }

    /// Copies the addresses of pages to where their substrings are indexed. A mark moves only over numbers below
    /// which nobody is still writing: a page's number is drawn before its transaction ends.
    async fn enter_texts(&self) -> Result<u64, StoreError> {
        const MARK: &str = "pages_text";
        transaction!(self.db, Size::Bulk, |tx| {
            let text = "SELECT upto, wanted, CASE WHEN horizon <= CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) \
                        THEN 1 ELSE 0 END, COALESCE((SELECT max(id) FROM pages), 0) FROM list_marks WHERE name = $1 \
                        FOR UPDATE SKIP LOCKED";
            let Some(row) = tx.row(sql(text).bind(MARK)).await? else { return Ok(0) };
            let (from, wanted, settled): (i64, i64, i32) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if from < wanted && settled == 1 {
                let to = wanted.min(from.saturating_add(FACET_STEP));
                let text = "INSERT INTO pages_text (domain_id, id, url) SELECT domain_id, id, url FROM pages \
                            WHERE id > $1 AND id <= $2 ON CONFLICT DO NOTHING";
                let entered = tx.run(sql(text).bind(from).bind(to)).await?;
                tx.run(sql("UPDATE list_marks SET upto = $1 WHERE name = $2").bind(to).bind(MARK)).await?;
                return Ok(entered.max(1));
            }
            let newest: i64 = row.get(3)?;
            if from >= wanted && newest > wanted {
                let text = "UPDATE list_marks SET wanted = $1, \
                            horizon = CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT) WHERE name = $2";
                tx.run(sql(text).bind(newest).bind(MARK)).await?;
                return Ok(1);
            }
            Ok(0)
        })
    }
}

async fn held_mark(tx: &mut Tx, name: &str) -> Result<i64, StoreError> {
    let row = tx.row(sql("SELECT upto FROM list_marks WHERE name = $1").bind(name)).await?;
    row.map_or(Ok(0), |row| row.get(0))
}
