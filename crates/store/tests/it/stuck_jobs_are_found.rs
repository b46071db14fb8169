//! Jobs that wait or run for too long are found; those that nobody should run now are not.

use std::time::Duration;

use engine::NewJob;
use store::{StuckJobs, StuckLimits};

use crate::home::{Home, LEASE, OTHER, QUEUE, START, claim, enqueue};

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let stuck = async || store.stuck_jobs(StuckLimits::default(), store.now()).await.expect("stuck");
    let put_off = NewJob { run_at: Some(START.after(60 * MINUTE)), ..NewJob::new(QUEUE) };
    let ids = enqueue(&store, vec![NewJob::new(QUEUE), NewJob::new(QUEUE), put_off, NewJob::new(OTHER)]).await;
    let running = claim(&store, 1).await.remove(0);
    home.clock.advance(5 * MINUTE);
    assert_eq!(stuck().await.len(), 1, "only a lease: {:?}", stuck().await);
    home.clock.advance(Duration::from_millis(1));
    store.pause_queue(Some(&OTHER), None, store.now()).await.expect("pause");
    let waiting = StuckJobs {
        queue: QUEUE,
        pending: 1,
        oldest_due: Some(START),
        running: vec![],
        expired: vec![running.id],
    };
    assert_eq!(stuck().await, [waiting], "a paused queue waits on purpose, and one job is put off");

    home.clock.advance(30 * MINUTE);
    let beat = engine::Heartbeat { node: running.lease.node, lease: LEASE, held: &[running.lease], progress: &[] };
    engine::JobStore::heartbeat(&store, beat, store.now()).await.expect("beat");
    store.pause_queue(None, None, store.now()).await.expect("pause");
    let found = stuck().await;
    assert_eq!((found.len(), found[0].pending, &found[0].running), (1, 0, &vec![ids[0]]));
}
