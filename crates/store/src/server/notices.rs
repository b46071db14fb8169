//! Nodes that wake each other: what one node signals to itself it tells the others by NOTIFY, at most once in a few
//! milliseconds, after the commit. A notice that is lost costs time, never a job: everybody also looks by themselves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use engine::Signals;
use sqlx::postgres::{PgListener, PgPool, PgPoolOptions};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::StoreError;
use crate::db::{Keeper, Server};
use crate::sql::sql;

/// What the notices are sent on.
const CHANNEL: &str = "sitelode";
/// Notices are sent at least this far apart: each takes a lock of the whole server when it is committed.
const APART: Duration = Duration::from_millis(10);
/// How long to wait before one listens, or tells, again after that failed.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// The two kinds of news.
const JOBS: &str = "jobs";
const LEASES: &str = "leases";

/// How much of what is signalled in this process was heard from others: that is not told again.
#[derive(Debug, Default)]
struct Heard {
    jobs: AtomicU64,
    leases: AtomicU64,
}

/// Starts telling and listening, until `stop`.
pub(super) fn start(server: &Server, origin: u64, signals: &Arc<Signals>, stop: &CancellationToken) {
    let heard = Arc::new(Heard::default());
    let origin = format!("{origin:016x}");
    let tell = tell(server.keeper(), origin.clone(), Arc::clone(signals), Arc::clone(&heard));
    let (stopped, until) = (stop.clone(), stop.clone());
    tokio::spawn(async move { stopped.run_until_cancelled(tell).await });
    // A listener waits for years on one connection: made by itself, and not by a pool that others wait for.
    let pool = PgPoolOptions::new().max_connections(1).connect_lazy_with(server.connect.clone());
    let listen = listen(pool, origin, Arc::clone(signals), heard);
    tokio::spawn(async move { until.run_until_cancelled(listen).await });
}

/// Tells others what is signalled here.
async fn tell(mut keeper: Keeper, origin: String, signals: Arc<Signals>, heard: Arc<Heard>) {
    let (mut jobs, mut leases) = (signals.on_jobs_added(), signals.on_leases_revoked());
    let (mut jobs_told, mut leases_told) = (0, 0);
    let mut pause = PAUSES.0;
    loop {
        tokio::select! {
            _ = jobs.changed() => {}
            _ = leases.changed() => {}
        }
        let news = [
            fresh(&mut jobs, &heard.jobs, &mut jobs_told).then_some(JOBS),
            fresh(&mut leases, &heard.leases, &mut leases_told).then_some(LEASES),
        ];
        for kind in news.into_iter().flatten() {
            match notify(&mut keeper, &origin, kind).await {
                Ok(()) => pause = PAUSES.0,
                Err(error) => {
                    tracing::debug!(%error, "other nodes could not be woken; they look by themselves");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
        tokio::time::sleep(APART).await;
    }
}

/// Whether more was signalled than was heard and told.
fn fresh(signal: &mut watch::Receiver<u64>, heard: &AtomicU64, told: &mut u64) -> bool {
    let own = signal.borrow_and_update().wrapping_sub(heard.load(Ordering::Acquire));
    let fresh = own > *told;
    *told = own.max(*told);
    fresh
}

async fn notify(keeper: &mut Keeper, origin: &str, kind: &str) -> Result<(), StoreError> {
    let text = "SELECT CAST(0 AS BIGINT) FROM (SELECT pg_notify($1, current_schema || ' ' || $2)) AS told";
    keeper.number(sql(text).bind(CHANNEL).bind(format!("{origin} {kind}"))).await?;
    Ok(())
}

/// Hears of others, and goes on trying to.
async fn listen(pool: PgPool, origin: String, signals: Arc<Signals>, heard: Arc<Heard>) {
    let mut pause = PAUSES.0;
    loop {
        match hear(&pool, &origin, &signals, &heard, &mut pause).await {
            Ok(()) => tracing::debug!("the connection that listens was lost; it is made again"),
            Err(error) => {
                tracing::debug!(%error, "nothing is heard of other nodes; one looks by oneself");
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Hears of others until the connection is lost.
async fn hear(
    pool: &PgPool,
    origin: &str,
    signals: &Signals,
    heard: &Heard,
    pause: &mut Duration,
) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    let schema: String = sqlx::query_scalar("SELECT current_schema").fetch_one(&mut listener).await?;
    listener.listen(CHANNEL).await?;
    *pause = PAUSES.0;
    // Whatever was told before is made up for.
    wake(JOBS, signals, heard);
    while let Some(notice) = listener.try_recv().await? {
        let words: Vec<&str> = notice.payload().rsplitn(3, ' ').collect();
        if let [kind, from, of] = words[..]
            && of == schema
            && from != origin
        {
            wake(kind, signals, heard);
        }
    }
    Ok(())
}

/// Signals what was heard. Counted before it is signalled: else it might be told again.
fn wake(kind: &str, signals: &Signals, heard: &Heard) {
    match kind {
        JOBS => {
            heard.jobs.fetch_add(1, Ordering::Release);
            signals.jobs_added();
        }
        LEASES => {
            heard.leases.fetch_add(1, Ordering::Release);
            signals.leases_revoked();
        }
        _ => {}
    }
}
