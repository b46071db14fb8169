//! Writing entries: all of a batch under one short lock on the head of the log, in one transaction.

use super::chain::{self, AuditKeyring, Hash, Head, stored_hash};
use super::{AuditEntry, OPENING_TEXTS};
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::{Bulk, Row, Value, sql};
use crate::{Store, StoreError};

/// How many columns an entry has.
const COLUMNS: usize = 25;

impl Store {
    /// Writes entries at the end of the log, in this order; their numbers. Nodes do this one after the other, each for
    /// as long as one transaction takes: callers do well to put several entries into a batch. If the head of the log
    /// is not as it was sealed, the entries are written all the same, and it is noted for good.
    pub async fn append_audit(
        &self,
        entries: &[AuditEntry],
        keys: &AuditKeyring,
    ) -> Result<Vec<i64>, StoreError> {
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let node = self.incarnation;
        transaction!(self.db, Size::Small, |tx| {
            let before = lock_head(tx, entries.len(), keys).await?;
            let (mut seq, mut hash) = (before.seq, before.hash);
            let mut values = Vec::with_capacity(entries.len() * COLUMNS);
            let mut numbers = Vec::with_capacity(entries.len());
            for entry in entries {
                seq += 1;
                hash = chain::hash(&hash, seq, node, entry);
                values.extend(columns(seq, node, entry, &hash));
                numbers.push(seq);
            }
            tx.run_bulk(insert(values)).await?;
            write_head(tx, Head { seq, hash, ..before }, keys).await?;
            Ok(numbers)
        })
    }
}

/// Makes room for so many entries and gives the head as it was before, with what must be noted if it does not hold.
async fn lock_head(tx: &mut Tx, entries: usize, keys: &AuditKeyring) -> Result<Head, StoreError> {
    let text = "UPDATE audit_head SET seq = seq + $1 WHERE id = 1 \
                RETURNING seq, hash, suspect_since, seal, key_id";
    let row = tx.row(sql(text).bind(entries)).await?.ok_or_else(no_head)?;
    let (mut head, seal, key_id) = read_head(&row)?;
    head.seq -= i64::try_from(entries).unwrap_or(i64::MAX);
    if head.suspect_since == 0 && !keys.holds_head(&head, &seal, &key_id) {
        head.suspect_since = head.seq + 1;
        tracing::error!(entry = head.suspect_since, "the end of the audit log is not as it was sealed");
    }
    Ok(head)
}

/// Seals the head anew.
pub(super) async fn write_head(tx: &mut Tx, head: Head, keys: &AuditKeyring) -> Result<(), StoreError> {
    let text =
        "UPDATE audit_head SET seq = $1, hash = $2, suspect_since = $3, seal = $4, key_id = $5 WHERE id = 1";
    let query = sql(text).bind(head.seq).bind(head.hash.to_vec()).bind(head.suspect_since);
    tx.run(query.bind(keys.seal_head(&head)).bind(keys.key_id())).await?;
    Ok(())
}

/// The head, its seal and the key of that: from the columns `seq, hash, suspect_since, seal, key_id`.
pub(super) fn read_head(row: &Row) -> Result<(Head, Vec<u8>, String), StoreError> {
    let hash: Vec<u8> = row.get(1)?;
    let head = Head { seq: row.get(0)?, hash: stored_hash(&hash)?, suspect_since: row.get(2)? };
    Ok((head, row.get(3)?, row.get(4)?))
}

pub(super) fn no_head() -> StoreError {
    StoreError::Corrupt("the head of the audit log is missing".into())
}

fn insert(values: Vec<Value>) -> Bulk {
    Bulk {
        head: "INSERT INTO audit_entries (seq, kind, record, at, node, level, action, actor_id, actor_name, role, \
               means, ip, user_agent, trace_id, request_id, subject_kind, subject_id, selector, parameters, outcome, \
               code, message, counts, duration_ms, hash) VALUES",
        columns: COLUMNS,
        tail: "",
        fixed: Vec::new(),
        values,
    }
}

fn columns(seq: i64, node: i64, entry: &AuditEntry, hash: &Hash) -> Vec<Value> {
    let absent = |columns: usize| std::iter::repeat_n(Value::Text(None), columns);
    let mut row: Vec<Value> = Vec::with_capacity(COLUMNS);
    row.push(seq.into());
    match entry {
        AuditEntry::Opened(opening) => {
            row.extend(["opened".into(), seq.into(), opening.at.into(), node.into()]);
            row.extend([opening.level.as_str().into(), (&opening.action).into()]);
            row.extend(opening.texts().map(|text| Value::Text(text.clone())));
            row.extend(absent(4));
            row.push(Value::Int(None));
        }
        AuditEntry::Closed(closing) => {
            row.extend(["closed".into(), closing.record.into(), closing.at.into(), node.into()]);
            row.extend(absent(2 + OPENING_TEXTS));
            row.push(closing.outcome.as_str().into());
            row.extend(closing.texts().map(|text| Value::Text(text.clone())));
            row.push(closing.duration_ms.into());
        }
    }
    row.push(hash.to_vec().into());
    row
}
