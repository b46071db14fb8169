//! The transports of the three kinds of request.

use std::sync::Arc;

use crate::config::Config;
use crate::connect::{Connector, split_authority};
use crate::dns::Names;
use crate::error::Error;
use crate::guard::Guard;
use crate::provider::{Credits, Provider};
use crate::request::Kind;
use crate::tls;
use crate::transport::Transport;

/// One transport for each kind; all direct ones are the same, so that they share connections.
pub(crate) struct Transports {
    page: Arc<Transport>,
    sitemap: Arc<Transport>,
    robots: Arc<Transport>,
}

impl Transports {
    pub(crate) fn new(config: &Config, guard: Guard, names: &Arc<Names>) -> Result<Self, Error> {
        let tls = tls::connector(&config.extra_roots, config.http2)?;
        let open = |route: &Provider| {
            check(route)?;
            let names = Arc::clone(names);
            let connector = Connector::new(route.clone(), guard, names, tls.clone(), config.timeouts);
            Transport::new(route.clone(), connector, config).map(Arc::new)
        };
        let direct = open(&Provider::Direct)?;
        let choose = |kind| match config.routes.of(kind) {
            Provider::Direct => Ok(Arc::clone(&direct)),
            other => open(other),
        };
        Ok(Self { page: choose(Kind::Page)?, sitemap: choose(Kind::Sitemap)?, robots: choose(Kind::Robots)? })
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
        let mut apis: Vec<_> =
            [&self.page, &self.sitemap, &self.robots].into_iter().filter_map(|transport| transport.api()).collect();
        apis.dedup_by(|a, b| Arc::ptr_eq(a, b));
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
