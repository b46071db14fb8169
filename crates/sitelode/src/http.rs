//! The HTTP side of a process that serves: listener, identity, audit, actions, and the upkeep of lists.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use admin::audit::Audit;
use admin::circuit::Breakers;
use admin::identity::Identity;
use admin::limits::RateLimits;
use admin::{Dispatcher, Surroundings};
use anyhow::Context;
use clock::SystemClock;
use server::{App, Options, Parts};
use store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;

/// The variable that gives the first superadmin's password.
const ADMIN_PASSWORD: &str = "SITELODE_ADMIN_PASSWORD";
/// How often new rows are looked for that lists do not know yet.
const UPKEEP_EVERY: Duration = Duration::from_millis(500);
/// How often the facets of lists are counted.
const COUNT_EVERY: Duration = Duration::from_secs(5 * 60);
/// Most records that a bulk action changes at once; more become a maintenance job.
const AT_ONCE_MAX: usize = 10_000;

/// A server that answers.
#[derive(Debug)]
pub struct Http {
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    upkeep: JoinHandle<()>,
}

impl Http {
    /// Listens and answers from now on. Makes the first superadmin if there is nobody yet.
    ///
    /// # Errors
    /// If the address can't be listened on, or the database is away.
    pub async fn start(listen: SocketAddr, store: &Arc<Store>, data: &Path) -> Result<Self, Failure> {
        let clock = SystemClock::shared();
        let identity = Arc::new(Identity::new(Arc::clone(store)));
        first_superadmin(&identity).await?;
        let audit = Arc::new(Audit::new(Arc::clone(store), Arc::clone(&clock)));
        let surroundings = Surroundings {
            store: Arc::clone(store),
            clock: Arc::clone(&clock),
            identity: Arc::clone(&identity),
            breakers: Breakers::default(),
            backups: data.join("backups"),
            at_once_max: AT_ONCE_MAX,
        };
        let limits = RateLimits::default();
        let dispatcher = Arc::new(Dispatcher::new(Arc::new(surroundings), Arc::clone(&audit), limits));
        let options = Options::default();
        let parts = Parts { store: Arc::clone(store), clock, identity, audit, dispatcher, options };
        let listener =
            TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        eprintln!("listening on http://{}", listener.local_addr()?);
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server::serve(listener, App::new(parts), stop.clone()));
        let upkeep = tokio::spawn(keep_lists(Arc::clone(store), stop.clone()));
        Ok(Self { stop, serving, upkeep })
    }

    /// Lets open requests end, and stops.
    ///
    /// # Errors
    /// If the listener failed.
    pub async fn end(self) -> Result<(), Failure> {
        self.stop.cancel();
        let served = self.serving.await.context("the server was lost")?;
        self.upkeep.await.context("the upkeep of lists was lost")?;
        Ok(served?)
    }
}

/// Makes the first superadmin; a password that was made up is shown once.
async fn first_superadmin(identity: &Identity) -> Result<(), Failure> {
    let given = std::env::var(ADMIN_PASSWORD).ok().filter(|password| !password.is_empty());
    let made_up = identity.ensure_superadmin(given.as_deref()).await.context("the first superadmin")?;
    if let Some(password) = made_up {
        eprintln!("the first user is \"admin\" with the one-time password: {password}");
        eprintln!("it must be changed at the first sign-in; it is not shown again");
    }
    Ok(())
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
