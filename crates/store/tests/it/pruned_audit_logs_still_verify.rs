//! Retention takes the oldest entries and leaves a sealed stub: the rest verifies, and a stub that nobody sealed does
//! not.

use std::time::Duration;

use clock::{Clock, Timestamp};
use model::AuditOutcome;
use store::{AuditEntry, Dialect, StoreError};

use crate::home::Home;
use crate::the_audit_log_cannot_be_changed_unseen::{closed, keys, opened};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    for day in 0..4 {
        let mut entry = opened("job.retry", "ann");
        let at = Timestamp(home.clock.now().0);
        if let AuditEntry::Opened(opening) = &mut entry {
            opening.at = at;
        }
        let number = store.append_audit(&[entry], &keys(b"k")).await.expect("open")[0];
        let mut end = closed(number, AuditOutcome::Done);
        if let AuditEntry::Closed(closing) = &mut end {
            closing.at = at;
        }
        store.append_audit(&[end], &keys(b"k")).await.expect("close");
        assert_eq!(number, day * 2 + 1);
        home.clock.advance(Duration::from_secs(86_400));
    }
    let before = home.clock.now().before(Duration::from_secs(2 * 86_400));
    let pruned = store.prune_audit(before, "retention", &keys(b"k")).await.expect("prune");
    assert_eq!((pruned.entries, pruned.more), (4, false));
    let again = store.prune_audit(before, "retention", &keys(b"k")).await.expect("prune");
    assert_eq!(again.entries, 0);
    let verdict = store.verify_audit(&keys(b"k")).await.expect("verify");
    assert_eq!((verdict.broken, verdict.first, verdict.entries), (None, 5, 4));
    store.append_audit(&[opened("job.retry", "ann")], &keys(b"k")).await.expect("it goes on");
    let dialect = store.dialect();
    store.close().await.expect("close");

    // What an intruder would do: take more away, and write a stub for it without the key.
    home.raw(
        "INSERT INTO audit_stubs (last_seq, first_seq, hash, at, pruned_by, seal, key_id) \
         SELECT 6, 5, hash, 0, 'me', hash, 'x' FROM audit_entries WHERE seq = 6",
    )
    .await;
    home.raw("DELETE FROM audit_entries WHERE seq <= 6").await;
    let store = home.open().await;
    assert_eq!(store.verify_audit(&keys(b"k")).await.expect("verify").broken_at, Some(5), "{dialect:?}");

    // And what has a hole is not pruned over.
    let unguard = match dialect {
        Dialect::Sqlite => "DROP TRIGGER audit_entries_kept",
        Dialect::Postgres => "ALTER TABLE audit_entries DISABLE TRIGGER USER",
    };
    store.close().await.expect("close");
    home.raw(unguard).await;
    home.raw("DELETE FROM audit_entries WHERE seq = 7").await;
    let store = home.open().await;
    let refused = store.prune_audit(home.clock.now(), "retention", &keys(b"k")).await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
}
