//! Verifying the log: from the stubs over every entry to the sealed head, up to the first thing that is wrong.

use clock::Timestamp;

use super::AuditEntry;
use super::append::{no_head, read_head, write_head};
use super::chain::{self, AuditKeyring, Hash, Head, ROOT, stored_hash};
use super::list::{read_closing, read_opening};
use super::prune::read_stub;
use crate::db::transaction;
use crate::gate::Size;
use crate::sql::{Row, sql};
use crate::{Store, StoreError};

/// How many entries are read at a time.
const AT_A_TIME: usize = 2_000;
/// How often it is begun anew when retention came between.
const TRIES: u32 = 3;

/// What verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Entries whose hashes were found right, one after the other.
    pub entries: u64,
    /// The number of the first of them; greater than 1 if earlier ones were pruned.
    pub first: i64,
    /// The number of the last entry.
    pub last: i64,
    /// The hash of the last entry, in hexadecimal: written down elsewhere it proves that no entry up to it was
    /// changed since.
    pub hash: String,
    /// The first thing that is wrong; none if the log holds.
    pub broken: Option<String>,
    /// With the number of the entry at which it is wrong.
    pub broken_at: Option<i64>,
}

/// Where verification stands.
struct Walk {
    first: i64,
    seq: i64,
    hash: Hash,
}

impl Walk {
    fn verdict(&self, broken: Option<(i64, String)>) -> AuditVerdict {
        let (broken_at, broken) = broken.unzip();
        AuditVerdict {
            entries: u64::try_from(self.seq - self.first + 1).unwrap_or(0),
            first: self.first,
            last: self.seq,
            hash: self.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            broken,
            broken_at,
        }
    }
}

impl Store {
    /// Verifies the whole log as it stands now. Reads all of it, in parts, beside those who write.
    pub async fn verify_audit(&self, keys: &AuditKeyring) -> Result<AuditVerdict, StoreError> {
        let mut verdict = self.verify_once(keys).await?;
        for _ in 1..TRIES {
            // What retention took away meanwhile is not missing.
            let (start, _) = self.walk_stubs(keys).await?;
            if verdict.broken.is_none() || start.first == verdict.first {
                break;
            }
            verdict = self.verify_once(keys).await?;
        }
        Ok(verdict)
    }

    async fn verify_once(&self, keys: &AuditKeyring) -> Result<AuditVerdict, StoreError> {
        let (mut walk, fault) = self.walk_stubs(keys).await?;
        if fault.is_some() {
            return Ok(walk.verdict(fault));
        }
        let text = "SELECT seq, hash, suspect_since, seal, key_id FROM audit_head WHERE id = 1";
        let row = self.db.row(sql(text)).await?.ok_or_else(no_head)?;
        let (head, seal, key_id) = read_head(&row)?;
        let mut fault = self.walk_entries(&mut walk, head).await?;
        if fault.is_none() {
            fault = check_head(&walk, &head, keys.holds_head(&head, &seal, &key_id), &key_id);
        }
        Ok(walk.verdict(fault))
    }

    /// Seals the log with the first of the keys, if it holds with them now: for a new key.
    pub async fn reseal_audit(&self, keys: &AuditKeyring) -> Result<AuditVerdict, StoreError> {
        let verdict = self.verify_audit(keys).await?;
        if verdict.broken.is_some() {
            return Ok(verdict);
        }
        transaction!(self.db, Size::Small, |tx| {
            let text = "UPDATE audit_head SET seq = seq WHERE id = 1 \
                        RETURNING seq, hash, suspect_since, seal, key_id";
            let row = tx.row(sql(text)).await?.ok_or_else(no_head)?;
            let (head, seal, key_id) = read_head(&row)?;
            if !keys.holds_head(&head, &seal, &key_id) {
                return Err(StoreError::Conflict(
                    "the audit log was changed meanwhile: verify it again".into(),
                ));
            }
            write_head(tx, head, keys).await
        })?;
        Ok(verdict)
    }

    /// Checks what retention left: where the walk begins.
    async fn walk_stubs(&self, keys: &AuditKeyring) -> Result<(Walk, Option<(i64, String)>), StoreError> {
        let text = "SELECT last_seq, first_seq, hash, at, pruned_by, seal, key_id FROM audit_stubs ORDER BY last_seq";
        let mut walk = Walk { first: 1, seq: 0, hash: ROOT };
        for row in self.db.rows(sql(text)).await? {
            let (stub, seal, key_id) = read_stub(&row)?;
            if stub.first_seq != walk.seq + 1 || !keys.holds_stub(&stub, &seal, &key_id) {
                let fault = format!("the stub for the entries up to {} does not hold", stub.last_seq);
                return Ok((walk, Some((stub.first_seq, fault))));
            }
            walk = Walk { first: stub.last_seq + 1, seq: stub.last_seq, hash: stub.hash };
        }
        Ok((walk, None))
    }

    async fn walk_entries(&self, walk: &mut Walk, head: Head) -> Result<Option<(i64, String)>, StoreError> {
        while walk.seq < head.seq {
            let text = "SELECT seq, at, level, action, actor_id, actor_name, role, means, ip, user_agent, trace_id, \
                        request_id, subject_kind, subject_id, selector, parameters, kind, record, outcome, code, \
                        message, counts, duration_ms, node, hash FROM audit_entries WHERE seq > $1 AND seq <= $2 \
                        ORDER BY seq LIMIT $3";
            let query = sql(text).bind(walk.seq).bind(head.seq).bind(AT_A_TIME);
            let rows = self.db.rows(query).await?;
            if rows.is_empty() {
                let fault = format!("the log ends here, but had {} entries", head.seq);
                return Ok(Some((walk.seq + 1, fault)));
            }
            for row in &rows {
                if let Some(fault) = step(walk, row)? {
                    return Ok(Some(fault));
                }
            }
        }
        Ok(None)
    }
}

/// What is wrong with the end of the log, whose seal holds or not.
fn check_head(walk: &Walk, head: &Head, is_sealed: bool, key_id: &str) -> Option<(i64, String)> {
    if head.suspect_since > 0 {
        let fault = "the end of the log was not as it was sealed when this entry came";
        Some((head.suspect_since, fault.to_owned()))
    } else if walk.hash != head.hash {
        Some((head.seq, "the head of the log is not that of its last entry".to_owned()))
    } else if is_sealed {
        None
    } else {
        Some((head.seq, format!("the seal over the end of the log does not hold (key {key_id})")))
    }
}

/// Goes one entry further, or tells what is wrong with it.
fn step(walk: &mut Walk, row: &Row) -> Result<Option<(i64, String)>, StoreError> {
    let seq: i64 = row.get(0)?;
    let expected = walk.seq + 1;
    if seq != expected {
        return Ok(Some((expected, "this entry is missing".into())));
    }
    let stored: Vec<u8> = row.get("hash")?;
    let changed = || Ok(Some((seq, "this entry was changed".into())));
    // A word that was changed into none of ours cannot even be read.
    let Ok(entry) = read_entry(row) else { return changed() };
    let hash = chain::hash(&walk.hash, seq, row.get("node")?, &entry);
    if stored_hash(&stored).ok() != Some(hash) {
        return changed();
    }
    (walk.seq, walk.hash) = (seq, hash);
    Ok(None)
}

fn read_entry(row: &Row) -> Result<AuditEntry, StoreError> {
    let (kind, record, seq): (String, i64, i64) = (row.get("kind")?, row.get("record")?, row.get(0)?);
    match kind.as_str() {
        "opened" if record == seq => Ok(AuditEntry::Opened(Box::new(read_opening(row)?))),
        "closed" => Ok(AuditEntry::Closed(read_closing(row, record, Timestamp(row.get(1)?), 18)?)),
        _ => Err(StoreError::Corrupt(format!("audit entry {seq} is of no kind"))),
    }
}
