//! The sites as they are served: every answer prepared, every turn counted.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use clock::SharedClock;

use super::log::Log;
use super::prepared::{Origins, Prepared};
use super::reply::Reply;
use super::request::Request;
use super::scripted::{Rule, Site};

/// Where each site is reached.
pub(super) struct Addresses {
    /// Where the web listens (its first listener, with a port each).
    pub(super) first: SocketAddr,
    pub(super) by_host: HashMap<String, SocketAddr>,
    pub(super) port_each: bool,
}

impl Addresses {
    /// `http://host:port`, or `http://127.0.0.1:port` with a port each.
    pub(super) fn origin(&self, host: &str) -> String {
        let at = self.by_host.get(host).unwrap_or(&self.first);
        if self.port_each { format!("http://{at}") } else { format!("http://{host}:{}", at.port()) }
    }
}

/// What listeners, connections and the handle have in common.
pub(super) struct Shared {
    pub(super) sites: Vec<Served>,
    by_host: HashMap<String, usize>,
    pub(super) addresses: Addresses,
    pub(super) connections: AtomicUsize,
    pub(super) clock: SharedClock,
    pub(super) no_such_site: Prepared,
}

/// A site as it is served.
pub(super) struct Served {
    pub(super) host: String,
    origin: String,
    routes: HashMap<String, Route>,
    rule: Option<Rule>,
    fallback: Prepared,
    pub(super) log: Log,
}

struct Route {
    answers: Vec<Prepared>,
    turn: AtomicUsize,
}

/// A prepared answer, or one made for this request.
pub(super) enum Answer<'a> {
    Ready(&'a Prepared),
    Made(Box<Prepared>),
}

impl Shared {
    pub(super) fn new(sites: Vec<Site>, addresses: Addresses, log_hits: usize, clock: SharedClock) -> Self {
        let serve = |site| Served::new(site, &addresses, log_hits);
        let sites: Vec<Served> = sites.into_iter().map(serve).collect();
        let by_host = sites.iter().enumerate().map(|(at, site)| (site.host.clone(), at)).collect();
        let no_such_site = Reply::status(404).header("X-Fake-Web", "no such site");
        let no_such_site = Prepared::new(&no_such_site, &Origins { own: "", addresses: &addresses });
        Self { sites, by_host, addresses, connections: AtomicUsize::new(0), clock, no_such_site }
    }

    pub(super) fn site(&self, host: &str) -> Option<&Served> {
        let found = self.by_host.get(host).or_else(|| self.by_host.get(&host.to_ascii_lowercase()));
        found.and_then(|at| self.sites.get(*at))
    }

    /// The site a request is for: the listener's own, or the one it names, or the only one there is.
    pub(super) fn site_for(&self, listener: Option<usize>, host: &str) -> Option<&Served> {
        match (listener, &self.sites[..]) {
            (Some(at), sites) => sites.get(at),
            (None, [only]) if host == "127.0.0.1" || host == "localhost" => Some(only),
            _ => self.site(host),
        }
    }

    pub(super) fn answer<'a>(&self, site: &'a Served, request: &Request<'_>) -> Answer<'a> {
        if let Some(route) = site.routes.get(request.target).or_else(|| site.routes.get(request.path())) {
            return Answer::Ready(route.next().unwrap_or(&site.fallback));
        }
        match site.rule.as_ref().and_then(|rule| rule(request)) {
            Some(reply) => {
                let origins = Origins { own: &site.origin, addresses: &self.addresses };
                Answer::Made(Box::new(Prepared::new(&reply, &origins)))
            }
            None => Answer::Ready(&site.fallback),
        }
    }
}

impl Served {
    fn new(site: Site, addresses: &Addresses, log_hits: usize) -> Self {
        let origin = addresses.origin(&site.host);
        let origins = Origins { own: &origin, addresses };
        let prepare = |reply: &Reply| Prepared::new(reply, &origins);
        let route = |replies: &Vec<Reply>| Route {
            answers: replies.iter().map(prepare).collect(),
            turn: AtomicUsize::new(0),
        };
        let routes = site.routes.iter().map(|(path, replies)| (path.clone(), route(replies))).collect();
        let fallback = prepare(&site.fallback);
        Self { routes, fallback, rule: site.rule, log: Log::new(log_hits), host: site.host, origin }
    }
}

impl Route {
    fn next(&self) -> Option<&Prepared> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        self.answers.get(turn).or_else(|| self.answers.last())
    }
}
