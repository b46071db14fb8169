//! Rollups: what was done by the hour and by the day, summed up from the minutes and kept longer.

use clock::Timestamp;
use engine::QueueName;

use super::terms::{Term, hold};
use crate::db::transaction;
use crate::gate::Size;
use crate::jobs::{Minute, stored_name};
use crate::sql::{sql, sql_built};
use crate::{Store, StoreError};

/// A minute may still grow for a while: its hour is summed up again for this long.
const SETTLING_MS: i64 = 3_600_000;

/// How long a rollup is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// An hour.
    Hour,
    /// A day, in UTC.
    Day,
}

impl Period {
    /// The word for it in SQL and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
        }
    }

    /// Its length in milliseconds.
    pub const fn ms(self) -> i64 {
        match self {
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }

    const fn start_of(self, time: i64) -> i64 {
        time - time.rem_euclid(self.ms())
    }
}

/// What a queue did in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollup {
    /// Which queue.
    pub queue: QueueName,
    /// When the period began.
    pub start: Timestamp,
    /// What was done.
    pub done: Minute,
}

impl Store {
    /// Sums up what was done since the last time, the present hour and day included.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn roll_up(&self, term: &Term, now: Timestamp) -> Result<(), StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            let text = "SELECT max(start) FROM job_rollups WHERE period = 'hour'";
            let row = tx.row(sql(text)).await?;
            let last: Option<i64> = row.map_or(Ok(None), |row| row.get(0))?;
            let since = last.map_or(0, |last| last - SETTLING_MS);
            tx.run(sum_up(Period::Hour, "job_minutes", "minute").bind(Period::Hour.start_of(since))).await?;
            tx.run(sum_up(Period::Day, "job_rollups", "start").bind(Period::Day.start_of(since))).await?;
            Ok(())
        })
    }

    /// What was done in each period that began in `since..until`, of one queue or of all; idle periods are left out.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn rollups(
        &self,
        period: Period,
        queue: Option<&QueueName>,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Rollup>, StoreError> {
        let text = "SELECT queue, start, complete, failed, retried, run_ms FROM job_rollups WHERE period = $1 \
                    AND start >= $2 AND start < $3 AND ($4 IS NULL OR queue = $4) ORDER BY start, queue";
        let query = sql(text).bind(period.as_str()).bind(period.start_of(since.0)).bind(until);
        let rows = self.db.rows(query.bind(queue.map(QueueName::as_str))).await?;
        rows.iter()
            .map(|row| {
                let number = |at: usize| row.get::<i64>(at).map(|number| u64::try_from(number).unwrap_or(0));
                Ok(Rollup {
                    queue: stored_name(row.get(0)?)?,
                    start: Timestamp(row.get(1)?),
                    done: Minute {
                        complete: number(2)?,
                        failed: number(3)?,
                        retried: number(4)?,
                        run_ms: number(5)?,
                    },
                })
            })
            .collect()
    }

    /// Forgets periods that began before `before`; how many.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn forget_rollups(
        &self,
        term: &Term,
        period: Period,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let text = "DELETE FROM job_rollups WHERE period = $1 AND start < $2";
        transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            tx.run(sql(text).bind(period.as_str()).bind(before)).await
        })
    }
}

/// Sums up the rows of a table from a time on, which is to be bound. Summing up again gives the same.
fn sum_up(period: Period, table: &str, column: &str) -> crate::sql::Query {
    let (word, ms) = (period.as_str(), period.ms());
    let only = if table == "job_rollups" { " AND period = 'hour'" } else { "" };
    sql_built(format!(
        "INSERT INTO job_rollups (queue, period, start, complete, failed, retried, run_ms) \
         SELECT queue, '{word}', {column} - {column} % {ms}, CAST(sum(complete) AS BIGINT), CAST(sum(failed) AS BIGINT), \
         CAST(sum(retried) AS BIGINT), CAST(sum(run_ms) AS BIGINT) FROM {table} WHERE {column} >= $1{only} \
         GROUP BY queue, {column} - {column} % {ms} ON CONFLICT (queue, period, start) DO UPDATE SET \
         complete = excluded.complete, failed = excluded.failed, retried = excluded.retried, run_ms = excluded.run_ms"
    ))
}
