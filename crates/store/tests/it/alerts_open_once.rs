//! An alert is open once for its kind and subject, is told once, and is resolved when its cause is gone.

use std::time::Duration;

use model::Severity;
use store::{AlertEvent, AlertFilter, AlertWatch, NewAlert, Duty, StoreError};

use crate::home::{Home, NODE};

const DAY: Duration = Duration::from_secs(86_400);

fn wrong(subject: &str) -> NewAlert {
    let message = format!("{subject} is wrong");
    NewAlert { subject: subject.to_owned(), severity: Severity::Warning, message }
}

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    let term = store.campaign(Duty::LEADER, NODE, DAY, store.now()).await.expect("campaign").expect("leads");
    let hooks = ["team".to_owned(), "pager".to_owned()];
    let watch = async |alerts: &[NewAlert]| {
        let watch = AlertWatch { kind: "stuck_pending", alerts, hooks: &hooks };
        store.watch_alerts(&term, watch, store.now()).await.expect("watch").len()
    };
    let open = AlertFilter { open: true, ..AlertFilter::default() };
    assert_eq!(watch(&[wrong("import"), wrong("scrape")]).await, 2);
    assert_eq!(watch(&[wrong("import"), wrong("scrape")]).await, 0, "they are known");
    assert_eq!(watch(&[wrong("import")]).await, 0);
    let alerts = store.alerts(&open, 10).await.expect("alerts");
    assert_eq!((alerts.len(), alerts[0].subject.as_str(), alerts[0].seen), (1, "import", 3));

    let acknowledged = store.acknowledge_alert(alerts[0].id, "ann", store.now()).await.expect("acknowledge");
    assert_eq!(acknowledged.acknowledged_by.as_deref(), Some("ann"));
    assert_eq!(watch(&[]).await, 0);
    assert!(store.alerts(&open, 10).await.expect("alerts").is_empty());
    let late = store.acknowledge_alert(alerts[0].id, "bob", store.now()).await;
    assert!(matches!(late, Err(StoreError::Conflict(_))), "{late:?}");
    assert_eq!(watch(&[wrong("import")]).await, 1, "it is wrong anew");

    let due = store.due_deliveries(100, store.now()).await.expect("due");
    let resolved = due.iter().filter(|delivery| delivery.event == AlertEvent::Resolved).count();
    assert_eq!((due.len(), resolved), (10, 4), "three opened and two resolved, to two hooks");
    let later = store.now().after(DAY);
    store.delivery_failed(&term, &due[0], "no route", later, store.now()).await.expect("failed");
    store.delivered(&term, &due[1], store.now()).await.expect("delivered");
    assert_eq!(store.due_deliveries(100, store.now()).await.expect("due").len(), 8);
    let put_off = store.due_deliveries(100, later).await.expect("due");
    assert_eq!((put_off.len(), put_off[8].tries), (9, 1));
    let gone = store.forget_alerts(&term, store.now().after(DAY), store.now()).await.expect("forget");
    assert_eq!(gone, 2, "open ones stay");
}
