//! A job whose worker dies goes back to pending without using up an attempt; after so many deaths it is failed as
//! quarantined.

use engine::{JobState, JobStore, NewJob, Sweep, Swept};

use crate::home::{Home, LEASE, QUEUE, claim, counts, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let id = enqueue(&store, vec![NewJob::new(QUEUE)]).await[0];
    let sweep = Sweep { max_crashes: 3, ..Sweep::default() };
    for crashes in 0..3 {
        let job = claim(&store, 1).await.remove(0);
        assert_eq!((job.attempt, job.crashes), (1, crashes));
        home.clock.advance(LEASE / 2);
        assert_eq!(store.sweep(sweep, store.now()).await.expect("sweep"), Swept::default(), "the lease still holds");
        home.clock.advance(LEASE);
        let swept = store.sweep(sweep, store.now()).await.expect("sweep");
        assert_eq!(swept.quarantined, u64::from(crashes == 2));
        home.clock.advance(LEASE);
    }
    let (view, attempts) = store.job(id).await.expect("the job");
    assert_eq!((view.state, view.crashes), (JobState::Failed, 3));
    assert_eq!(view.error.expect("an error").code, "quarantined");
    assert!(attempts.len() == 3 && attempts.iter().all(|attempt| attempt.crashed));
    assert_eq!(counts(&store).await.failed, 1);
}
