//! The running fake web: its listeners, its sites, and what it has seen.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clock::{SharedClock, SystemClock};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::connection;
use super::log::{Hit, LOG_HITS_MAX};
use super::scripted::Site;
use super::served::{Addresses, Shared};
use crate::Error;

/// Connections one listener keeps open; more wait in the system's queue.
const CONNECTIONS_MAX: usize = 10_000;

/// A web under construction.
#[derive(Clone)]
pub struct WebBuilder {
    sites: Vec<Site>,
    port: u16,
    port_each: bool,
    log_hits: usize,
    clock: SharedClock,
    reached_at: Option<SocketAddr>,
}

impl WebBuilder {
    /// With this site.
    #[must_use]
    pub fn site(mut self, site: Site) -> Self {
        self.sites.push(site);
        self
    }

    /// With these sites.
    #[must_use]
    pub fn sites(mut self, sites: impl IntoIterator<Item = Site>) -> Self {
        self.sites.extend(sites);
        self
    }

    /// Listens on this port instead of a free one (with a port each: on this one and those that follow).
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Gives each site a listener of its own, reached as `127.0.0.1:PORT`; its host name is then only a key.
    #[must_use]
    pub fn port_each(mut self) -> Self {
        self.port_each = true;
        self
    }

    /// Sites say of themselves that they are reached at this address, where a [`Proxy`](crate::proxy::Proxy) leads
    /// to the web, instead of where they listen.
    #[must_use]
    pub fn reached_at(mut self, addr: SocketAddr) -> Self {
        self.reached_at = Some(addr);
        self
    }

    /// Remembers so many requests a site in full ([`LOG_HITS_MAX`] unless set); 0 only counts, for benches.
    #[must_use]
    pub fn log_hits(mut self, hits: usize) -> Self {
        self.log_hits = hits;
        self
    }

    /// Takes the times of its log from this clock. Delays follow tokio's.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Starts listening, on the runtime of the caller, until the [`Web`] is dropped.
    ///
    /// # Errors
    /// [`Error::Listen`] when a port cannot be had.
    pub async fn start(self) -> Result<Web, Error> {
        let (shared, listeners) = self.bind().await?;
        let listens_at = listeners.first().map_or(shared.addresses.first, |listening| listening.addr);
        let mut tasks = JoinSet::new();
        serve(&shared, listeners, |task| {
            tasks.spawn(task);
        });
        Ok(Web { shared, listens_at, running: Running::Tasks(tasks) })
    }

    /// Starts listening on a thread of its own, for callers that are not asynchronous or need their own runtime
    /// undisturbed.
    ///
    /// # Errors
    /// [`Error::Listen`] when a port or the thread cannot be had.
    pub fn start_on_thread(self) -> Result<Web, Error> {
        let refused = |cause| Error::Listen { port: self.port, cause };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(refused)?;
        let (shared, listeners) = runtime.block_on(self.clone().bind())?;
        let listens_at = listeners.first().map_or(shared.addresses.first, |listening| listening.addr);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = shared.clone();
        let thread = std::thread::Builder::new()
            .name("fake-web".into())
            .spawn(move || {
                runtime.block_on(async move {
                    let mut tasks = JoinSet::new();
                    serve(&serving, listeners, |task| {
                        tasks.spawn(task);
                    });
                    let _ = stopped.await;
                });
            })
            .map_err(refused)?;
        let running = Running::Thread { stop: Some(stop), thread: Some(thread) };
        Ok(Web { shared, listens_at, running })
    }

    async fn bind(self) -> Result<(Arc<Shared>, Vec<Listening>), Error> {
        let count = if self.port_each { self.sites.len().max(1) } else { 1 };
        let first = self.listen(0).await?;
        let mut addresses = Addresses {
            first: self.reached_at.unwrap_or(first.addr),
            by_host: HashMap::new(),
            port_each: self.port_each,
        };
        let mut listeners = vec![first];
        for at in 1..count {
            listeners.push(self.listen(at).await?);
        }
        if self.port_each {
            let reached = self.sites.iter().zip(&listeners).map(|(site, at)| (site.host.clone(), at.addr));
            addresses.by_host = reached.collect();
        }
        Ok((Arc::new(Shared::new(self.sites, addresses, self.log_hits, self.clock)), listeners))
    }

    /// The listener of number `at`.
    async fn listen(&self, at: usize) -> Result<Listening, Error> {
        let next = |port: u16| port.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
        let port = if self.port == 0 { 0 } else { next(self.port) };
        let refused = |cause| Error::Listen { port, cause };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)?;
        let addr = listener.local_addr().map_err(refused)?;
        Ok(Listening { listener, addr, site: self.port_each.then_some(at) })
    }
}

/// A web that is up. Dropping it closes its listeners and connections.
pub struct Web {
    shared: Arc<Shared>,
    listens_at: SocketAddr,
    running: Running,
}

enum Running {
    Tasks(JoinSet<()>),
    Thread { stop: Option<oneshot::Sender<()>>, thread: Option<std::thread::JoinHandle<()>> },
}

impl Web {
    /// A web without sites yet.
    pub fn builder() -> WebBuilder {
        WebBuilder {
            sites: Vec::new(),
            port: 0,
            port_each: false,
            log_hits: LOG_HITS_MAX,
            clock: SystemClock::shared(),
            reached_at: None,
        }
    }

    /// Where it listens (the first site's, with a port each).
    pub fn addr(&self) -> SocketAddr {
        self.listens_at
    }

    /// The host names, in the order they were given.
    pub fn hosts(&self) -> Vec<&str> {
        self.shared.sites.iter().map(|site| &*site.host).collect()
    }

    /// `http://host:port` of a site (`http://127.0.0.1:port` with a port each).
    pub fn origin(&self, host: &str) -> String {
        self.shared.addresses.origin(host)
    }

    /// The whole address of a path of a site.
    pub fn url(&self, host: &str, path: &str) -> String {
        format!("{}{path}", self.origin(host))
    }

    /// How often a path (without query) was asked for.
    pub fn hits(&self, host: &str, path: &str) -> u64 {
        self.shared.site(host).map_or(0, |site| site.log.hits(path))
    }

    /// How many requests a site had.
    pub fn total(&self, host: &str) -> u64 {
        self.shared.site(host).map_or(0, |site| site.log.total())
    }

    /// How many requests all sites had.
    pub fn total_of_all(&self) -> u64 {
        self.shared.sites.iter().map(|site| site.log.total()).sum()
    }

    /// The requests of a site in the order they came.
    pub fn log(&self, host: &str) -> Vec<Hit> {
        self.shared.site(host).map_or_else(Vec::new, |site| site.log.all())
    }

    /// The most requests of a site that were being answered at one time.
    pub fn most_at_once(&self, host: &str) -> usize {
        self.shared.site(host).map_or(0, |site| site.log.most_at_once())
    }

    /// How many requests of a site are being answered now.
    pub fn running(&self, host: &str) -> usize {
        self.shared.site(host).map_or(0, |site| site.log.running())
    }

    /// The shortest time between the starts of two requests that followed each other; none below two requests.
    pub fn shortest_gap(&self, host: &str) -> Option<Duration> {
        let mut starts: Vec<Duration> = self.log(host).iter().map(|hit| hit.started).collect();
        starts.sort_unstable();
        starts.windows(2).map(|two| two[1].saturating_sub(two[0])).min()
    }

    /// How many connections were ever taken.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }

    /// Forgets what was asked so far; scripted turns go on where they are.
    pub fn forget(&self) {
        self.shared.sites.iter().for_each(|site| site.log.clear());
    }

    /// Stops listening and closes every connection.
    pub async fn stop(mut self) {
        if let Running::Tasks(tasks) = &mut self.running {
            tasks.shutdown().await;
        }
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        if let Running::Thread { stop, thread } = &mut self.running {
            drop(stop.take());
            let _ = thread.take().map(std::thread::JoinHandle::join);
        }
    }
}

struct Listening {
    listener: TcpListener,
    addr: SocketAddr,
    /// The only site it serves; none for all, by the request's host.
    site: Option<usize>,
}

fn serve(
    shared: &Arc<Shared>,
    listeners: Vec<Listening>,
    mut spawn: impl FnMut(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>),
) {
    for listening in listeners {
        spawn(Box::pin(accept(shared.clone(), listening)));
    }
}

/// Takes connections until it is aborted, which ends them too.
async fn accept(shared: Arc<Shared>, listening: Listening) {
    let mut connections = JoinSet::new();
    loop {
        if connections.len() >= CONNECTIONS_MAX {
            connections.join_next().await;
        }
        while connections.try_join_next().is_some() {}
        // An error here is a client that left, or no file handle: neither ends the web, both pass.
        let Ok((stream, _)) = listening.listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        shared.connections.fetch_add(1, Ordering::Relaxed);
        connections.spawn(connection::serve(shared.clone(), stream, listening.site));
    }
}
