//! What all handlers share.

use std::sync::Arc;

use admin::Dispatcher;
use admin::audit::Audit;
use admin::identity::Identity;
use clock::SharedClock;
use store::Store;

use crate::events::Feed;
use crate::metrics::Meter;

/// What a server is made of.
#[derive(Debug)]
pub struct Parts {
    /// What is kept.
    pub store: Arc<Store>,
    /// Where time and chance come from.
    pub clock: SharedClock,
    /// Who is who.
    pub identity: Arc<Identity>,
    /// What was done by whom.
    pub audit: Arc<Audit>,
    /// The way of all actions.
    pub dispatcher: Arc<Dispatcher>,
    /// How the server was set up.
    pub options: Options,
}

/// How a server is set up.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether it is reached by https only, so that its cookie may say so.
    pub secure_cookies: bool,
}

/// The server's state, shared by all handlers.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    meter: Meter,
    feed: Feed,
}

impl App {
    /// A server's state.
    pub fn new(parts: Parts) -> Self {
        let feed = Feed::new(Arc::clone(&parts.store), Arc::clone(&parts.clock));
        Self(Arc::new(Inner { parts, meter: Meter::new(), feed }))
    }

    /// What is kept.
    pub fn store(&self) -> &Arc<Store> {
        &self.0.parts.store
    }

    /// Where time and chance come from.
    pub fn clock(&self) -> &SharedClock {
        &self.0.parts.clock
    }

    /// Who is who.
    pub fn identity(&self) -> &Identity {
        &self.0.parts.identity
    }

    /// What was done by whom.
    pub fn audit(&self) -> &Audit {
        &self.0.parts.audit
    }

    /// The way of all actions.
    pub fn dispatcher(&self) -> &Dispatcher {
        &self.0.parts.dispatcher
    }

    /// How the server was set up.
    pub fn options(&self) -> &Options {
        &self.0.parts.options
    }

    /// What is measured of requests.
    pub fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// What changes, for event streams.
    pub fn feed(&self) -> &Feed {
        &self.0.feed
    }
}
