//! What looks after a database on a server, in the background: its clock is followed, what jobs leave behind is cleared
//! away, counts are folded, and nodes wake each other. None of it is needed for anything to be right.

mod notices;
mod upkeep;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clock::Clock;
use engine::Signals;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::StoreError;
use crate::db::Server;
use crate::time::Time;

/// The background of one store. Ends when dropped.
#[derive(Debug)]
pub(crate) struct Attendants {
    /// Jobs worked on since the store was opened.
    worked: Arc<AtomicU64>,
    _stop: DropGuard,
}

impl Attendants {
    /// Sets the time, and starts the others.
    pub(crate) async fn start(
        server: &Server,
        time: &Arc<Time>,
        signals: &Arc<Signals>,
    ) -> Result<Self, StoreError> {
        let stop = CancellationToken::new();
        let worked = Arc::new(AtomicU64::new(0));
        let mut upkeep = upkeep::Upkeep::new(server, Arc::clone(time), Arc::clone(&worked));
        upkeep.follow_time().await?;
        tokio::spawn(upkeep.run(stop.clone()));
        // Behind a pooler no connection is one's own to listen on.
        if server.options.notify && server.options.prepared_statements {
            notices::start(server, time.random(), signals, &stop);
        }
        Ok(Self { worked, _stop: stop.drop_guard() })
    }

    /// Notes that so many jobs were worked on.
    pub(crate) fn worked(&self, jobs: usize) {
        self.worked.fetch_add(jobs as u64, Ordering::Relaxed);
    }
}
