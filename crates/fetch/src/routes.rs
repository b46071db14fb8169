//! The transports of the three kinds of request.

use std::sync::Arc;

use crate::config::Config;
use crate::connect::{Connector, split_authority};
use crate::dns::Names;
use crate::error::Error;
use crate::guard::Guard;
use crate::provider::{Credits, Provider, ScrapingApi};
use crate::request::Kind;
use crate::tls;
use crate::transport::Transport;

/// One transport for each kind; kinds that go the same way share it, and with it the connections.
pub(crate) struct Transports {
    page: Arc<Transport>,
    sitemap: Arc<Transport>,
    robots: Arc<Transport>,
}

impl Transports {
    pub(crate) fn new(config: &Config, guard: Guard, names: &Arc<Names>) -> Result<Self, Error> {
        let tls = tls::connector(&config.extra_roots, config.http2)?;
        let mut opened: Vec<(Provider, Arc<Transport>)> = Vec::new();
        let mut open = |kind| {
            let route = config.routes.of(kind);
            if let Some((_, transport)) = opened.iter().find(|(other, _)| other.is_same(route)) {
                return Ok(Arc::clone(transport));
            }
            check(route)?;
            let connector =
                Connector::new(route.clone(), guard, Arc::clone(names), tls.clone(), config.timeouts);
            let transport = Arc::new(Transport::new(route.clone(), connector, config)?);
            opened.push((route.clone(), Arc::clone(&transport)));
            Ok::<_, Error>(transport)
        };
        Ok(Self { page: open(Kind::Page)?, sitemap: open(Kind::Sitemap)?, robots: open(Kind::Robots)? })
    }

    pub(crate) fn of(&self, kind: Kind) -> &Transport {
        match kind {
            Kind::Page => &self.page,
            Kind::Sitemap => &self.sitemap,
            Kind::Robots => &self.robots,
        }
    }

    /// The credits of each scraping API, once however many kinds it carries.
    pub(crate) fn credits(&self) -> Vec<Credits> {
        let mut apis: Vec<&Arc<ScrapingApi>> = Vec::new();
        for api in [&self.page, &self.sitemap, &self.robots].into_iter().filter_map(|way| way.api()) {
            if !apis.iter().any(|other| Arc::ptr_eq(other, api)) {
                apis.push(api);
            }
        }
        apis.into_iter().map(|api| api.credits()).collect()
    }
}

/// What can be seen to be wrong with a route before it is used.
fn check(route: &Provider) -> Result<(), Error> {
    match route {
        Provider::Http(proxy) => split_authority(&proxy.address).map(drop),
        Provider::Socks5(proxy) => split_authority(&proxy.address).map(drop),
        Provider::Direct | Provider::ScrapingApi(_) => Ok(()),
    }
}
