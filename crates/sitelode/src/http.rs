//! The HTTP side of a process that serves: listener, identity, audit, actions, and the upkeep of lists.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use admin::audit::Audit;
use admin::limits::RateLimits;
use admin::{Dispatcher, Surroundings};
use anyhow::Context;
use server::{App, Options, Parts};
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::control;
use crate::failure::Failure;

/// How often new rows are looked for that lists do not know yet.
const UPKEEP_EVERY: Duration = Duration::from_millis(500);
/// How often the facets of lists are counted.
const COUNT_EVERY: Duration = Duration::from_secs(5 * 60);

/// A server that answers.
#[derive(Debug)]
pub struct Http {
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    upkeep: JoinHandle<()>,
    audit: Arc<Audit>,
}

impl Http {
    /// Listens and answers from now on. Makes the first superadmin if there is nobody yet, and prints how to sign in.
    ///
    /// # Errors
    /// If the address can't be listened on, or the database is away.
    pub async fn start(
        listen: SocketAddr,
        config: &Config,
        shared: &Arc<Surroundings>,
    ) -> Result<Self, Failure> {
        let (store, clock) = (Arc::clone(&shared.store), Arc::clone(&shared.clock));
        let identity = Arc::clone(&shared.identity);
        let audit = Arc::new(control::audit(config, &store));
        if let Some(first_sign_in) = control::first_superadmin(&identity, &audit).await? {
            eprintln!("{first_sign_in}");
        }
        let dispatcher = Dispatcher::new(Arc::clone(shared), Arc::clone(&audit), RateLimits::default());
        let parts = Parts {
            store: Arc::clone(&store),
            clock,
            identity,
            audit: Arc::clone(&audit),
            dispatcher: Arc::new(dispatcher),
            options: Options::default(),
        };
        let listener =
            TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        eprintln!("listening on http://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server::serve(listener, App::new(parts), stop.clone()));
        let upkeep = tokio::spawn(keep_lists(store, stop.clone()));
        Ok(Self { stop, serving, upkeep, audit })
    }

    /// Lets open requests end, and stops.
    ///
    /// # Errors
    /// If the listener failed.
    pub async fn end(self) -> Result<(), Failure> {
        self.stop.cancel();
        let served = self.serving.await.context("the server was lost")?;
        self.upkeep.await.context("the upkeep of lists was lost")?;
        // Nobody else holds it once the server has ended.
        if let Some(audit) = Arc::into_inner(self.audit) {
            audit.finish().await;
        }
        Ok(served?)
    }
}

/// Enters new rows in the indexes of lists, in small steps, with as much rest as work in between.
async fn keep_lists(store: Arc<Store>, stop: CancellationToken) {
    let clock = store.clock();
    let mut counted = None;
    loop {
        let began = clock.elapsed();
        let rest = match store.enter_in_lists().await {
            Ok(0) => UPKEEP_EVERY,
            Ok(_) => clock.elapsed().saturating_sub(began),
            Err(error) => {
                tracing::debug!(%error, "lists could not be brought up to date; it is tried again");
                UPKEEP_EVERY
            }
        };
        if counted.is_none_or(|at| clock.elapsed().saturating_sub(at) >= COUNT_EVERY) {
            counted = Some(clock.elapsed());
            if let Err(error) = store.count_lists().await {
                tracing::debug!(%error, "lists could not be counted; it is tried again");
            }
        }
        if stop.run_until_cancelled(tokio::time::sleep(rest)).await.is_none() {
            return;
        }
    }
}
