//! Retention: finished jobs are kept for a while, each kind of end for its own.

use clock::Timestamp;
use engine::JobState;

use super::counters::Tally;
use super::queues::stored_name;
use crate::db::transaction;
use crate::gate::Size;
use crate::sql::sql;
use crate::{Store, StoreError};

/// Which finished jobs are to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prune {
    /// How they ended. A live state matches nothing.
    pub state: JobState,
    /// Finished before this time.
    pub before: Timestamp,
    /// At most this many at a time, oldest first; call again while this many went.
    pub limit: usize,
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Jobs, with their attempts.
    pub jobs: u64,
}

impl Store {
    /// Deletes finished jobs and their attempts.
    pub async fn prune_jobs(&self, prune: Prune, now: Timestamp) -> Result<Pruned, StoreError> {
        if !prune.state.is_finished() {
            return Ok(Pruned::default());
        }
        transaction!(self.db, Size::Bulk, |tx| {
            let text = "SELECT id, queue FROM job_history WHERE state = $1 AND finished_at < $2 \
                            ORDER BY finished_at, id LIMIT $3";
            let query = sql(text).bind(prune.state.as_str()).bind(prune.before).bind(prune.limit);
            let rows = tx.rows(query).await?;
            let mut tally = Tally::default();
            let mut ids = Vec::with_capacity(rows.len());
            for row in &rows {
                ids.push(row.get::<i64>(0)?);
            }
            let gone =
                tx.rows_ids("DELETE FROM job_history WHERE id IN ({ids}) RETURNING queue", &[], &ids).await?;
            for row in &gone {
                tally.moved(&stored_name(row.get(0)?)?, Some(prune.state), None, 1);
            }
            tx.run_ids("DELETE FROM job_attempts WHERE job_id IN ({ids})", &[], &ids).await?;
            tally.write(tx, now).await?;
            Ok(Pruned { jobs: gone.len() as u64 })
        })
    }

    /// Deletes what was counted by minute before this time; how many rows went.
    pub async fn prune_minutes(&self, before: Timestamp) -> Result<u64, StoreError> {
        let text = "DELETE FROM job_minute_totals WHERE minute < $1";
        transaction!(self.db, Size::Small, |tx| { tx.run(sql(text).bind(before)).await })
    }
}
