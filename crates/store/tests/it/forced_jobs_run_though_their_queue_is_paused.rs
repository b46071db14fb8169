//! A job that somebody forces to run is claimed at once, before its time and from a paused queue; no other is.

use std::time::Duration;

use engine::NewJob;

use crate::home::{Home, QUEUE, claim, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let now = store.now();
    let later = NewJob { run_at: Some(now.after(Duration::from_secs(3_600))), ..NewJob::new(QUEUE) };
    let ids = enqueue(&store, vec![later.clone(), later, NewJob::new(QUEUE)]).await;
    store.pause_queue(Some(&QUEUE), None, now).await.expect("pause");
    assert!(claim(&store, 5).await.is_empty());

    assert_eq!(store.force_jobs(&ids[..1]).await.expect("force"), [ids[0]]);
    let claimed = claim(&store, 5).await;
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [ids[0]]);
    assert!(store.force_jobs(&ids[..1]).await.expect("force").is_empty(), "it runs already");

    store.pause_queue(None, None, now).await.expect("pause all");
    store.force_jobs(&ids[1..2]).await.expect("force");
    assert_eq!(claim(&store, 5).await[0].id, ids[1], "all queues are paused, and it runs none the less");
    assert!(claim(&store, 5).await.is_empty());
}
