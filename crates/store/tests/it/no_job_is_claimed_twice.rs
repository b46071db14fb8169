//! However many claim at the same time, each job is handed to exactly one of them.

use std::collections::HashSet;
use std::sync::Arc;

use engine::{Incarnation, NewJob};

use crate::home::{Home, QUEUE, claim_as, enqueue};

const CLAIMERS: i64 = 8;
const JOBS: usize = 400;

pub(crate) async fn promise(home: &Home) {
    let store = Arc::new(home.open().await);
    let ids = enqueue(&store, vec![NewJob::new(QUEUE); JOBS]).await;
    let claimers: Vec<_> = (1..=CLAIMERS)
        .map(|node| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut claimed = Vec::new();
                loop {
                    let jobs = claim_as(&store, Incarnation(node), &QUEUE, 7).await;
                    if jobs.is_empty() {
                        return claimed;
                    }
                    claimed.extend(jobs.into_iter().map(|job| job.id));
                }
            })
        })
        .collect();
    let mut claimed = Vec::new();
    for claimer in claimers {
        claimed.extend(claimer.await.expect("a claimer"));
    }
    assert_eq!(claimed.len(), JOBS);
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>(), ids.into_iter().collect());
}
