//! One node leads at a time, and what an earlier leader still writes is refused.

use std::time::Duration;

use engine::Incarnation;
use store::{Duty, StoreError};

use crate::home::{Home, LEASE};

const FIRST: Incarnation = Incarnation(1);
const SECOND: Incarnation = Incarnation(2);

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let campaign = |node| store.campaign(Duty::LEADER, node, LEASE, store.now());
    let term = campaign(FIRST).await.expect("campaign").expect("nobody leads");
    assert_eq!(campaign(SECOND).await.expect("campaign"), None);
    home.clock.advance(LEASE / 2);
    let kept = campaign(FIRST).await.expect("campaign").expect("it leads");
    assert_eq!((kept.number, kept.until), (term.number, store.now().after(LEASE)), "a term is renewed");
    assert!(store.roll_up(&kept, store.now()).await.is_ok());

    home.clock.advance(LEASE);
    let refused = store.roll_up(&kept, store.now()).await;
    assert!(matches!(refused, Err(StoreError::Deposed { .. })), "it ran out, though nobody else has led since");
    let next = campaign(SECOND).await.expect("campaign").expect("the old term is over");
    assert!(next.number > kept.number);
    // A leader that was asleep comes back, with its old idea of the time.
    let refused = store.roll_up(&kept, store.now().before(LEASE)).await;
    assert!(matches!(refused, Err(StoreError::Deposed { duty: "leader", .. })), "{refused:?}");
    store.step_down(&kept).await.expect("nothing happens");
    assert_eq!(campaign(FIRST).await.expect("campaign"), None, "an old term cannot end a new one");

    store.step_down(&next).await.expect("stepped down");
    let again = campaign(FIRST).await.expect("campaign").expect("nobody leads");
    assert!(again.number > next.number);
    home.clock.advance(LEASE + Duration::from_millis(1));
    let anew = campaign(FIRST).await.expect("campaign").expect("nobody else wanted it");
    assert!(anew.number > again.number, "a term that ran out is not taken up again");
    let rows = store.terms().await.expect("terms");
    assert_eq!((rows.len(), rows[0].holder, rows[0].number), (1, Some(FIRST), anew.number));
}
