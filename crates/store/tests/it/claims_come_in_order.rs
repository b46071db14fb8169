//! Jobs are claimed by priority, then due time, then number; those that are not due yet are not claimed.

use std::time::Duration;

use clock::Clock;
use engine::{NewJob, Priority};

use crate::home::{Home, QUEUE, START, claim, enqueue};

fn job(priority: i64, due_after_s: u64) -> NewJob {
    let mut job = NewJob::new(QUEUE);
    job.priority = Priority::new(priority).expect("a priority");
    job.run_at = Some(START.after(Duration::from_secs(due_after_s)));
    job
}

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let jobs = vec![job(5, 3), job(5, 1), job(0, 60), job(9, 0), job(1, 4), job(5, 1)];
    let ids = enqueue(&store, jobs).await;
    home.clock.advance(Duration::from_secs(5));
    let first: Vec<_> = claim(&store, 2).await.iter().map(|job| job.id).collect();
    assert_eq!(first, [ids[4], ids[1]]);
    let rest: Vec<_> = claim(&store, 10).await.iter().map(|job| job.id).collect();
    assert_eq!(rest, [ids[5], ids[0], ids[3]]);
    assert!(claim(&store, 10).await.is_empty());
    home.clock.advance(Duration::from_secs(60));
    let job = claim(&store, 10).await.remove(0);
    assert_eq!((job.id, job.attempt, job.lease.fence), (ids[2], 1, 1));
    assert_eq!(home.clock.now(), store.now());
}
