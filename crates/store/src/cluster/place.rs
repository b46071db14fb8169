//! Placing workers that any node may have: each on one live node, spread by slots.

use std::collections::BTreeMap;
use std::time::Duration;

use clock::Timestamp;

use super::terms::{Term, hold};
use super::workers::{WorkerRow, for_any_node};
use crate::db::transaction;
use crate::gate::Size;
use crate::sql::sql;
use crate::{Store, StoreError};

impl Store {
    /// Gives each worker that is for any node a place: those whose node is gone or should not work go to the live node
    /// with the fewest of their slots. How many moved. A node is gone after `silence`.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn place_workers(
        &self,
        term: &Term,
        silence: Duration,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let moved = transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            let text = "SELECT DISTINCT name FROM nodes WHERE actual_state = 'running' AND desired_state = 'running' \
                        AND heartbeat_at > $1 ORDER BY name";
            let live = tx.rows(sql(text).bind(now.before(silence))).await?;
            let live = live.iter().map(|row| row.get(0)).collect::<Result<Vec<String>, _>>()?;
            let moves = moves(&for_any_node(tx).await?, live);
            for (worker, node) in &moves {
                let text = "UPDATE workers SET placed_on = $2, updated_at = $3 WHERE name = $1";
                tx.run(sql(text).bind(worker).bind(node).bind(now)).await?;
            }
            Ok(moves.len() as u64)
        })?;
        if moved > 0 {
            self.signals.orders_changed();
        }
        Ok(moved)
    }
}

/// Which workers go where. Without a live node all stay where they are.
fn moves(workers: &[WorkerRow], live: Vec<String>) -> Vec<(String, String)> {
    let mut slots: BTreeMap<String, u64> = live.into_iter().map(|name| (name, 0)).collect();
    let mut homeless = Vec::new();
    for worker in workers {
        match worker.placed_on.as_ref().and_then(|node| slots.get_mut(node)) {
            Some(slots) => *slots += u64::from(worker.concurrency),
            None => homeless.push(worker),
        }
    }
    let mut moves = Vec::new();
    for worker in homeless {
        let Some((node, slots)) = slots.iter_mut().min_by_key(|(_, slots)| **slots) else { break };
        *slots += u64::from(worker.concurrency);
        moves.push((worker.name.clone(), node.clone()));
    }
    moves
}
