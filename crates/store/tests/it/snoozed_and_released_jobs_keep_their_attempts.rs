//! A job that is put off or given back has used up no attempt, and leaves no failed one behind.

use std::time::Duration;

use engine::{CodedError, NewJob, Verdict};

use crate::home::{Home, QUEUE, claim, commit, enqueue, outcome};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let id = enqueue(&store, vec![NewJob::new(QUEUE)]).await[0];
    let wait = Duration::from_secs(5);
    for _ in 0..10 {
        let job = claim(&store, 1).await.remove(0);
        assert_eq!(job.attempt, 1);
        let reason = CodedError::new("host_busy", "its host wants a pause");
        assert!(commit(&store, outcome(&job, Verdict::Snooze { run_at: store.now().after(wait), reason })).await);
        assert!(claim(&store, 1).await.is_empty());
        home.clock.advance(wait);
        let job = claim(&store, 1).await.remove(0);
        assert!(commit(&store, outcome(&job, Verdict::Release)).await);
    }
    let (view, attempts) = store.job(id).await.expect("the job");
    assert_eq!((view.attempt, attempts.len()), (0, 0));
}
