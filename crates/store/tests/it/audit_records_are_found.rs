//! Records are found by who, what, on what, when, how it ended and by text taken literally, page after page without
//! gap or repeat; what a dead process left open shows as interrupted.

use std::time::Duration;

use clock::Clock;
use model::AuditOutcome;
use store::{AuditFilter, Store};

use crate::home::{Home, START};
use crate::the_audit_log_cannot_be_changed_unseen::{closed, keys, opened};

async fn record(store: &Store, action: &str, actor: &str, outcome: Option<AuditOutcome>) -> i64 {
    let number = store.append_audit(&[opened(action, actor)], &keys(b"k")).await.expect("open")[0];
    if let Some(outcome) = outcome {
        store.append_audit(&[closed(number, outcome)], &keys(b"k")).await.expect("close");
    }
    number
}

async fn found(store: &Store, filter: AuditFilter) -> Vec<i64> {
    let (mut numbers, mut before) = (Vec::new(), None);
    loop {
        let page = store.audit_records(&filter, before, 2).await.expect("a page");
        numbers.extend(page.records.iter().map(|record| record.number));
        before = page.next;
        if before.is_none() {
            numbers.reverse();
            return numbers;
        }
    }
}

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let retried = record(&store, "job.retry", "ann", Some(AuditOutcome::Done)).await;
    let denied = record(&store, "queue.clear", "bob", Some(AuditOutcome::Denied)).await;
    let cancelled = record(&store, "job.cancel", "ann", Some(AuditOutcome::Failed)).await;
    let open = record(&store, "job_x.y", "cat", None).await;
    let all = vec![retried, denied, cancelled, open];
    let any = AuditFilter::default;
    let word = |text: &str| Some(text.to_owned());
    for (filter, expected) in [
        (any(), all.clone()),
        (AuditFilter { actor_name: word("ann"), ..any() }, vec![retried, cancelled]),
        (AuditFilter { action: word("job.cancel"), ..any() }, vec![cancelled]),
        (AuditFilter { action: word("job.*"), ..any() }, vec![retried, cancelled]),
        (AuditFilter { outcome: Some(AuditOutcome::Denied), ..any() }, vec![denied]),
        (AuditFilter { outcome: Some(AuditOutcome::Open), ..any() }, vec![open]),
        (AuditFilter { outcome: Some(AuditOutcome::Interrupted), ..any() }, vec![]),
        (AuditFilter { outcome: Some(AuditOutcome::Done), actor_name: word("ann"), ..any() }, vec![retried]),
        (AuditFilter { subject_kind: word("job"), subject_id: word("17"), ..any() }, all.clone()),
        (AuditFilter { subject_id: word("1_"), ..any() }, vec![]),
        (AuditFilter { text: word("100% SURE_"), ..any() }, all.clone()),
        (AuditFilter { text: word("100%%"), ..any() }, vec![]),
        (AuditFilter { text: word("_ob.retry"), ..any() }, vec![]),
        (AuditFilter { text: word("ueue.cl"), ..any() }, vec![denied]),
        (AuditFilter { from: Some(START), ..any() }, all.clone()),
        (AuditFilter { to: Some(START), ..any() }, vec![]),
        (AuditFilter { trace_id: word("trace"), ip: word("192.0.2.1"), ..any() }, all.clone()),
    ] {
        assert_eq!(found(&store, filter.clone()).await, expected, "{filter:?}");
    }
    let one = store.audit_record(retried).await.expect("a record");
    assert_eq!(one.closing.as_ref().map(|closing| closing.duration_ms), Some(7));
    assert!(store.audit_record(retried + 1).await.is_err(), "a closing entry is no record");

    store.close().await.expect("close");
    home.clock.advance(Duration::from_secs(3_600));
    assert!(home.clock.now() > START);
    let store = home.open().await;
    let filter = AuditFilter { outcome: Some(AuditOutcome::Interrupted), ..any() };
    assert_eq!(found(&store, filter).await, [open]);
    assert_eq!(store.audit_record(open).await.expect("a record").outcome, AuditOutcome::Interrupted);
}
