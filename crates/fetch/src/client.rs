//! The one client: guard, robots, pace, request, redirect, in this order for every hop.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use clock::SharedClock;
use http::Response as HttpResponse;
use hyper::body::Incoming;
use url::Url;

use crate::body::{self, Body, Bounds};
use crate::config::Config;
use crate::decode::Decoder;
use crate::dns::{BoxFuture, Names, Resolve, SystemResolver};
use crate::error::{Error, Phase};
use crate::guard::{Guard, shown};
use crate::headers;
use crate::pace::{HostGate, HostKey, MemoryGate, Outcome, PaceState, Turn};
use crate::post::Poster;
use crate::provider::Credits;
use crate::redirect::{Chain, is_redirect};
use crate::request::{Kind, Request, RobotsPolicy};
use crate::response::Response;
use crate::robots::{Answer, Entry, Robots, RobotsCache};
use crate::routes::Transports;

/// Fetches politely and safely. Cheap to clone; all clones share connections, paces and robots files.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    clock: SharedClock,
    guard: Guard,
    gate: Arc<dyn HostGate>,
    robots: RobotsCache,
    transports: Transports,
    poster: Poster,
}

/// A turn at a host, kept over the redirects that stay there.
type Held = Option<(HostKey, Turn)>;

impl Fetcher {
    /// A fetcher with its own pace and the system's resolver.
    ///
    /// # Errors
    /// [`Error::Config`] if a root certificate, proxy address or header value cannot be used.
    pub fn new(config: Config, clock: SharedClock) -> Result<Self, Error> {
        let gate = Arc::new(MemoryGate::new(config.pace, Arc::clone(&clock)));
        Self::with_parts(config, clock, Arc::new(SystemResolver::default()), gate)
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
        let guard = Guard::new(config.allow_private_networks);
        let names = Arc::new(Names::new(&config.host_overrides, resolver));
        let transports = Transports::new(&config, guard, &names)?;
        let poster = Poster::new(&config, &names)?;
        let robots = RobotsCache::new(config.robots);
        Ok(Self { inner: Arc::new(Inner { config, clock, guard, gate, robots, transports, poster }) })
    }

    /// Posts JSON to a service of the operator's own, such as a chat: past the guard, robots.txt and pace, which are for
    /// sites. The status of the answer.
    ///
    /// # Errors
    /// If there is no answer within 10 s.
    pub async fn post_json(&self, url: &Url, json: String) -> Result<u16, Error> {
        self.inner.poster.post(url, json).await
    }

    /// Forgets every robots.txt: each is fetched anew when it is next needed. How many were known.
    pub fn forget_robots(&self) -> usize {
        self.inner.robots.clear()
    }

    /// Gets one URL. Waits for the host's turn, at most [`crate::pace::PaceConfig::max_wait`] for each host on the way.
    ///
    /// The turn is held until the body is read or dropped: with one place per host, a second `get` to the same host waits for it.
    ///
    /// # Errors
    /// Every variant of [`Error`]; HTTP error statuses are no errors.
    pub async fn get(&self, request: &Request) -> Result<Response, Error> {
        self.inner.walk(request).await
    }

    /// The robots.txt that governs `url`, from the cache or fetched once for all who ask.
    /// There being none is no error: then everything is allowed.
    ///
    /// # Errors
    /// [`Error::Busy`] if the host has no turn now, [`Error::Refused`] if the guard refuses the origin. If the file cannot be had,
    /// why ([`Error::RobotsUnavailable`] for a server error, else as [`Fetcher::get`]): nothing may be fetched there for now.
    pub async fn robots(&self, url: &Url) -> Result<Arc<Robots>, Error> {
        self.inner.guard.check_url(url)?;
        let entry = match self.inner.fresh_robots(url) {
            Some(entry) => entry,
            None => self.inner.robots_of(url).await?,
        };
        match &entry.failure {
            None => Ok(Arc::clone(&entry.robots)),
            Some(failure) => Err(failure.clone()),
        }
    }

    /// How the pace of the URL's host stands; none if nothing was asked of it lately.
    pub fn pace(&self, url: &Url) -> Option<PaceState> {
        self.inner.gate.state(&self.inner.key(url))
    }

    /// The credits of every scraping API in use.
    pub fn credits(&self) -> Vec<Credits> {
        self.inner.transports.credits()
    }

    /// The configuration it was made with.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl Inner {
    /// Follows the request to its end: each hop guarded, allowed, in its turn.
    async fn walk(&self, request: &Request) -> Result<Response, Error> {
        let mut chain = Chain::new(request.url.clone(), self.config.limits.redirects_for(request.kind));
        let mut left = self.config.timeouts.total_for(request.kind);
        let mut held: Held = None;
        loop {
            self.guard.check_url(&chain.url)?;
            if request.kind != Kind::Robots && request.robots == RobotsPolicy::Obey {
                self.obey_robots(&chain.url, &mut held).await?;
            }
            let (key, turn) = self.turn(&chain.url, held.take()).await?;
            let sent = self.clock.elapsed();
            let answer = self.send(&chain.url, request, left).await;
            let took = self.clock.elapsed().saturating_sub(sent);
            left = left.saturating_sub(took);
            self.gate.report(&key, &turn, self.outcome(&answer));
            let answer = answer?;
            if !self.follows(&answer, request) {
                return self.response(answer, chain, request, turn, (took, left));
            }
            chain.follow(answer.status().as_u16(), answer.headers())?;
            held = self.carry(&chain, key, turn, answer).await;
        }
    }

    /// Refuses what the site's robots.txt forbids.
    async fn obey_robots(&self, url: &Url, held: &mut Held) -> Result<(), Error> {
        let entry = match self.fresh_robots(url) {
            Some(entry) => entry,
            None => {
                // Fetching the file needs a turn of its own.
                *held = None;
                self.robots_of(url).await?
            }
        };
        if let Some(failure) = &entry.failure {
            return Err(failure.clone());
        }
        if let Some(delay) = entry.robots.crawl_delay() {
            self.gate.set_crawl_delay(&self.key(url), Some(delay));
        }
        let verdict = entry.robots.allows_url(url);
        if verdict.allowed {
            return Ok(());
        }
        Err(Error::RobotsDisallowed { url: shown(url), rule: verdict.rule.unwrap_or("/").to_owned() })
    }

    fn fresh_robots(&self, url: &Url) -> Option<Arc<Entry>> {
        self.robots.fresh(origin(url), self.clock.now())
    }

    /// Boxed: a robots.txt is fetched by the same walk that asks for it.
    fn robots_of<'a>(&'a self, url: &'a Url) -> BoxFuture<'a, Result<Arc<Entry>, Error>> {
        Box::pin(async move {
            let fetch = |old: Option<Arc<Entry>>| self.fetch_robots(url, old);
            self.robots.get(origin(url), self.clock.now(), fetch).await
        })
    }

    async fn fetch_robots(&self, url: &Url, old: Option<Arc<Entry>>) -> Result<Entry, Error> {
        let mut file = url.clone();
        file.set_path("/robots.txt");
        file.set_query(None);
        let mut request = Request::new(file, Kind::Robots);
        request.validators = old.as_ref().and_then(|old| old.validators.clone());
        let answer = match self.walk(&request).await {
            Ok(response) => self.read_robots(url, response).await,
            Err(busy @ Error::Busy { .. }) => return Err(busy),
            Err(Error::Refused { url: refused, reason }) if refused == shown(&request.url) => {
                return Err(Error::Refused { url: shown(url), reason });
            }
            // Redirects that lead nowhere: RFC 9309 section 2.3.1.2 lets the file count as unavailable.
            Err(Error::Refused { .. } | Error::RedirectLoop { .. }) => Answer::Absent,
            Err(Error::TooManyRedirects { .. } | Error::BadRedirect { .. }) => Answer::Absent,
            Err(error) => Answer::Failed(error),
        };
        let entry = Entry::after(answer, old.as_deref(), self.clock.now(), &self.config.robots);
        self.gate.set_crawl_delay(&self.key(url), entry.robots.crawl_delay());
        Ok(entry)
    }

    /// RFC 9309 section 2.3.1 over the status.
    async fn read_robots(&self, url: &Url, response: Response) -> Answer {
        let (max_age, validators) = (response.max_age(), response.validators());
        if response.is_success() {
            return match response.body.bytes().await {
                Ok(bytes) => {
                    let robots = Robots::parse(&bytes, &self.config.user_agent);
                    Answer::Rules { robots, max_age, validators }
                }
                Err(error) => Answer::Failed(error),
            };
        }
        response.body.discard().await;
        match response.status {
            304 if response.not_modified => Answer::Unchanged { max_age },
            status @ (429 | 500..) => Answer::Failed(Error::RobotsUnavailable {
                origin: origin(url).to_owned(),
                status,
                retry_at: self.clock.now(),
            }),
            _ => Answer::Absent,
        }
    }

    fn key(&self, url: &Url) -> HostKey {
        HostKey::of(url, self.config.pace.www_shares)
    }

    /// A turn at the URL's host: the one already held there, or the next.
    async fn turn(&self, url: &Url, held: Held) -> Result<(HostKey, Turn), Error> {
        let key = self.key(url);
        if let Some((host, turn)) = held
            && host == key
            && !turn.is_void()
        {
            return Ok((key, turn));
        }
        match self.gate.admit(&key).await {
            Ok(turn) => Ok((key, turn)),
            Err(refused) => {
                Err(Error::Busy { host: key.to_string(), retry_at: refused.retry_at, reason: refused.reason })
            }
        }
    }

    async fn send(
        &self,
        url: &Url,
        request: &Request,
        left: Duration,
    ) -> Result<HttpResponse<Incoming>, Error> {
        let transport = self.transports.of(request.kind);
        let headers = self.config.timeouts.headers;
        // A scraping API takes as long as the browser behind it.
        let limit = match left < headers || transport.api().is_some() {
            true => (left, Phase::Total),
            false => (headers, Phase::Headers),
        };
        let send = || transport.send(url, request.kind, request.validators.as_ref(), limit);
        match send().await {
            // A kept connection that the server just closed: a GET may be repeated (RFC 9112 section 9.3.1), once.
            Err(Error::Protocol { cut: true, .. }) if transport.api().is_none() => send().await,
            answer => answer,
        }
    }

    /// What the host's pace learns from an answer.
    fn outcome(&self, answer: &Result<HttpResponse<Incoming>, Error>) -> Outcome {
        match answer {
            Ok(response) => match response.status().as_u16() {
                429 | 503 => {
                    let asked = response.headers().get(http::header::RETRY_AFTER);
                    let retry_after = asked.and_then(|value| headers::retry_after(value, self.clock.now()));
                    Outcome::Throttled { retry_after }
                }
                500.. => Outcome::Failing,
                _ => Outcome::Answered,
            },
            Err(Error::Connect { .. } | Error::Tls { .. } | Error::Timeout { .. }) => Outcome::Unreachable,
            Err(Error::Dns { missing: false, .. }) => Outcome::Unreachable,
            Err(_) => Outcome::Failing,
        }
    }

    /// Whether the answer is a redirect to follow; a scraping API has followed them already.
    fn follows(&self, answer: &HttpResponse<Incoming>, request: &Request) -> bool {
        is_redirect(answer.status().as_u16()) && self.transports.of(request.kind).api().is_none()
    }

    /// Keeps the turn, and the connection where it can be, if the redirect stays at the host.
    async fn carry(&self, chain: &Chain, key: HostKey, turn: Turn, answer: HttpResponse<Incoming>) -> Held {
        if self.key(&chain.url) != key {
            return None;
        }
        if chain.hops.last().is_some_and(|hop| hop.from.scheme() == chain.url.scheme()) {
            body::drain(answer.into_body()).await;
        }
        Some((key, turn))
    }

    fn response(
        &self,
        answer: HttpResponse<Incoming>,
        chain: Chain,
        request: &Request,
        turn: Turn,
        (took, left): (Duration, Duration),
    ) -> Result<Response, Error> {
        let (parts, incoming) = answer.into_parts();
        let status = parts.status.as_u16();
        let bounds = Bounds {
            host: chain.url.host_str().unwrap_or_default().to_owned(),
            max_bytes: request.max_body_bytes.unwrap_or(self.config.limits.body_bytes(request.kind)),
            cut: request.kind == Kind::Robots,
            max_ratio: self.config.limits.max_ratio,
            idle: self.config.timeouts.idle,
            deadline: self.clock.elapsed().saturating_add(left),
            clock: Arc::clone(&self.clock),
        };
        Ok(Response {
            status,
            url: chain.url,
            redirects: chain.hops,
            not_modified: status == 304 && request.validators.is_some(),
            received_at: self.clock.now(),
            time_to_headers: took,
            body: Body::new(incoming, Decoder::for_headers(&parts.headers)?, bounds, turn),
            headers: parts.headers,
        })
    }
}

/// Scheme, host and port, as the URL spells them.
fn origin(url: &Url) -> &str {
    &url[..url::Position::BeforePath]
}
