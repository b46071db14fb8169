//! Every change of the audit log that was not made by writing to its end is found: a changed, a missing, a forged
//! entry, a cut tail, a head or a stub that somebody else wrote; and the database itself refuses the plain ones.

use model::{AuditLevel, AuditOutcome};
use store::{AuditClosing, AuditEntry, AuditKey, AuditKeyring, AuditOpening, Dialect, Store};

use crate::home::{Home, START};

/// What ends the database's own guard, as whoever owns the tables could.
const UNGUARD: [&str; 2] = [
    "DROP TRIGGER audit_entries_stay; DROP TRIGGER audit_entries_kept",
    "ALTER TABLE audit_entries DISABLE TRIGGER USER",
];

pub(crate) fn keys(secret: &[u8]) -> AuditKeyring {
    AuditKeyring::new(AuditKey::new(secret), Vec::new())
}

pub(crate) fn opened(action: &str, actor: &str) -> AuditEntry {
    AuditEntry::Opened(Box::new(AuditOpening {
        at: START,
        level: AuditLevel::Write,
        action: action.to_owned(),
        actor_id: None,
        actor_name: Some(actor.to_owned()),
        role: Some("operator".to_owned()),
        means: None,
        ip: Some("192.0.2.1".to_owned()),
        user_agent: None,
        trace_id: Some("trace".to_owned()),
        request_id: None,
        subject_kind: Some("job".to_owned()),
        subject_id: Some("17".to_owned()),
        selector: None,
        parameters: Some("{\"reason\":\"100% sure_ly\"}".to_owned()),
    }))
}

pub(crate) fn closed(record: i64, outcome: AuditOutcome) -> AuditEntry {
    AuditEntry::Closed(AuditClosing {
        record,
        at: START,
        outcome,
        code: None,
        message: Some("it was done".to_owned()),
        counts: None,
        duration_ms: 7,
    })
}

/// Writes so many records, each opened and closed.
async fn fill(store: &Store, records: usize) {
    for _ in 0..records {
        let opened = store.append_audit(&[opened("job.retry", "ann")], &keys(b"k")).await.expect("open")[0];
        store.append_audit(&[closed(opened, AuditOutcome::Done)], &keys(b"k")).await.expect("close");
    }
}

/// After this statement, the log is broken at this entry.
async fn check(home: &Home, statement: &'static str, broken_at: i64) {
    let (dialect, verdict) = {
        let store = home.open().await;
        let before = store.verify_audit(&keys(b"k")).await.expect("verify");
        assert_eq!((before.broken, before.entries), (None, 6));
        (store.dialect(), store.close().await)
    };
    verdict.expect("close");
    home.raw(UNGUARD[usize::from(dialect == Dialect::Postgres)]).await;
    home.raw(statement).await;
    let store = home.open().await;
    let verdict = store.verify_audit(&keys(b"k")).await.expect("verify");
    assert_eq!(verdict.broken_at, Some(broken_at), "{statement}: {verdict:?}");
    // Writing on does not wash it clean.
    store.append_audit(&[opened("job.retry", "ann")], &keys(b"k")).await.expect("open");
    assert!(store.verify_audit(&keys(b"k")).await.expect("verify").broken.is_some(), "{statement}");
    store.close().await.expect("close");
}

pub(crate) async fn promise(home: &Home) {
    for (statement, broken_at) in [
        ("UPDATE audit_entries SET actor_name = 'bob' WHERE seq = 3", 3),
        ("UPDATE audit_entries SET outcome = 'denied' WHERE seq = 4", 4),
        ("UPDATE audit_entries SET message = NULL WHERE seq = 2", 2),
        ("UPDATE audit_entries SET at = at + 1 WHERE seq = 5", 5),
        ("DELETE FROM audit_entries WHERE seq = 1", 1),
        ("DELETE FROM audit_entries WHERE seq = 3", 3),
        ("DELETE FROM audit_entries WHERE seq >= 5", 5),
        ("DELETE FROM audit_entries WHERE seq = 6; UPDATE audit_head SET seq = 5", 5),
        ("UPDATE audit_head SET suspect_since = 0, seq = 6, key_id = 'other'", 6),
        ("UPDATE audit_entries SET kind = 'removed', record = 0 WHERE FALSE; UPDATE audit_entries SET level = 'nonsense' WHERE seq = 1", 1),
    ] {
        let fresh = home.another();
        let store = fresh.open().await;
        fill(&store, 3).await;
        store.close().await.expect("close");
        check(&fresh, statement, broken_at).await;
    }
    guarded_by_the_database(home).await;
}

/// Without taking the guard away first, entries cannot be changed at all.
async fn guarded_by_the_database(home: &Home) {
    let store = home.open().await;
    fill(&store, 1).await;
    store.close().await.expect("close");
    for statement in ["UPDATE audit_entries SET at = 0", "DELETE FROM audit_entries WHERE seq = 2", "DELETE FROM audit_entries"] {
        assert!(home.try_raw(statement).await.is_err(), "{statement}");
    }
    let store = home.open().await;
    let verdict = store.verify_audit(&keys(b"k")).await.expect("verify");
    assert_eq!((verdict.broken, verdict.first, verdict.last), (None, 1, 2));
    assert_eq!(verdict.hash.len(), 64);
    let other = store.verify_audit(&keys(b"another key")).await.expect("verify");
    assert!(other.broken.is_some(), "sealed with another key");
}
