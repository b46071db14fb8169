//! The pulse: leases renewed while jobs run, void ones heard of, expired ones of others taken back.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::crew::Crew;
use crate::{Heartbeat, JobStore, Sweep};

/// Progress is written at least this far apart, and queue settings are read again this often.
const TICK: Duration = Duration::from_secs(1);

/// Beats until `ended`.
pub(crate) async fn beat<E, S>(crew: Arc<Crew<E, S>>, ended: CancellationToken)
where
    E: Send + Sync + 'static,
    S: JobStore<E>,
{
    let lease = crew.options.lease;
    let mut revoked = crew.store.signals().on_leases_revoked();
    let mut renewed = crew.clock.elapsed();
    let mut swept = None;
    // A store that does not even say no: nothing may keep the next beat waiting, nor this one.
    let patience = lease / 3;
    loop {
        let _ = timeout(patience, refresh_settings(&crew)).await;
        if let Some(rules) = crew.options.sweep
            && swept.is_none_or(|at| crew.clock.elapsed().saturating_sub(at) >= lease)
        {
            swept = Some(crew.clock.elapsed());
            let _ = timeout(patience, sweep(&crew, rules)).await;
        }
        let asked = tokio::select! {
            () = ended.cancelled() => return,
            () = tokio::time::sleep(TICK.min(lease / 3)) => false,
            changed = revoked.changed() => changed.is_ok(),
        };
        let (held, progress) = crew.held();
        let now = crew.clock.elapsed();
        if !asked && progress.is_empty() && now.saturating_sub(renewed) + TICK < lease / 3 {
            continue;
        }
        let beat = Heartbeat { node: crew.node, lease, held: &held, progress: &progress };
        let beaten = timeout(patience, crew.store.heartbeat(beat, crew.store.now())).await;
        let beaten = beaten.map_err(|_| "the store does not answer".to_owned());
        match beaten.and_then(|beaten| beaten.map_err(|error| error.to_string())) {
            Ok(void) => {
                renewed = now;
                crew.healthy.store(true, Ordering::Release);
                crew.drop_void(&void);
            }
            Err(error) => {
                crew.healthy.store(false, Ordering::Release);
                tracing::warn!(
                    error,
                    jobs = held.len(),
                    "leases could not be renewed; nothing new is claimed"
                );
                if now.saturating_sub(renewed) > lease {
                    // Another node may run them by now: two must not work on one host together.
                    crew.cancel_running();
                }
            }
        }
    }
}

async fn refresh_settings<E, S>(crew: &Crew<E, S>)
where
    E: Send + Sync + 'static,
    S: JobStore<E>,
{
    match crew.store.queue_settings().await {
        Ok(settings) => crew.set_settings(settings),
        Err(error) => tracing::debug!(%error, "queue settings could not be read; the last known ones hold"),
    }
}

async fn sweep<E, S>(crew: &Crew<E, S>, rules: Sweep)
where
    E: Send + Sync + 'static,
    S: JobStore<E>,
{
    match crew.store.sweep(rules, crew.store.now()).await {
        Ok(swept) if swept.returned + swept.quarantined > 0 => {
            tracing::warn!(
                returned = swept.returned,
                quarantined = swept.quarantined,
                "took back jobs of dead workers"
            );
        }
        Ok(_) => {}
        Err(error) => tracing::debug!(%error, "expired leases could not be looked for"),
    }
}
