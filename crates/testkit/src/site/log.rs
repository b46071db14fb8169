//! Who asked a site for what, and when: what tests of politeness look at.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::request::{Request, header};

/// Requests a site remembers in full unless told otherwise; later ones are only counted.
pub const LOG_HITS_MAX: usize = 100_000;

/// One request as it came in.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The method.
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// When its head had been read, on the web's clock.
    pub started: Duration,
    /// When the last byte of its answer was written or given up; none while it is still being answered.
    pub ended: Option<Duration>,
    /// The status that was answered.
    pub status: u16,
    /// What came with it (at most 1 MiB of it).
    pub body: Vec<u8>,
    head: String,
}

impl Hit {
    /// The path, without the query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The first request header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

/// What one site remembers.
#[derive(Debug)]
pub(super) struct Log {
    limit: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    hits: Vec<Hit>,
    counts: HashMap<String, u64>,
    total: u64,
    running: usize,
    most_running: usize,
    /// Counts the clearings, so that a request begun before one closes nothing after it.
    era: u64,
}

impl Kept {
    fn count(&mut self, path: &str) {
        if let Some(count) = self.counts.get_mut(path) {
            *count += 1;
        } else if self.counts.len() < LOG_HITS_MAX {
            self.counts.insert(path.to_owned(), 1);
        }
    }
}

impl Log {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a request; the entry closes when the guard is dropped, however the connection ends.
    pub(super) fn open(&self, request: &Request<'_>, body: &[u8], started: Duration) -> Opened<'_> {
        let mut kept = self.kept();
        kept.total += 1;
        kept.running += 1;
        kept.most_running = kept.most_running.max(kept.running);
        kept.count(request.path());
        let at = kept.hits.len();
        if at >= self.limit {
            return Opened { log: self, at: None, era: kept.era, ended: started, status: 0 };
        }
        kept.hits.push(Hit {
            method: request.method.to_owned(),
            target: request.target.to_owned(),
            started,
            ended: None,
            status: 0,
            body: body.to_vec(),
            head: request.head().to_owned(),
        });
        Opened { log: self, at: Some(at), era: kept.era, ended: started, status: 0 }
    }

    pub(super) fn hits(&self, path: &str) -> u64 {
        self.kept().counts.get(path).copied().unwrap_or(0)
    }

    pub(super) fn total(&self) -> u64 {
        self.kept().total
    }

    pub(super) fn running(&self) -> usize {
        self.kept().running
    }

    pub(super) fn most_at_once(&self) -> usize {
        self.kept().most_running
    }

    pub(super) fn all(&self) -> Vec<Hit> {
        self.kept().hits.clone()
    }

    pub(super) fn clear(&self) {
        let mut kept = self.kept();
        let (running, era) = (kept.running, kept.era + 1);
        *kept = Kept { running, most_running: running, era, ..Kept::default() };
    }
}

/// A request that is being answered.
pub(super) struct Opened<'a> {
    log: &'a Log,
    at: Option<usize>,
    era: u64,
    ended: Duration,
    status: u16,
}

impl Opened<'_> {
    /// What was answered.
    pub(super) fn answered(&mut self, status: u16) {
        self.status = status;
    }

    /// When the answer was out.
    pub(super) fn done(mut self, now: Duration) {
        self.ended = now;
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        let mut kept = self.log.kept();
        kept.running = kept.running.saturating_sub(1);
        let at = self.at.filter(|_| kept.era == self.era);
        if let Some(hit) = at.and_then(|at| kept.hits.get_mut(at)) {
            hit.ended = Some(self.ended.max(hit.started));
            hit.status = self.status;
        }
    }
}
