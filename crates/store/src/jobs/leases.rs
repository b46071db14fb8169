//! The guarded door: which leases still hold. What it lets through, no other transaction can change until the end.

use std::collections::HashSet;

use engine::Lease;

use crate::StoreError;
use crate::db::Tx;
use crate::dialect::Dialect;
use crate::sql::{Bulk, Value};

/// Whether each lease holds. One that stands twice holds once.
pub(super) async fn admit(tx: &mut Tx, leases: &[Lease]) -> Result<Vec<bool>, StoreError> {
    let mut seen = HashSet::with_capacity(leases.len());
    let first: Vec<bool> = leases.iter().map(|lease| seen.insert(*lease)).collect();
    let single: Vec<Lease> =
        leases.iter().zip(&first).filter(|(_, first)| **first).map(|(lease, _)| *lease).collect();
    let mut counted = 0_i64;
    for row in tx.rows_bulk(question(count_tail(tx.dialect()), &single)).await? {
        counted += row.get::<i64>(0)?;
    }
    if usize::try_from(counted) == Ok(single.len()) {
        return Ok(first);
    }
    let rows = tx.rows_bulk(question(HELD, &single)).await?;
    let held = rows
        .iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .collect::<Result<HashSet<(i64, i64, i64)>, StoreError>>()?;
    Ok(leases
        .iter()
        .zip(first)
        .map(|(lease, first)| first && held.contains(&(lease.job.0, lease.fence, lease.node.0)))
        .collect())
}

fn question(tail: &'static str, leases: &[Lease]) -> Bulk {
    let values = leases.iter().flat_map(lease_values).collect();
    Bulk { head: "WITH v(id, fence, node) AS (VALUES", columns: 3, tail, fixed: vec![], values }
}

/// What a lease is known by. The node too: a server that crashes may lose a claim, and the next claim then has the same
/// fence. Only a job that runs has a node, so the state need not be asked for; asking would have PostgreSQL walk all
/// running jobs instead of looking these up.
pub(super) fn lease_values(lease: &Lease) -> [Value; 3] {
    [lease.job.into(), lease.fence.into(), lease.node.0.into()]
}

const HELD: &str = ") SELECT jobs.id, jobs.fence, jobs.node FROM v JOIN jobs ON jobs.id = v.id \
                    WHERE jobs.fence = v.fence AND jobs.node = v.node";

/// Counts instead of listing: nearly always all leases hold, and one row is quicker than hundreds. PostgreSQL locks
/// the rows on the way.
const fn count_tail(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            ") SELECT count(*) FROM v JOIN jobs ON jobs.id = v.id WHERE jobs.fence = v.fence AND jobs.node = v.node"
        }
        Dialect::Postgres => {
            ") SELECT count(*) FROM (SELECT 1 FROM v JOIN jobs ON jobs.id = v.id \
             WHERE jobs.fence = v.fence AND jobs.node = v.node FOR UPDATE OF jobs) AS held"
        }
    }
}
