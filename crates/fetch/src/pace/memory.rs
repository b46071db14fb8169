//! The pace of every host, kept in this process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::SharedClock;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::state::Pace;
use super::{BusyReason, HostGate, HostKey, Outcome, PaceConfig, PaceState, Refused, Turn};
use crate::dns::BoxFuture;

/// How long somebody is told to stay away when there is no room for another host.
const NO_ROOM: Duration = Duration::from_secs(5);

/// A place among those a host allows at once; dropping it frees the place.
pub type Permit = OwnedSemaphorePermit;

/// Hands out the turns of each host in the order they were asked for.
#[derive(Debug)]
pub struct MemoryGate {
    config: PaceConfig,
    /// A least delay that was set later, in milliseconds.
    min_delay_ms: AtomicU64,
    clock: SharedClock,
    hosts: Mutex<HashMap<HostKey, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    waiting: AtomicU32,
    pace: Mutex<Pace>,
}

impl MemoryGate {
    /// A gate that knows no host yet.
    pub fn new(config: PaceConfig, clock: SharedClock) -> Self {
        Self { config, min_delay_ms: AtomicU64::new(0), clock, hosts: Mutex::default() }
    }

    /// Takes over a host as another gate left it.
    pub fn restore(&self, host: &HostKey, state: &PaceState) {
        if let Some(entry) = self.entry(host) {
            *entry.pace() = Pace::from_view(state, self.clock.elapsed(), self.clock.now());
        }
    }

    /// How hosts are paced, as it is now.
    pub fn config(&self) -> PaceConfig {
        let least = Duration::from_millis(self.min_delay_ms.load(Ordering::Relaxed));
        PaceConfig { min_delay: self.config.min_delay.max(least), ..self.config }
    }

    /// Sets a least delay between two requests to one host, beside the configured one: the larger counts.
    pub fn set_min_delay(&self, delay: Duration) {
        let ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.min_delay_ms.store(ms, Ordering::Relaxed);
    }

    /// Forgets back-offs, slow-downs and failures of all hosts.
    pub fn reset(&self) {
        for host in self.hosts().values() {
            *host.pace() = Pace::new();
        }
    }

    /// Takes over a host from elsewhere. Unless that was orderly, it may have been asked until a moment ago: then its
    /// delay is kept from now on.
    pub(super) fn take_over(&self, host: &HostKey, state: Option<&PaceState>, orderly: bool) {
        if let Some(state) = state {
            self.restore(host, state);
        }
        if !orderly && let Some(entry) = self.entry(host) {
            entry.pace().hold_off(&self.config(), self.clock.elapsed());
        }
    }

    /// Forgets a host, which is in other hands.
    pub(super) fn forget(&self, host: &HostKey) {
        self.hosts().remove(host);
    }

    /// Whether nobody has a turn at the host or waits for one.
    pub(super) fn is_unused(&self, host: &HostKey) -> bool {
        let hosts = self.hosts();
        let free = |host: &Arc<Host>| Arc::strong_count(host) == 1 && Arc::strong_count(&host.places) == 1;
        hosts.get(host).is_none_or(free)
    }

    /// How many hosts are remembered.
    pub fn len(&self) -> usize {
        self.hosts().len()
    }

    /// Whether no host is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    async fn wait_for_turn(&self, key: &HostKey) -> Result<Turn, Refused> {
        let Some(host) = self.entry(key) else {
            let retry_at = self.clock.now().after(NO_ROOM);
            return Err(Refused { retry_at, reason: BusyReason::TooManyHosts });
        };
        let latest = self.clock.elapsed().saturating_add(self.config.max_wait);
        let permit = self.place(&host, latest).await?;
        loop {
            let now = self.clock.elapsed();
            let (taken, known) = {
                let mut pace = host.pace();
                (pace.take(&self.config(), now, latest), pace.blocked_until())
            };
            let start = taken.map_err(|reason| self.turn_away(&host, reason))?;
            if start <= now {
                return Ok(Turn::new(now, Some(permit)));
            }
            tokio::time::sleep(start - now).await;
            let now = self.clock.elapsed();
            // While this one slept another may have been told to slow down: then stand in line again.
            if !host.pace().is_blocked_since(known, now) {
                return Ok(Turn::new(now, Some(permit)));
            }
        }
    }

    /// One of the host's places, in the order of asking.
    async fn place(&self, host: &Arc<Host>, latest: Duration) -> Result<Permit, Refused> {
        if let Ok(permit) = Arc::clone(&host.places).try_acquire_owned() {
            return Ok(permit);
        }
        let now = self.clock.elapsed();
        let ahead = Waiting::join(host);
        {
            let pace = host.pace();
            if pace.hopeless(&self.config(), now, latest, ahead.before) {
                let reason = pace.reason(now);
                drop(pace);
                return Err(self.turn_away(host, reason));
            }
        }
        let places = Arc::clone(&host.places);
        match tokio::time::timeout(latest.saturating_sub(now), places.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(self.turn_away(host, BusyReason::Queue)),
        }
    }

    fn turn_away(&self, host: &Host, reason: BusyReason) -> Refused {
        let (now, random) = (self.clock.elapsed(), self.clock.random());
        let at = host.pace().promise(&self.config(), now, random);
        Refused { retry_at: self.clock.now().after(at.saturating_sub(now)), reason }
    }

    /// The host's entry, made if need be; none if there is room for no further host.
    fn entry(&self, key: &HostKey) -> Option<Arc<Host>> {
        let mut hosts = self.hosts();
        if let Some(host) = hosts.get(key) {
            return Some(Arc::clone(host));
        }
        if hosts.len() >= self.config.max_hosts {
            make_room(&mut hosts, self.clock.elapsed(), self.config.max_hosts);
        }
        if hosts.len() >= self.config.max_hosts {
            return None;
        }
        let host = Arc::new(Host::new(self.config.max_concurrent));
        hosts.insert(key.clone(), Arc::clone(&host));
        Some(host)
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<HostKey, Arc<Host>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HostGate for MemoryGate {
    fn admit<'a>(&'a self, host: &'a HostKey) -> BoxFuture<'a, Result<Turn, Refused>> {
        Box::pin(self.wait_for_turn(host))
    }

    fn report(&self, host: &HostKey, turn: &Turn, outcome: Outcome) {
        if let Some(host) = self.entry(host) {
            let (now, random) = (self.clock.elapsed(), self.clock.random());
            host.pace().learn(&self.config(), turn.started, now, outcome, random);
        }
    }

    fn set_crawl_delay(&self, host: &HostKey, delay: Option<Duration>) {
        if let Some(host) = self.entry(host) {
            host.pace().set_crawl_delay(&self.config(), delay);
        }
    }

    fn state(&self, host: &HostKey) -> Option<PaceState> {
        let host = Arc::clone(self.hosts().get(host)?);
        let view = host.pace().view(&self.config(), self.clock.elapsed(), self.clock.now());
        Some(view)
    }
}

impl Host {
    fn new(places: usize) -> Self {
        let places = Arc::new(Semaphore::new(places.clamp(1, Semaphore::MAX_PERMITS)));
        Self { places, waiting: AtomicU32::new(0), pace: Mutex::new(Pace::new()) }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those who wait for a place; leaves the count when dropped, cancelled or not.
struct Waiting<'a> {
    host: &'a Host,
    before: u32,
}

impl<'a> Waiting<'a> {
    fn join(host: &'a Host) -> Self {
        Self { host, before: host.waiting.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.host.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Forgets hosts nobody uses: all idle ones, else those that are merely slowed, until a quarter is free.
fn make_room(hosts: &mut HashMap<HostKey, Arc<Host>>, now: Duration, max: usize) {
    // An entry in use is held elsewhere, too; forgetting it would hand out its places twice.
    let unused = |host: &Arc<Host>| Arc::strong_count(host) == 1;
    let turned =
        |host: &Arc<Host>| host.places.available_permits() > 0 && Arc::strong_count(&host.places) == 1;
    hosts.retain(|_, host| !(unused(host) && turned(host) && host.pace().is_idle(now)));
    let mut surplus = hosts.len().saturating_sub(max - max / 4);
    hosts.retain(|_, host| {
        let forget = surplus > 0 && unused(host) && turned(host);
        surplus -= usize::from(forget);
        !forget
    });
}

#[cfg(test)]
mod tests;
