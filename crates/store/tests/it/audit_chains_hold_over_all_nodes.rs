//! However many write to the audit log at once, on however many nodes, it is one chain without gap, and each record is
//! closed once.

use std::collections::HashSet;
use std::sync::Arc;

use model::AuditOutcome;
use store::{AuditFilter, Dialect};

use crate::home::Home;
use crate::the_audit_log_cannot_be_changed_unseen::{closed, keys, opened};

const WRITERS: usize = 8;
const RECORDS: usize = 20;

pub(crate) async fn promise(home: &Home) {
    let first = Arc::new(home.open().await);
    let second = match first.dialect() {
        Dialect::Postgres => Arc::new(home.open().await),
        Dialect::Sqlite => Arc::clone(&first),
    };
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(if writer % 2 == 0 { &first } else { &second });
            tokio::spawn(async move {
                let mut numbers = Vec::new();
                for _ in 0..RECORDS {
                    let entry = [opened("job.retry", &format!("writer{writer}"))];
                    let number = store.append_audit(&entry, &keys(b"k")).await.expect("open")[0];
                    let end = [closed(number, AuditOutcome::Done)];
                    numbers.push(number);
                    numbers.extend(store.append_audit(&end, &keys(b"k")).await.expect("close"));
                }
                numbers
            })
        })
        .collect();
    let mut numbers = HashSet::new();
    for writer in writers {
        numbers.extend(writer.await.expect("a writer"));
    }
    let entries = WRITERS * RECORDS * 2;
    assert_eq!(numbers.len(), entries);
    let verdict = first.verify_audit(&keys(b"k")).await.expect("verify");
    assert_eq!((verdict.broken.as_deref(), verdict.entries), (None, entries as u64));

    let one = opened("job.cancel", "ann");
    let number = first.append_audit(&[one], &keys(b"k")).await.expect("open")[0];
    let end = [closed(number, AuditOutcome::Done)];
    let keys = keys(b"k");
    let (a, b) = tokio::join!(first.append_audit(&end, &keys), second.append_audit(&end, &keys));
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "two nodes close it at once");
    assert_eq!(first.verify_audit(&keys).await.expect("verify").broken, None);
    let page = first.audit_records(&AuditFilter::default(), None, 1_000).await.expect("a page");
    assert_eq!(page.records.len(), WRITERS * RECORDS + 1);
}
