//! A caller that goes away in mid-call leaves all of its work or none of it, and the next caller finds the store ready.

use engine::{JobStore, NewJob, Subject, SubjectKind};

use crate::home::{Home, OTHER, QUEUE, claim, complete};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    for patience in 0..40 {
        let jobs: Vec<_> = (0..70)
            .map(|number| {
                let subject = Subject { kind: SubjectKind::known("test_record"), id: number % 50 };
                NewJob { subject: Some(subject), ..NewJob::new(if number % 2 == 0 { QUEUE } else { OTHER }) }
            })
            .collect();
        tokio::select! {
            biased;
            enqueued = store.enqueue(jobs, store.now()) => drop(enqueued.expect("enqueue")),
            () = yields(patience) => {}
        }
        let batch: Vec<_> = claim(&store, 20).await.iter().map(complete).collect();
        tokio::select! {
            biased;
            committed = store.commit(&batch, store.now()) => drop(committed.expect("commit")),
            () = yields(patience) => {}
        }
    }
    assert_eq!(store.check().await.expect("check"), Vec::<String>::new());
}

async fn yields(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}
