//! A queue holds one live job for a subject; once it has ended, the subject may be queued again; other queues and other
//! domains do not mind.

use engine::{Enqueued, JobStore, NewJob, QueueName, Subject, SubjectKind};

use crate::home::{Home, OTHER, QUEUE, claim, commit, complete, counts, enqueue};

fn job(queue: QueueName, id: i64) -> NewJob {
    let subject = Subject { kind: SubjectKind::known("test_record"), id };
    NewJob { subject: Some(subject), domain_id: 3, ..NewJob::new(queue) }
}

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let first = enqueue(&store, vec![job(QUEUE, 1)]).await[0];
    let batch = vec![job(QUEUE, 1), job(QUEUE, 2), job(QUEUE, 2), job(OTHER, 1), NewJob::new(QUEUE)];
    let enqueued = store.enqueue(batch, store.now()).await.expect("enqueue");
    assert_eq!(enqueued[0], Enqueued::Duplicate(first));
    let Enqueued::Added(second) = enqueued[1] else { panic!("{enqueued:?}") };
    assert_eq!(enqueued[2], Enqueued::Duplicate(second));
    assert!(enqueued[3..].iter().all(|what| matches!(what, Enqueued::Added(_))));
    assert_eq!(counts(&store).await.pending, 3);

    let running = claim(&store, 1).await.remove(0);
    assert_eq!(running.subject, job(QUEUE, 1).subject);
    let again = store.enqueue(vec![job(QUEUE, 1)], store.now()).await.expect("enqueue");
    assert_eq!(again, [Enqueued::Duplicate(first)], "running counts as live");
    assert!(commit(&store, complete(&running)).await);
    enqueue(&store, vec![job(QUEUE, 1)]).await;
}
