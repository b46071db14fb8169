//! Reconciling: what is wished of services, workers, managers and the whole system is made so on this node.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use engine::{QueueName, Worker};
use model::{DesiredState, NodeState};
use store::{ManagerRow, StoreError, SystemState, WorkerRow};

use crate::node::Node;
use crate::pool::{Pool, PoolWish};

/// Counted up when everything that is known of robots.txt files is to be forgotten.
const CLEAR_ROBOTS: &str = "clear_cache.robots";
/// Counted up when the paces of all hosts are to begin anew.
const RESET_HOSTS: &str = "reset.hosts";

/// What was looked at before, so that each wish is followed once.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The numbers that are counted up; none before the first look.
    revisions: Option<BTreeMap<String, i64>>,
    services: bool,
}

impl Node {
    /// One look at all that is wished.
    pub(crate) async fn reconcile(&self) -> Result<(), StoreError> {
        let system = self.store().system_state().await?;
        self.follow_revisions(&system);
        self.follow_services().await?;
        let managers = self.store().managers(&[]).await?;
        self.follow_delays(&managers);
        let wishes = self.pool_wishes(&system, &managers).await?;
        self.follow_pools(wishes);
        Ok(())
    }

    /// Does once what was counted up since the last look.
    fn follow_revisions(&self, system: &SystemState) {
        let mut state = self.state();
        let before = state.seen.revisions.replace(system.revisions.clone());
        drop(state);
        let Some(before) = before else { return };
        let changed = |name: &str| system.revision(name) != before.get(name).copied().unwrap_or(0);
        if changed(CLEAR_ROBOTS) {
            self.parts.pipeline.fetcher.forget_robots();
        }
        if changed(RESET_HOSTS)
            && let Some(gate) = &self.parts.gate
        {
            gate.reset();
        }
    }

    async fn follow_services(&self) -> Result<(), StoreError> {
        let wished: HashMap<String, _> = self
            .store()
            .services()
            .await?
            .into_iter()
            .map(|service| (service.name.clone(), service.wish_on(&self.options.name)))
            .collect();
        let first = !std::mem::replace(&mut self.state().seen.services, true);
        for service in self.services() {
            service.follow(wished.get(service.name()).cloned().unwrap_or_default(), first);
        }
        Ok(())
    }

    /// The largest delay that a stage wants between two requests to one host holds for all: hosts are not told apart by
    /// who asks.
    fn follow_delays(&self, managers: &[ManagerRow]) {
        let delays = managers.iter().filter_map(|manager| manager.policy.delay_ms);
        let delay = delays.max().and_then(|ms| u64::try_from(ms).ok()).unwrap_or(0);
        if let Some(gate) = &self.parts.gate {
            gate.set_min_delay(Duration::from_millis(delay));
        }
    }

    /// What this node's workers should be, the wishes of managers, node and system taken into account.
    async fn pool_wishes(
        &self,
        system: &SystemState,
        managers: &[ManagerRow],
    ) -> Result<Vec<PoolWish>, StoreError> {
        let rows = self.store().workers_of(&self.options.name).await?;
        let scaled = managers.iter().any(|manager| scale(manager).is_some());
        let live = if scaled { self.store().job_counts().await? } else { BTreeMap::new() };
        let live = |queue: &QueueName| live.get(queue).map_or(0, |counts| counts.pending + counts.running);
        let works = self.state().order.state == NodeState::Running && !system.holds_claims();
        let wish = |row: WorkerRow| {
            let manager = row.stage.as_ref().and_then(|stage| managers.iter().find(|of| of.stage == *stage));
            let running = |desired: DesiredState| desired == DesiredState::Running;
            let scale = manager.and_then(scale);
            let jobs: u64 = row.queues.iter().map(live).sum();
            PoolWish {
                concurrency: slots(row.concurrency, scale, jobs),
                works: works
                    && running(row.desired_state)
                    && manager.is_none_or(|manager| running(manager.desired_state)),
                aborts: system.emergency_stop.is_some(),
                restarts: row.restarts + manager.map_or(0, |manager| manager.restarts),
                kills: row.kills + manager.map_or(0, |manager| manager.kills),
                name: row.name,
                queues: row.queues,
            }
        };
        Ok(rows.into_iter().map(wish).collect())
    }

    /// Begins, changes and ends pools. One that has to begin anew ends first: its successor begins at a later look.
    fn follow_pools(&self, wishes: Vec<PoolWish>) {
        let mut state = self.state();
        let mut wishes: HashMap<String, PoolWish> =
            wishes.into_iter().map(|wish| (wish.name.clone(), wish)).collect();
        let pools = std::mem::take(&mut state.pools);
        for mut pool in pools {
            let stays = match wishes.get(pool.name()) {
                Some(wish) => pool.follow(wish),
                None => {
                    pool.end();
                    false
                }
            };
            if stays || !pool.has_ended() {
                wishes.remove(pool.name());
                state.pools.push(pool);
            }
        }
        for wish in wishes.into_values() {
            let pool = self.pool(&wish);
            state.pools.push(pool);
        }
    }

    fn pool(&self, wish: &PoolWish) -> Pool {
        let mut options = self.options.worker.clone();
        options.queues.clone_from(&wish.queues);
        options.concurrency = wish.concurrency;
        let parts = &self.parts;
        let worker = Worker::new(
            Arc::clone(&parts.pipeline.store),
            Arc::clone(&parts.stages),
            Arc::clone(&parts.clock),
            parts.incarnation,
            options,
        );
        Pool::start(wish, worker)
    }
}

/// Between how many slots a manager lets its workers scale.
fn scale(manager: &ManagerRow) -> Option<(u64, u64)> {
    let policy = manager.policy;
    let most = u64::from(policy.autoscale_max?).max(1);
    Some((u64::from(policy.autoscale_min.unwrap_or(1)).clamp(1, most), most))
}

/// How many slots a worker has: as many as there are jobs, where its manager lets it scale; else what is set.
fn slots(set: u32, scale: Option<(u64, u64)>, jobs: u64) -> usize {
    let slots = scale.map_or(u64::from(set), |(least, most)| jobs.clamp(least, most));
    usize::try_from(slots).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_follow_the_jobs_within_the_managers_bounds() {
        assert_eq!(slots(4, None, 1_000), 4);
        assert_eq!(slots(4, Some((2, 16)), 0), 2);
        assert_eq!(slots(4, Some((2, 16)), 9), 9);
        assert_eq!(slots(4, Some((2, 16)), 1_000), 16);
    }
}
