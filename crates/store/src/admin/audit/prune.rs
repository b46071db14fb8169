//! Retention of the log: the oldest entries go, and a sealed stub stays in their place.

use clock::Timestamp;

use super::chain::{AuditKeyring, Hash, Stub, stored_hash};
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::{Row, sql};
use crate::{Store, StoreError};

/// Most entries that go in one transaction.
const MOST_AT_ONCE: usize = 10_000;

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditPruned {
    /// Entries; a record has two.
    pub entries: u64,
    /// True if there may be more: call again.
    pub more: bool,
}

impl Store {
    /// Takes away the oldest entries, as far as they were written before `before`, and leaves a sealed stub, so that
    /// the rest can still be verified. Refuses to when the entries do not hold together with what is sealed.
    pub async fn prune_audit(
        &self,
        before: Timestamp,
        pruned_by: &str,
        keys: &AuditKeyring,
    ) -> Result<AuditPruned, StoreError> {
        let now = self.now();
        transaction!(self.db, Size::Bulk, |tx| {
            let first_seq = lock_stubs(tx).await?;
            let Some((last_seq, hash, more)) = oldest(tx, first_seq, before).await? else {
                return Ok(AuditPruned::default());
            };
            let stub = Stub { first_seq, last_seq, hash, at: now.0, pruned_by: pruned_by.to_owned() };
            write_stub(tx, &stub, keys).await?;
            let entries = tx.run(sql("DELETE FROM audit_entries WHERE seq <= $1").bind(last_seq)).await?;
            Ok(AuditPruned { entries, more })
        })
    }
}

/// Keeps others from pruning or appending meanwhile; the number that the oldest entry must have.
async fn lock_stubs(tx: &mut Tx) -> Result<i64, StoreError> {
    tx.run(sql("UPDATE audit_head SET seq = seq WHERE id = 1")).await?;
    let row = tx.row(sql("SELECT COALESCE(MAX(last_seq), 0) + 1 FROM audit_stubs")).await?;
    row.map_or(Ok(1), |row| row.get(0))
}

/// The last of the oldest entries that may go, and its hash.
async fn oldest(tx: &mut Tx, first: i64, before: Timestamp) -> Result<Option<(i64, Hash, bool)>, StoreError> {
    let text = "SELECT seq, at, hash FROM audit_entries ORDER BY seq LIMIT $1";
    let rows = tx.rows(sql(text).bind(MOST_AT_ONCE)).await?;
    let mut last = None;
    for (row, expected) in rows.iter().zip(first..) {
        if row.get::<i64>(1)? >= before.0 {
            break;
        }
        if row.get::<i64>(0)? != expected {
            return Err(StoreError::Conflict(format!(
                "entry {expected} of the audit log is missing: it is not pruned before that is looked into"
            )));
        }
        last = Some((expected, row));
    }
    let Some((seq, row)) = last else { return Ok(None) };
    let hash: Vec<u8> = row.get(2)?;
    Ok(Some((seq, stored_hash(&hash)?, seq - first + 1 == i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX))))
}

async fn write_stub(tx: &mut Tx, stub: &Stub, keys: &AuditKeyring) -> Result<(), StoreError> {
    let text = "INSERT INTO audit_stubs (last_seq, first_seq, hash, at, pruned_by, seal, key_id) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let query = sql(text).bind(stub.last_seq).bind(stub.first_seq).bind(stub.hash.to_vec());
    let query = query.bind(stub.at).bind(&stub.pruned_by).bind(keys.seal_stub(stub)).bind(keys.key_id());
    tx.run(query).await?;
    Ok(())
}

/// A stub, its seal and the key of that: from the columns `last_seq, first_seq, hash, at, pruned_by, seal, key_id`.
pub(super) fn read_stub(row: &Row) -> Result<(Stub, Vec<u8>, String), StoreError> {
    let hash: Vec<u8> = row.get(2)?;
    let stub = Stub {
        last_seq: row.get(0)?,
        first_seq: row.get(1)?,
        hash: stored_hash(&hash)?,
        at: row.get(3)?,
        pruned_by: row.get(4)?,
    };
    Ok((stub, row.get(5)?, row.get(6)?))
}
