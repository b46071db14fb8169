//! A lease that is renewed holds; a heartbeat tells which leases are void, and carries progress.

use engine::{Heartbeat, JobStore, NewJob, Progress, Sweep};

use crate::home::{Home, LEASE, NODE, QUEUE, claim, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    enqueue(&store, vec![NewJob::new(QUEUE); 3]).await;
    let jobs = claim(&store, 3).await;
    let held: Vec<_> = jobs.iter().map(|job| job.lease).collect();
    home.clock.advance(LEASE / 2);
    let progress = [(held[0], Progress { percent: 40, message: "page 2 of 5".into() })];
    let beat = Heartbeat { node: NODE, lease: LEASE, held: &held[..2], progress: &progress };
    assert!(store.heartbeat(beat, store.now()).await.expect("heartbeat").is_empty());
    home.clock.advance(LEASE * 2 / 3);
    assert_eq!(store.sweep(Sweep::default(), store.now()).await.expect("sweep").returned, 1, "the one not renewed");
    let beat = Heartbeat { node: NODE, lease: LEASE, held: &held, progress: &[] };
    assert_eq!(store.heartbeat(beat, store.now()).await.expect("heartbeat"), [held[2]]);
    let (view, _) = store.job(jobs[0].id).await.expect("the job");
    assert_eq!(view.progress, Some((40, "page 2 of 5".to_owned())));
}
