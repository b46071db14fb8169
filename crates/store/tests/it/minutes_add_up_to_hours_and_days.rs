//! What was done by the minute adds up to hours and days, however often it is summed up.

use std::time::Duration;

use clock::Timestamp;
use engine::NewJob;
use store::{Minute, Period, Duty};

use crate::home::{Home, NODE, QUEUE, claim, commit, complete, enqueue};

const HOUR: Duration = Duration::from_secs(3_600);

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    for _ in 0..30 {
        enqueue(&store, vec![NewJob::new(QUEUE)]).await;
        let job = claim(&store, 1).await.remove(0);
        assert!(commit(&store, complete(&job)).await);
        let term = store.campaign(Duty::LEADER, NODE, HOUR, store.now()).await.expect("campaign").expect("leads");
        store.roll_up(&term, store.now()).await.expect("roll up");
        store.roll_up(&term, store.now()).await.expect("roll up");
        home.clock.advance(HOUR / 2);
    }
    let sums = async |period| store.rollups(period, Some(&QUEUE), Timestamp(0), store.now()).await.expect("rollups");
    let complete = |done: &Minute| done.complete;
    let hours: Vec<u64> = sums(Period::Hour).await.iter().map(|hour| complete(&hour.done)).collect();
    assert_eq!(hours.iter().sum::<u64>(), 30);
    assert!(hours.iter().all(|&done| done <= 2), "{hours:?}");
    let days: Vec<u64> = sums(Period::Day).await.iter().map(|day| complete(&day.done)).collect();
    assert_eq!((days.iter().sum::<u64>(), days.len()), (30, 2));
    let term = store.campaign(Duty::LEADER, NODE, HOUR, store.now()).await.expect("campaign").expect("leads");
    let gone = store.forget_rollups(&term, Period::Hour, store.now(), store.now()).await.expect("forget");
    assert_eq!(usize::try_from(gone).ok(), Some(hours.len()));
}
