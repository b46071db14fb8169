//! Pages of jobs, live and finished together, newest first, follow each other without gap or repeat.

use engine::{JobState, NewJob};
use store::JobFilter;

use crate::home::{Home, OTHER, QUEUE, claim, commit, complete, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let mut ids = enqueue(&store, vec![NewJob::new(QUEUE); 7]).await;
    ids.extend(enqueue(&store, vec![NewJob::new(OTHER); 3]).await);
    for job in claim(&store, 3).await {
        assert!(commit(&store, complete(&job)).await);
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let (page, next) = store.jobs(&JobFilter::default(), cursor, 4).await.expect("a page");
        seen.extend(page.iter().map(|job| job.id));
        cursor = next;
        if cursor.is_none() {
            break;
        }
    }
    ids.reverse();
    assert_eq!(seen, ids);
    let filter = JobFilter { states: vec![JobState::Pending], queues: vec![QUEUE], ..JobFilter::default() };
    assert_eq!(store.jobs(&filter, None, 100).await.expect("a page").0.len(), 4);
}
