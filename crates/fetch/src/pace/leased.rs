//! The pace of every host, shared by several processes: each host is leased to one of them, which paces it in memory.
//!
//! While a lease is held no request asks anybody. Leases are taken, renewed and given back in batches by
//! [`LeasedGate::keep`]; what cannot be renewed in time is void here before it can be taken elsewhere.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::{SharedClock, Timestamp};
use tokio::sync::{Notify, oneshot};

use super::{BusyReason, HostGate, HostKey, MemoryGate, Outcome, PaceConfig, PaceState, Refused, Turn};
use crate::dns::BoxFuture;

/// Most hosts that are asked for, renewed or given back at a time.
const BATCH_MAX: usize = 500;
/// The shortest and the usual distance between those who are sent away because another process has their host.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const RETRY_STEP: Duration = Duration::from_millis(250);
/// How often the hosts of others are asked for again: they may have been given back early.
const RECHECK: Duration = Duration::from_secs(5);
/// Hosts of others that are remembered.
const ELSEWHERE_MAX: usize = 50_000;

/// How hosts are leased.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRules {
    /// How long a lease holds unless it is renewed. Default 30 s.
    pub lease: Duration,
    /// How often leases are renewed and idle hosts looked for. Default 5 s.
    pub renew: Duration,
    /// How long before a lease ends nothing more is begun under it: clocks and networks are not exact. Default 5 s.
    pub margin: Duration,
    /// A host that nobody asked for this long is given back. Default 10 s.
    pub idle: Duration,
}

impl Default for LeaseRules {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self { lease: s(30), renew: s(5), margin: s(5), idle: s(10) }
    }
}

/// Whoever keeps the leases: a shared database.
pub trait HostLeases: Send + Sync + fmt::Debug {
    /// Takes hosts for this process; the answers are in their order.
    fn take(&self, hosts: Vec<String>, lease: Duration) -> BoxFuture<'_, Result<Vec<Grant>, String>>;

    /// Renews leases and writes down how the hosts' paces stand, as JSON; those that this process has lost.
    fn keep(
        &self,
        hosts: Vec<(String, String)>,
        lease: Duration,
    ) -> BoxFuture<'_, Result<Vec<String>, String>>;

    /// Gives hosts back with how their paces stand, as JSON.
    fn release(&self, hosts: Vec<(String, String)>) -> BoxFuture<'_, Result<(), String>>;
}

/// What became of a wish for a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// It is ours.
    Ours {
        /// How its pace stood, as JSON.
        pace: String,
        /// Whether nobody had it, or gave it back. Else it may have been asked until a moment ago.
        orderly: bool,
    },
    /// Another process has it, at least until then.
    Elsewhere(Timestamp),
}

/// Hands out the turns of hosts that are leased to this process.
#[derive(Debug)]
pub struct LeasedGate {
    memory: MemoryGate,
    leases: Arc<dyn HostLeases>,
    rules: LeaseRules,
    clock: SharedClock,
    state: Mutex<State>,
    /// Told when a host is wanted.
    wanted: Notify,
}

#[derive(Debug, Default)]
struct State {
    held: HashMap<HostKey, Held>,
    wishes: HashMap<HostKey, Vec<oneshot::Sender<Result<(), Refused>>>>,
    elsewhere: HashMap<HostKey, Elsewhere>,
}

/// A host that is ours.
#[derive(Debug)]
struct Held {
    /// Until when, by this process's clock.
    until: Duration,
    used: Duration,
    /// Set when the lease is lost: turns that are under way end.
    void: Arc<AtomicBool>,
}

/// A host that is another's.
#[derive(Clone, Copy, Debug)]
struct Elsewhere {
    ask_again: Duration,
    promised: Duration,
}

impl LeasedGate {
    /// A gate that holds no host yet. [`LeasedGate::keep`] must run beside it.
    pub fn new(
        config: PaceConfig,
        rules: LeaseRules,
        leases: Arc<dyn HostLeases>,
        clock: SharedClock,
    ) -> Arc<Self> {
        Arc::new(Self {
            memory: MemoryGate::new(config, Arc::clone(&clock)),
            leases,
            rules,
            clock,
            state: Mutex::default(),
            wanted: Notify::new(),
        })
    }

    /// Takes, renews and gives back leases until `stopped` ends; then gives all of them back.
    pub async fn keep(&self, stopped: impl Future<Output = ()> + Send) {
        tokio::pin!(stopped);
        let mut renewed = self.clock.elapsed();
        loop {
            let due = (renewed + self.rules.renew).saturating_sub(self.clock.elapsed());
            tokio::select! {
                () = &mut stopped => break,
                () = self.wanted.notified() => self.take_wanted().await,
                () = tokio::time::sleep(due) => {
                    renewed = self.clock.elapsed();
                    self.renew().await;
                }
            }
        }
        self.release_all().await;
    }

    /// One round of renewing, giving back what is idle and ending what is lost.
    pub async fn renew(&self) {
        let now = self.clock.elapsed();
        let mut kept = Vec::new();
        let mut idle = Vec::new();
        {
            let mut state = self.state();
            state.elsewhere.retain(|_, other| other.ask_again > now || other.promised > now);
            for (host, held) in &state.held {
                let pace = self.memory.state(host).map_or_else(|| "{}".to_owned(), |pace| pace.to_json());
                let unused = now.saturating_sub(held.used) >= self.rules.idle && self.memory.is_unused(host);
                if unused { idle.push((host.clone(), pace)) } else { kept.push((host.clone(), pace)) }
            }
            // From here on nobody gets a turn of them.
            for (host, _) in &idle {
                state.held.remove(host);
            }
        }
        self.give_back(idle).await;
        for batch in kept.chunks(BATCH_MAX) {
            self.renew_batch(batch).await;
        }
        self.end_expired();
    }

    /// Forgets what is known of the paces of all hosts.
    pub fn reset(&self) {
        self.memory.reset();
    }

    /// Sets a least delay between two requests to one host, on top of what each host asks for.
    pub fn set_min_delay(&self, delay: Duration) {
        self.memory.set_min_delay(delay);
    }

    /// How many hosts are ours.
    pub fn len(&self) -> usize {
        self.state().held.len()
    }

    /// Whether no host is ours.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    async fn renew_batch(&self, batch: &[(HostKey, String)]) {
        // Counted from before the call: the lease must never seem longer here than it is there.
        let until = self.clock.elapsed() + self.rules.lease;
        let hosts = batch.iter().map(|(host, pace)| (host.to_string(), pace.clone())).collect();
        match self.leases.keep(hosts, self.rules.lease).await {
            Ok(lost) => {
                let mut state = self.state();
                for (host, _) in batch {
                    if lost.iter().any(|lost| lost == host.as_str()) {
                        self.lose(&mut state, host);
                    } else if let Some(held) = state.held.get_mut(host) {
                        held.until = until;
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, hosts = batch.len(), "the leases of hosts could not be renewed; they end soon");
            }
        }
    }

    /// Ends what could not be renewed.
    fn end_expired(&self) {
        let now = self.clock.elapsed();
        let mut state = self.state();
        let over: Vec<HostKey> = state
            .held
            .iter()
            .filter(|(_, held)| !self.holds(held, now))
            .map(|(host, _)| host.clone())
            .collect();
        for host in over {
            self.lose(&mut state, &host);
        }
    }

    fn lose(&self, state: &mut State, host: &HostKey) {
        if let Some(held) = state.held.remove(host) {
            held.void.store(true, Ordering::Release);
            self.memory.forget(host);
            tracing::warn!(%host, "the lease of the host is lost; nothing more is asked there");
        }
    }

    fn holds(&self, held: &Held, now: Duration) -> bool {
        now + self.rules.margin < held.until
    }

    /// Takes what is wanted, batch by batch.
    async fn take_wanted(&self) {
        loop {
            let mut hosts: Vec<HostKey> = self.state().wishes.keys().take(BATCH_MAX).cloned().collect();
            if hosts.is_empty() {
                return;
            }
            hosts.sort_unstable();
            let before = self.clock.elapsed();
            let names = hosts.iter().map(ToString::to_string).collect();
            let grants = self.leases.take(names, self.rules.lease).await;
            let mut state = self.state();
            for (at, host) in hosts.iter().enumerate() {
                let answer = match &grants {
                    Ok(grants) => self.granted(&mut state, host, grants.get(at), before),
                    Err(error) => {
                        tracing::debug!(%error, %host, "the host could not be leased");
                        Err(self.sent_away(FIRST_RETRY))
                    }
                };
                for wish in state.wishes.remove(host).unwrap_or_default() {
                    let _ = wish.send(answer);
                }
            }
        }
    }

    fn granted(
        &self,
        state: &mut State,
        host: &HostKey,
        grant: Option<&Grant>,
        before: Duration,
    ) -> Result<(), Refused> {
        match grant {
            Some(Grant::Ours { pace, orderly }) => {
                self.memory.take_over(host, PaceState::from_json(pace).as_ref(), *orderly);
                let until = before + self.rules.lease;
                let void = Arc::new(AtomicBool::new(false));
                state.held.insert(host.clone(), Held { until, used: self.clock.elapsed(), void });
                state.elsewhere.remove(host);
                Ok(())
            }
            Some(Grant::Elsewhere(until)) => {
                let now = self.clock.elapsed();
                let wait = until.since(self.clock.now()).clamp(FIRST_RETRY, RECHECK);
                if state.elsewhere.len() < ELSEWHERE_MAX {
                    let promised = state.elsewhere.get(host).map_or(now, |other| other.promised);
                    state.elsewhere.insert(host.clone(), Elsewhere { ask_again: now + wait, promised });
                }
                Err(self.put_off(state, host))
            }
            None => Err(self.sent_away(FIRST_RETRY)),
        }
    }

    /// Sends somebody away from another's host: one after the other, so that they do not all come back at once.
    fn put_off(&self, state: &mut State, host: &HostKey) -> Refused {
        let now = self.clock.elapsed();
        let Some(other) = state.elsewhere.get_mut(host) else { return self.sent_away(FIRST_RETRY) };
        let next = other.promised.max(now + FIRST_RETRY) + RETRY_STEP;
        other.promised = if next > now + self.rules.lease { now + FIRST_RETRY } else { next };
        let wait = other.promised - now;
        self.sent_away(wait)
    }

    fn sent_away(&self, wait: Duration) -> Refused {
        Refused { retry_at: self.clock.now().after(wait), reason: BusyReason::Elsewhere }
    }

    /// The sign of the lease, if the host is ours; else what to do about it.
    fn look(&self, host: &HostKey) -> Look {
        let now = self.clock.elapsed();
        let mut state = self.state();
        if let Some(held) = state.held.get_mut(host)
            && self.holds(held, now)
        {
            held.used = now;
            return Look::Ours(Arc::clone(&held.void));
        }
        if state.elsewhere.get(host).is_some_and(|other| other.ask_again > now) {
            return Look::Refused(self.put_off(&mut state, host));
        }
        let (wish, answer) = oneshot::channel();
        state.wishes.entry(host.clone()).or_default().push(wish);
        drop(state);
        self.wanted.notify_one();
        Look::Ask(answer)
    }

    async fn admit_leased(&self, host: &HostKey) -> Result<Turn, Refused> {
        let void = match self.look(host) {
            Look::Ours(void) => void,
            Look::Refused(refused) => return Err(refused),
            Look::Ask(answer) => {
                let answer = tokio::time::timeout(self.memory.config().max_wait, answer).await;
                let Ok(Ok(answer)) = answer else { return Err(self.sent_away(FIRST_RETRY)) };
                answer?;
                let Look::Ours(void) = self.look(host) else { return Err(self.sent_away(FIRST_RETRY)) };
                void
            }
        };
        let turn = self.memory.admit(host).await?;
        // It may have waited for long: the lease must hold now.
        let now = self.clock.elapsed();
        let ours = match self.state().held.get_mut(host) {
            Some(held) if Arc::ptr_eq(&held.void, &void) && self.holds(held, now) => {
                held.used = now;
                true
            }
            _ => false,
        };
        if ours { Ok(turn.under(void)) } else { Err(self.sent_away(FIRST_RETRY)) }
    }

    async fn give_back(&self, hosts: Vec<(HostKey, String)>) {
        for batch in hosts.chunks(BATCH_MAX) {
            let named = batch.iter().map(|(host, pace)| (host.to_string(), pace.clone())).collect();
            if let Err(error) = self.leases.release(named).await {
                tracing::debug!(%error, "hosts could not be given back; their leases run out");
            }
            for (host, _) in batch {
                self.memory.forget(host);
            }
        }
    }

    async fn release_all(&self) {
        let held: Vec<(HostKey, Held)> = self.state().held.drain().collect();
        let hosts = held.into_iter().map(|(host, held)| {
            held.void.store(true, Ordering::Release);
            let pace = self.memory.state(&host).map_or_else(|| "{}".to_owned(), |pace| pace.to_json());
            (host, pace)
        });
        self.give_back(hosts.collect()).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What looking for a host's lease finds.
enum Look {
    Ours(Arc<AtomicBool>),
    Refused(Refused),
    Ask(oneshot::Receiver<Result<(), Refused>>),
}

impl HostGate for LeasedGate {
    fn admit<'a>(&'a self, host: &'a HostKey) -> BoxFuture<'a, Result<Turn, Refused>> {
        Box::pin(self.admit_leased(host))
    }

    fn report(&self, host: &HostKey, turn: &Turn, outcome: Outcome) {
        if !turn.is_void() {
            self.memory.report(host, turn, outcome);
        }
    }

    fn set_crawl_delay(&self, host: &HostKey, delay: Option<Duration>) {
        self.memory.set_crawl_delay(host, delay);
    }

    fn state(&self, host: &HostKey) -> Option<PaceState> {
        self.memory.state(host)
    }
}

#[cfg(test)]
mod tests;
