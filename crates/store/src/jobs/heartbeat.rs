//! Heartbeats: leases extended, progress noted, and the news of leases that are void.

use std::collections::HashSet;

use clock::Timestamp;
use engine::{Heartbeat, Lease};

use super::leases::lease_values;
use crate::db::{Work, transaction};
use crate::gate::Size;
use crate::sql::{Bulk, Value};
use crate::{Store, StoreError};

impl Store {
    pub(super) async fn extend_leases(
        &self,
        beat: Heartbeat<'_>,
        now: Timestamp,
    ) -> Result<Vec<Lease>, StoreError> {
        if beat.held.is_empty() {
            return Ok(Vec::new());
        }
        let mut held: Vec<Lease> = beat.held.to_vec();
        held.sort_unstable();
        let extended = transaction!(self.db, Work::lazy(Size::Small), |tx| {
            let rows = tx.rows_bulk(extend(&held, now.after(beat.lease))).await?;
            tx.run_bulk(progress(&beat)).await?;
            rows.iter()
                .map(|row| Ok((row.get(0)?, row.get(1)?)))
                .collect::<Result<HashSet<(i64, i64)>, StoreError>>()
        })?;
        held.retain(|lease| !extended.contains(&(lease.job.0, lease.fence)));
        Ok(held)
    }
}

fn extend(held: &[Lease], until: Timestamp) -> Bulk {
    Bulk {
        head: "WITH v(id, fence, node) AS (VALUES",
        columns: 3,
        tail: ") UPDATE jobs SET lease_until = {1} FROM v WHERE jobs.id = v.id AND jobs.fence = v.fence \
               AND jobs.node = v.node RETURNING jobs.id, jobs.fence",
        fixed: vec![until.into()],
        values: held.iter().flat_map(lease_values).collect(),
    }
}

fn progress(beat: &Heartbeat<'_>) -> Bulk {
    let values = beat.progress.iter().flat_map(|(lease, progress)| {
        [lease.job.into(), lease.fence.into(), progress.percent.into(), Value::from(&progress.message)]
    });
    Bulk {
        head: "WITH v(id, fence, percent, message) AS (VALUES",
        columns: 4,
        tail: ") UPDATE jobs SET progress_percent = v.percent, progress_message = v.message FROM v \
               WHERE jobs.id = v.id AND jobs.fence = v.fence AND jobs.node IS NOT NULL",
        fixed: vec![],
        values: values.collect(),
    }
}
