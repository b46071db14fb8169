//! Connections to a PostgreSQL server, kept and handed out: no call waits longer than it may, and while the server is
//! away calls fail at once.
//!
//! A small pool of our own, since sqlx's asks the server twice around each use whether it is still there, and goes on
//! knocking at a closed door until the caller's time is up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::SharedClock;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::StoreError;

/// After a failed connection nobody else tries for this long.
const AWAY: Duration = Duration::from_millis(500);
/// A connection is replaced after this long, so that a server that was moved or upgraded is found again.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// A pool of connections.
#[derive(Debug)]
pub(crate) struct Pool {
    options: PgConnectOptions,
    timeout: Duration,
    clock: SharedClock,
    permits: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The one used last is used next.
    idle: Vec<Kept>,
    /// When a connection last could not be made, and why.
    away: Option<(Duration, String)>,
}

#[derive(Debug)]
struct Kept {
    connection: PgConnection,
    made: Duration,
}

impl Pool {
    /// At most `most` connections, none yet.
    pub(crate) fn new(
        options: PgConnectOptions,
        most: u32,
        timeout: Duration,
        clock: SharedClock,
    ) -> Arc<Self> {
        let permits = Arc::new(Semaphore::new(usize::try_from(most.max(1)).unwrap_or(1)));
        Arc::new(Self { options, timeout, clock, permits, state: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection, kept or new. A kept one may have died in the meantime.
    pub(crate) async fn acquire(self: &Arc<Self>) -> Result<Lent, StoreError> {
        let permit = tokio::time::timeout(self.timeout, Arc::clone(&self.permits).acquire_owned()).await;
        let permit = match permit {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(StoreError::Unavailable("the store is closed".into())),
            Err(_) => {
                let waited = self.timeout.as_millis();
                return Err(StoreError::Unavailable(format!("no connection became free within {waited} ms")));
            }
        };
        let kept = match self.kept()? {
            Some(kept) => kept,
            None => self.connect().await?,
        };
        Ok(Lent { kept: Some(kept), fit: false, pool: Arc::clone(self), _permit: permit })
    }

    /// A connection that is kept; none if one is to be made. Fails if none can be made just now.
    fn kept(&self) -> Result<Option<Kept>, StoreError> {
        let now = self.clock.elapsed();
        let mut state = self.state();
        while let Some(kept) = state.idle.pop() {
            if now.saturating_sub(kept.made) < LIFETIME {
                return Ok(Some(kept));
            }
        }
        match &state.away {
            Some((since, why)) if now.saturating_sub(*since) < AWAY => {
                Err(StoreError::Unavailable(why.clone()))
            }
            _ => Ok(None),
        }
    }

    async fn connect(&self) -> Result<Kept, StoreError> {
        let made = self.clock.elapsed();
        let connection = match tokio::time::timeout(self.timeout, self.options.connect()).await {
            Ok(connection) => connection.map_err(StoreError::from),
            Err(_) => {
                Err(StoreError::Unavailable(format!("no answer within {} ms", self.timeout.as_millis())))
            }
        };
        let mut state = self.state();
        match connection {
            Ok(connection) => {
                state.away = None;
                Ok(Kept { connection, made })
            }
            Err(error) => {
                if let StoreError::Unavailable(why) = &error {
                    state.away = Some((made, why.clone()));
                }
                Err(error)
            }
        }
    }

    /// Forgets all kept connections: they are of a server that went away.
    pub(crate) fn forget_idle(&self) {
        self.state().idle.clear();
    }

    /// Hands out nothing more, and ends what is kept.
    pub(crate) async fn close(&self) {
        self.permits.close();
        let idle = std::mem::take(&mut self.state().idle);
        for kept in idle {
            let _ = kept.connection.close().await;
        }
    }
}

/// A connection in use. Kept when dropped, if it was last said to be [`Lent::fit`]; else ended, and the server takes back
/// what it was at.
#[derive(Debug)]
pub(crate) struct Lent {
    kept: Option<Kept>,
    /// Nothing is under way on it.
    fit: bool,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    /// The connection; from now on it counts as in the middle of something.
    pub(crate) fn connection(&mut self) -> Result<&mut PgConnection, StoreError> {
        self.fit = false;
        let kept = self.kept.as_mut();
        kept.map(|kept| &mut kept.connection)
            .ok_or_else(|| StoreError::Unavailable("the connection was lost".into()))
    }

    /// Gives the connection up: it does not answer any more.
    pub(crate) fn lose(&mut self) {
        self.kept = None;
    }

    /// Says that nothing is under way on it.
    pub(crate) fn fit(&mut self) {
        self.fit = true;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(kept) = self.kept.take().filter(|_| self.fit && !self.pool.permits.is_closed()) {
            self.pool.state().idle.push(kept);
        }
    }
}
