//! Job numbers: taken from the database in blocks, so that a batch knows its numbers before it is written.

use std::ops::Range;

use tokio::sync::Mutex;

use crate::StoreError;
use crate::db::{Db, transaction};
use crate::gate::Size;
use crate::sql::sql;

/// How many numbers are taken at a time. What is left when the process ends is never used.
const BLOCK: i64 = 4_096;

/// The numbers that this process may still give out.
#[derive(Debug, Default)]
pub(crate) struct JobIds {
    left: Mutex<Range<i64>>,
}

impl JobIds {
    /// So many numbers that were never given out before, ascending. Not to be called inside a transaction.
    pub(crate) async fn take(&self, db: &Db, count: usize) -> Result<Vec<i64>, StoreError> {
        let mut left = self.left.lock().await;
        let mut ids: Vec<i64> = left.by_ref().take(count).collect();
        if ids.len() < count {
            let missing = i64::try_from(count - ids.len()).unwrap_or(i64::MAX);
            *left = take_block(db, missing.max(BLOCK)).await?;
            ids.extend(left.by_ref().take(count - ids.len()));
        }
        Ok(ids)
    }
}

async fn take_block(db: &Db, size: i64) -> Result<Range<i64>, StoreError> {
    transaction!(db, Size::Small, |tx| {
        let query =
            sql("UPDATE sequences SET next = next + $1 WHERE name = 'jobs' RETURNING next").bind(size);
        let row =
            tx.row(query).await?.ok_or_else(|| StoreError::Corrupt("the job numbers are missing".into()))?;
        let next: i64 = row.get(0)?;
        Ok(next - size..next)
    })
}
