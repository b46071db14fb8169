//! The one client: guard, robots, pace, redirects, in this order, for every hop.

use std::sync::Arc;

use clock::SharedClock;
use url::Url;

use crate::config::Config;
use crate::dns::Resolve;
use crate::error::Error;
use crate::pace::{HostGate, PaceState};
use crate::provider::Credits;
use crate::request::Request;
use crate::response::Response;
use crate::robots::Robots;

/// Fetches politely and safely. Cheap to clone; all clones share connections, paces and robots files.
#[derive(Clone, Debug)]
pub struct Fetcher {
    inner: Arc<Config>,
}

impl Fetcher {
    /// A fetcher with its own pace and the system's resolver. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`Error::Config`] if a root certificate, proxy address or header value cannot be used.
    pub fn new(config: Config, clock: SharedClock) -> Result<Self, Error> {
        let _ = clock;
        Ok(Self { inner: Arc::new(config) })
    }

    /// A fetcher with a given resolver and gate: for tests and for paces shared by several nodes.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn with_parts(
        config: Config,
        clock: SharedClock,
        resolver: Arc<dyn Resolve>,
        gate: Arc<dyn HostGate>,
    ) -> Result<Self, Error> {
        let _ = (clock, resolver, gate);
        Ok(Self { inner: Arc::new(config) })
    }

    /// Gets one URL. Waits for the host's turn, at most [`crate::pace::PaceConfig::max_wait`] for each host on the way.
    ///
    /// The turn is held until the body is read or dropped: with one place per host, a second `get` to the same host waits for it.
    ///
    /// # Errors
    /// Every variant of [`Error`]; HTTP error statuses are no errors.
    pub async fn get(&self, request: &Request) -> Result<Response, Error> {
        let _ = (&self.inner, request);
        Err(Error::Config { detail: "not wired yet".into() })
    }

    /// The robots.txt that governs `url`, from the cache or fetched once for all who ask.
    ///
    /// # Errors
    /// [`Error::Refused`] if the guard refuses the origin, [`Error::Busy`] if the host has no turn now. A file that cannot be had
    /// is no error but [`Robots::disallow_all`] or [`Robots::allow_all`], as RFC 9309 section 2.3.1 has it.
    pub async fn robots(&self, url: &Url) -> Result<Arc<Robots>, Error> {
        let _ = url;
        Ok(Arc::new(Robots::allow_all()))
    }

    /// How the pace of the URL's host stands; none if nothing was asked of it lately.
    pub fn pace(&self, url: &Url) -> Option<PaceState> {
        let _ = url;
        None
    }

    /// The credits of every scraping API in use.
    pub fn credits(&self) -> Vec<Credits> {
        Vec::new()
    }
}
