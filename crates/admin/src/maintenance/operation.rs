//! Going on with a bulk operation or its undoing, part by part, from wherever it stands.

use serde_json::json;
use store::{OperationRow, OperationState, PartDone};

use super::{Told, Work};
use crate::operations::{chosen, read};

/// Records in one part: a transaction that others hardly notice.
const PART: usize = 1_000;

impl Work<'_> {
    /// Does the operation to its end.
    pub(super) async fn operate(&self, id: i64) -> Told {
        let store = &self.shared.store;
        let mut row = store.operation(id).await?;
        let (change, chosen) = (read(&row)?, chosen(&row)?);
        let deeds = change.deeds(&row.created_by);
        while !row.state.is_finished() {
            let ids = change.select(store, &chosen, (row.cursor, row.up_to), PART).await?;
            let last = ids.len() < PART;
            let to = ids.last().copied().unwrap_or(row.up_to);
            let step = (row.cursor, if last { row.up_to.max(to) } else { to }, last);
            row = match store.operate_part(id, step, &deeds, &ids, store.now()).await? {
                PartDone::Done(row) | PartDone::NotNow(row) => row,
            };
            self.tell(&row, row.matched);
        }
        Ok(told(&row))
    }

    /// Does the undoing to its end.
    pub(super) async fn undo(&self, id: i64) -> Told {
        let store = &self.shared.store;
        let mut row = store.operation(id).await?;
        let deeds = read(&row)?.deeds(&row.created_by);
        while !row.state.is_finished() {
            row = match store.undo_part(id, &deeds, store.now()).await? {
                PartDone::Done(row) | PartDone::NotNow(row) => row,
            };
            self.tell(&row, row.matched);
        }
        Ok(told(&row))
    }

    fn tell(&self, row: &OperationRow, done: u64) {
        let percent = (done * 100).checked_div(row.total.max(1)).unwrap_or(100).min(99);
        self.cx.progress(u8::try_from(percent).unwrap_or(99), format!("{done} of {} records", row.total));
    }
}

fn told(row: &OperationRow) -> serde_json::Value {
    let stopped = row.state != OperationState::Complete;
    json!({"matched": row.matched, "updated": row.updated, "skipped": row.skipped, "stopped": stopped})
}
