//! The robots.txt of each origin, kept for a while and fetched once however many ask.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::Timestamp;
use tokio::sync::OnceCell;

use super::Robots;
use crate::error::Error;
use crate::request::Validators;

/// How robots.txt files are kept.
#[derive(Clone, Copy, Debug)]
pub struct RobotsConfig {
    /// How long a file is used before it is fetched again. Default 24 h (RFC 9309 section 2.4).
    pub fresh_for: Duration,
    /// The least time a file is used, whatever `max-age` says. Default 5 min.
    pub fresh_at_least: Duration,
    /// How long after a first failure (5xx, 429, no answer) it is tried again; it doubles. Default 30 s.
    pub first_retry: Duration,
    /// The longest time between two tries. Default 10 min.
    pub max_retry: Duration,
    /// How long the last good copy stands in for a file that cannot be had. Default 30 days (RFC 9309 section 2.3.1.4).
    pub stale_for: Duration,
    /// Origins remembered; those longest unused are forgotten first. Default 20,000.
    pub max_origins: usize,
}

impl Default for RobotsConfig {
    fn default() -> Self {
        Self {
            fresh_for: Duration::from_secs(24 * 3600),
            fresh_at_least: Duration::from_secs(300),
            first_retry: Duration::from_secs(30),
            max_retry: Duration::from_secs(600),
            stale_for: Duration::from_secs(30 * 24 * 3600),
            max_origins: 20_000,
        }
    }
}

/// What fetching a robots.txt gave, in the terms of RFC 9309 section 2.3.1.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A file.
    Rules { robots: Robots, max_age: Option<Duration>, validators: Option<Validators> },
    /// The file is as it was.
    Unchanged { max_age: Option<Duration> },
    /// There is none ("unavailable"): everything is allowed.
    Absent,
    /// It could not be had ("unreachable"): everything is forbidden.
    Failed(Error),
}

/// What is known of one origin.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) robots: Arc<Robots>,
    /// Why everything is forbidden, if it is for a file that cannot be had.
    pub(crate) failure: Option<Error>,
    pub(crate) validators: Option<Validators>,
    fresh_until: Timestamp,
    /// When the rules were last confirmed; none if they never were.
    good_at: Option<Timestamp>,
    failures: u32,
}

impl Entry {
    /// What an answer at `now` makes of what was known before.
    pub(crate) fn after(answer: Answer, old: Option<&Self>, now: Timestamp, config: &RobotsConfig) -> Self {
        let (robots, max_age, validators) = match answer {
            Answer::Rules { robots, max_age, validators } => (Arc::new(robots), max_age, validators),
            Answer::Absent => (Arc::new(Robots::allow_all()), None, None),
            Answer::Unchanged { max_age } => match old {
                Some(old) => (Arc::clone(&old.robots), max_age, old.validators.clone()),
                None => (Arc::new(Robots::allow_all()), max_age, None),
            },
            Answer::Failed(error) => return Self::failed(error, old, now, config),
        };
        let most = config.fresh_for.max(config.fresh_at_least);
        let fresh_for = max_age.unwrap_or(most).clamp(config.fresh_at_least, most);
        Self {
            robots,
            failure: None,
            validators,
            fresh_until: now.after(fresh_for),
            good_at: Some(now),
            failures: 0,
        }
    }

    fn failed(error: Error, old: Option<&Self>, now: Timestamp, config: &RobotsConfig) -> Self {
        let failures = old.map_or(0, |old| old.failures);
        let wait = config.first_retry.saturating_mul(1 << failures.min(16)).min(config.max_retry);
        let fresh_until = now.after(wait);
        let failures = failures.saturating_add(1);
        let usable = |old: &&Self| old.good_at.is_some_and(|good| now.since(good) < config.stale_for);
        if let Some(old) = old.filter(usable) {
            return Self { fresh_until, failures, ..old.clone() };
        }
        let failure = match error {
            Error::RobotsUnavailable { origin, status, .. } => {
                Error::RobotsUnavailable { origin, status, retry_at: fresh_until }
            }
            other => other,
        };
        Self {
            robots: Arc::new(Robots::disallow_all()),
            failure: Some(failure),
            validators: None,
            fresh_until,
            good_at: None,
            failures,
        }
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        now < self.fresh_until
    }
}

/// The entries of all origins.
#[derive(Debug)]
pub(crate) struct RobotsCache {
    config: RobotsConfig,
    slots: Mutex<Slots>,
}

#[derive(Debug, Default)]
struct Slots {
    by_origin: HashMap<String, Slot>,
    uses: u64,
}

#[derive(Debug, Default)]
struct Slot {
    entry: Option<Arc<Entry>>,
    /// The fetch under way, which all who ask wait for.
    flight: Option<Arc<OnceCell<Arc<Entry>>>>,
    used: u64,
}

impl RobotsCache {
    pub(crate) fn new(config: RobotsConfig) -> Self {
        Self { config, slots: Mutex::default() }
    }

    /// The entry of `origin` if it needs no fetching.
    pub(crate) fn fresh(&self, origin: &str, now: Timestamp) -> Option<Arc<Entry>> {
        let mut slots = self.slots();
        slots.uses += 1;
        let used = slots.uses;
        let slot = slots.by_origin.get_mut(origin)?;
        slot.used = used;
        slot.entry.as_ref().filter(|entry| entry.is_fresh(now)).map(Arc::clone)
    }

    /// The entry of `origin`, got by `fetch` once for all who ask at the same time. An error of `fetch` is kept by nobody.
    pub(crate) async fn get<F, Fut>(
        &self,
        origin: &str,
        now: Timestamp,
        fetch: F,
    ) -> Result<Arc<Entry>, Error>
    where
        F: FnOnce(Option<Arc<Entry>>) -> Fut,
        Fut: Future<Output = Result<Entry, Error>>,
    {
        let (old, flight) = match self.join(origin, now) {
            Ok(entry) => return Ok(entry),
            Err(joined) => joined,
        };
        // If the one who fetches is cancelled or fails, the next in line fetches.
        let entry = flight.get_or_try_init(|| async { fetch(old).await.map(Arc::new) }).await?;
        let mut slots = self.slots();
        if let Some(slot) = slots.by_origin.get_mut(origin)
            && slot.flight.as_ref().is_some_and(|current| Arc::ptr_eq(current, &flight))
        {
            slot.entry = Some(Arc::clone(entry));
            slot.flight = None;
        }
        Ok(Arc::clone(entry))
    }

    /// The fresh entry, or what is known and the fetch to join.
    #[expect(clippy::type_complexity, reason = "a pair used once")]
    fn join(
        &self,
        origin: &str,
        now: Timestamp,
    ) -> Result<Arc<Entry>, (Option<Arc<Entry>>, Arc<OnceCell<Arc<Entry>>>)> {
        let mut slots = self.slots();
        if !slots.by_origin.contains_key(origin) {
            slots.make_room(self.config.max_origins);
        }
        slots.uses += 1;
        let used = slots.uses;
        let slot = slots.by_origin.entry(origin.to_owned()).or_default();
        slot.used = used;
        match &slot.entry {
            Some(entry) if entry.is_fresh(now) => Ok(Arc::clone(entry)),
            old => Err((old.clone(), Arc::clone(slot.flight.get_or_insert_default()))),
        }
    }

    /// Forgets all entries; fetches under way go on.
    pub(crate) fn clear(&self) -> usize {
        let mut slots = self.slots();
        let known = slots.by_origin.values().filter(|slot| slot.entry.is_some()).count();
        slots.by_origin.retain(|_, slot| slot.flight.is_some());
        slots.by_origin.values_mut().for_each(|slot| slot.entry = None);
        known
    }

    fn slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    /// Forgets the eighth that was longest unused, when there is room for no more.
    fn make_room(&mut self, max: usize) {
        if self.by_origin.len() < max.max(1) {
            return;
        }
        let mut uses: Vec<u64> = self.by_origin.values().map(|slot| slot.used).collect();
        let eighth = uses.len() / 8;
        let (_, limit, _) = uses.select_nth_unstable(eighth);
        let limit = *limit;
        self.by_origin.retain(|_, slot| slot.used > limit);
    }
}

#[cfg(test)]
mod tests;
