//! The node itself: begins, beats, ends in order.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::SharedClock;
use engine::{Incarnation, Stages};
use fetch::pace::LeasedGate;
use model::NodeState;
use pipeline::Pipeline;
use store::{Effect, NewNode, NodeOrder, ServiceReport, Store, StoreError};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::lead::Lead;
use crate::options::NodeOptions;
use crate::pool::Pool;
use crate::reconcile::Seen;
use crate::resources::resources;
use crate::services;
use crate::supervise::Supervised;

/// How long a node that ends waits for its last words to be written.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How often a node that ends looks whether its workers have ended.
const ENDING_CHECK: Duration = Duration::from_millis(50);

/// What a node is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The stages and what they share: store, fetcher, rules.
    pub pipeline: Arc<Pipeline>,
    /// Stages beside those of the pipeline come with these.
    pub stages: Arc<Stages<Effect>>,
    /// Where hosts are leased; none if nobody else asks them.
    pub gate: Option<Arc<LeasedGate>>,
    /// What durations are measured with.
    pub clock: SharedClock,
    /// This life of this process.
    pub incarnation: Incarnation,
}

/// How a node is told from outside to end.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// End in order: let what runs end.
    pub gently: CancellationToken,
    /// End at once: give back what runs.
    pub at_once: CancellationToken,
}

/// Why a node has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to.
    Stopped,
    /// It is to begin anew; what came with that wish, as JSON.
    Restart(String),
}

/// One process of the system.
#[derive(Debug)]
pub struct Node {
    pub(crate) parts: Parts,
    pub(crate) options: NodeOptions,
    pub(crate) lead: Arc<Lead>,
    pub(crate) state: Mutex<State>,
    services: Vec<Arc<Supervised>>,
    started: Duration,
    host: String,
}

/// What a node remembers between two looks.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) order: NodeOrder,
    pub(crate) pools: Vec<Pool>,
    pub(crate) seen: Seen,
    /// The reports that were written last.
    reported: Vec<ServiceReport>,
    /// Whether the store was away at the last look.
    away: bool,
}

impl Node {
    /// A node that has not begun. `host` is the machine's name.
    pub fn new(parts: Parts, options: NodeOptions, host: impl Into<String>) -> Self {
        let lead = Arc::new(Lead::new(Arc::clone(&parts.clock), parts.incarnation, options.lead));
        let supervise = |service| {
            let (store, clock) = (Arc::clone(&parts.pipeline.store), Arc::clone(&parts.clock));
            Arc::new(Supervised::new(service, store, Arc::clone(&lead), clock, parts.incarnation))
        };
        let services = services::all(&options, &parts.pipeline).into_iter().map(supervise).collect();
        let started = parts.clock.elapsed();
        Self { parts, options, lead, state: Mutex::default(), services, started, host: host.into() }
    }

    /// Runs until it is told to end, by `stop` or by a wish in the store; it ends in order either way.
    ///
    /// # Errors
    /// If it can't be registered at its beginning. Later the store may come and go.
    pub async fn run(&self, stop: &Stop) -> Result<Ended, StoreError> {
        self.begin().await?;
        let ended = CancellationToken::new();
        let mut loops = JoinSet::new();
        for service in &self.services {
            loops.spawn(serve(Arc::clone(service), self.options.beat, ended.clone()));
        }
        if let Some(gate) = &self.parts.gate {
            let (gate, ended) = (Arc::clone(gate), ended.clone());
            loops.spawn(async move { gate.keep(ended.cancelled()).await });
        }
        self.live(stop).await;
        let end = self.state().order.clone();
        self.wind_down(stop, &end).await;
        ended.cancel();
        self.lead.step_down(self.store()).await;
        let last_words = async {
            while loops.join_next().await.is_some() {}
            self.store().end_node(self.parts.incarnation, self.store().now()).await
        };
        match tokio::time::timeout(LAST_WORDS, last_words).await {
            Ok(Ok(())) => tracing::info!("the node has ended"),
            _ => tracing::warn!("the node has ended, but could not write that down"),
        }
        Ok(if end.state == NodeState::Restarting { Ended::Restart(end.detail) } else { Ended::Stopped })
    }

    /// Registers, and notes the workers that it is configured with.
    ///
    /// # Errors
    /// If the store is away or refuses.
    pub async fn begin(&self) -> Result<(), StoreError> {
        self.register().await?;
        let workers = &self.options.workers;
        self.store().declare_workers(&self.options.name, workers, self.store().now()).await
    }

    /// Beats until it is to end.
    async fn live(&self, stop: &Stop) {
        let mut orders = self.store().signals().on_orders_changed();
        loop {
            orders.mark_unchanged();
            self.step().await;
            if matches!(self.state().order.state, NodeState::Stopped | NodeState::Restarting) {
                return;
            }
            tokio::select! {
                () = stop.gently.cancelled() => return,
                () = stop.at_once.cancelled() => return,
                _ = orders.changed() => {}
                () = tokio::time::sleep(self.options.beat) => {}
            }
        }
    }

    /// One look: gives a sign of life, leads if it is its turn, and makes what is so into what should be.
    pub async fn step(&self) {
        let result = self.try_step().await;
        let was_away = std::mem::replace(&mut self.state().away, result.is_err());
        match result {
            Ok(()) if was_away => tracing::info!("the store is back"),
            Ok(()) => {}
            Err(error) if was_away => tracing::debug!(%error, "the store is still away"),
            Err(error) => tracing::warn!(%error, "the store is away; the node waits for it"),
        }
    }

    async fn try_step(&self) -> Result<(), StoreError> {
        self.lead.campaign(self.store()).await?;
        self.beat().await?;
        self.reconcile().await?;
        self.report().await
    }

    /// Runs each service that is due now, if this node leads; how many ran.
    pub async fn turn_services(&self) -> usize {
        let mut ran = 0;
        for service in &self.services {
            ran += usize::from(service.turn().await);
        }
        ran
    }

    /// Whether this node leads.
    pub fn leads(&self) -> bool {
        self.lead.term().is_some()
    }

    async fn beat(&self) -> Result<(), StoreError> {
        let (store, incarnation) = (self.store(), self.parts.incarnation);
        let uptime = self.parts.clock.elapsed().saturating_sub(self.started);
        let actual = self.state().order.state;
        match store.beat_node(incarnation, actual, &resources(uptime), store.now()).await? {
            Some(order) => self.take_order(order),
            None => self.register().await?,
        }
        Ok(())
    }

    fn take_order(&self, order: NodeOrder) {
        let mut state = self.state();
        if state.order != order {
            tracing::info!(state = %order.state, detail = %order.detail, "the node is to be otherwise");
            state.order = order;
        }
    }

    async fn register(&self) -> Result<(), StoreError> {
        let node = NewNode {
            incarnation: self.parts.incarnation,
            name: self.options.name.clone(),
            kind: self.options.kind,
            host: self.host.clone(),
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        self.store().register_node(&node, self.store().now()).await
    }

    /// Writes down how workers and services fare, as far as that has changed.
    async fn report(&self) -> Result<(), StoreError> {
        let (store, incarnation) = (self.store(), self.parts.incarnation);
        let now = store.now();
        let workers: Vec<_> = self.state().pools.iter().map(|pool| pool.report(incarnation, now)).collect();
        store.report_workers(incarnation, &workers).await?;
        let services: Vec<_> = self.services.iter().map(|service| service.report()).collect();
        if self.state().reported != services {
            store.report_services(&services).await?;
            self.state().reported = services;
        }
        Ok(())
    }

    /// Lets what runs end, for as long as there is patience; then gives it back. It goes on beating meanwhile.
    async fn wind_down(&self, stop: &Stop, end: &NodeOrder) {
        self.state().order.state = NodeState::Draining;
        let patience = patience(&end.detail).unwrap_or(self.options.worker.grace);
        let pools: Vec<Pool> = std::mem::take(&mut self.state().pools);
        pools.iter().for_each(Pool::end);
        let given_up = self.parts.clock.elapsed() + patience;
        let mut beaten = self.parts.clock.elapsed();
        while !pools.iter().all(Pool::has_ended) {
            let now = self.parts.clock.elapsed();
            if stop.at_once.is_cancelled() || now >= given_up {
                pools.iter().for_each(Pool::abort);
            }
            if now.saturating_sub(beaten) >= self.options.beat {
                beaten = now;
                let _ = self.lead.campaign(self.store()).await;
                let (store, incarnation) = (self.store(), self.parts.incarnation);
                let _ = store.beat_node(incarnation, NodeState::Draining, "{}", store.now()).await;
            }
            tokio::time::sleep(ENDING_CHECK).await;
        }
        for pool in pools {
            pool.ended().await;
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.parts.pipeline.store
    }

    pub(crate) fn services(&self) -> &[Arc<Supervised>] {
        &self.services
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks again and again whether a service is due.
async fn serve(service: Arc<Supervised>, every: Duration, ended: CancellationToken) {
    while !ended.is_cancelled() {
        service.turn().await;
        let _ = ended.run_until_cancelled(tokio::time::sleep(every)).await;
    }
}

/// How long a wish to end leaves to what runs: `{"timeout_s": 30}`.
fn patience(detail: &str) -> Option<Duration> {
    let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
    detail.get("timeout_s")?.as_u64().map(Duration::from_secs)
}
