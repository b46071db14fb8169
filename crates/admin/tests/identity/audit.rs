//! The audit log as identity and the control plane write it.

use admin::audit::{Closing, Opening, Subject};
use admin::{Principal, Role};
use model::{AuditLevel, AuditOutcome};
use serde_json::json;
use store::AuditFilter;

use crate::home::{Home, PASSWORD, origin};

pub(crate) async fn sign_ins_are_in_the_log_without_passwords(home: &Home) {
    home.person("ann", Role::Superadmin).await;
    home.sign_in("Ann", PASSWORD).await.expect("signed in");
    let from = origin("198.51.100.1");
    for _ in 0..20 {
        home.sign_in_from("ann", "guessed secret", &from).await.expect_err("wrong");
    }
    let (records, _) = home.audit.records(&AuditFilter::default(), None, 100).await.expect("records");
    let ends: Vec<_> = records.iter().map(|record| (record.outcome, record.code.as_deref())).collect();
    // One that went well, six that failed, and of the refused ones the first.
    assert_eq!(records.len(), 8, "{ends:?}");
    assert_eq!(ends[0], (AuditOutcome::Denied, Some("rate_limited")));
    assert_eq!(ends[1], (AuditOutcome::Denied, Some("bad_credentials")));
    assert_eq!(ends[7], (AuditOutcome::Done, None));
    let failed = &records[1];
    assert_eq!((failed.action.as_str(), failed.level), ("session.sign_in", AuditLevel::SignIn));
    assert_eq!((failed.actor_name.as_deref(), failed.role.as_deref()), (Some("ann"), None));
    assert_eq!((failed.ip.as_deref(), failed.trace_id.as_deref()), (Some("198.51.100.1"), Some("trace")));
    let all = serde_json::to_string(&records).expect("JSON");
    assert!(!all.contains("turtles") && !all.contains("guessed"), "{all}");
    let filter = AuditFilter { actor_name: Some("ann".to_owned()), ..AuditFilter::default() };
    assert_eq!(home.audit.records(&filter, None, 100).await.expect("records").0.len(), 8);
    assert_eq!(home.audit.verify().await.expect("verified").broken, None);
}

pub(crate) async fn deeds_are_opened_and_closed_and_the_log_verifies(home: &Home) {
    let who = Principal::local("tester");
    let parameters =
        json!({ "job_id": "17", "webhook": { "url": "https://u:pw@host/", "secret": "s3cr3t" } });
    let opening = Opening {
        action: "job.retry",
        level: AuditLevel::Write,
        principal: Some(&who),
        origin: &home.origin,
        subject: Some(Subject { kind: "job".to_owned(), id: "17".to_owned() }),
        selector: None,
        parameters: &parameters,
        secret_fields: &["job_id"],
    };
    let open = (0..50).map(|_| home.audit.open(opening.clone()));
    let opened: Vec<_> = futures_util::future::join_all(open).await;
    let mut ids = Vec::new();
    for (at, record) in opened.into_iter().enumerate() {
        let record = record.expect("opened");
        ids.push(record.id().expect("an id"));
        if at % 2 == 0 {
            let counts = json!({ "updated": at });
            let closing = Closing { counts: Some(&counts), ..Closing::of(AuditOutcome::Done) };
            home.audit.close(record, closing).await.expect("closed");
        }
    }
    let (records, next) = home.audit.records(&AuditFilter::default(), None, 500).await.expect("records");
    assert_eq!((records.len(), next), (50, None));
    let open = records.iter().filter(|record| record.outcome == AuditOutcome::Open).count();
    assert_eq!(open, 25);
    let one = records.last().expect("a record");
    assert_eq!((one.id, one.actor_name.as_deref()), (ids[0], Some("local:tester")));
    let kept = one.parameters.as_ref().expect("parameters").to_string();
    for secret in ["pw", "s3cr3t", "17"] {
        assert!(!kept.contains(secret), "{kept}");
    }
    let verdict = home.audit.verify().await.expect("verified");
    assert_eq!((verdict.broken, verdict.entries), (None, 75));
    assert_eq!(home.store.audit_hash(75).await.expect("a hash"), Some(verdict.hash));
}
