//! While the whole system holds, nobody claims anything.

use engine::{JobStore, NewJob};
use store::SystemFlag;

use crate::home::{Home, QUEUE, claim, enqueue};

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    enqueue(&store, vec![NewJob::new(QUEUE); 3]).await;
    for flag in [SystemFlag::EmergencyStop, SystemFlag::Maintenance] {
        let set = |set| store.set_system_flag(flag, set, "ann", store.now());
        assert!(!set(None).await.expect("lift"), "it is not set");
        assert!(set(Some(("flood", "{\"retry_after_s\":60}"))).await.expect("set"));
        assert!(claim(&store, 1).await.is_empty());
        assert!(store.all_queues_paused().await.expect("paused"));
        let state = store.system_state().await.expect("state");
        let row = state.emergency_stop.or(state.maintenance).expect("one is set");
        assert_eq!((row.reason.as_deref(), row.set_by.as_deref()), (Some("flood"), Some("ann")));
        assert!(set(None).await.expect("lift"));
        assert_eq!(claim(&store, 1).await.len(), 1);
    }
    assert!(!store.system_state().await.expect("state").holds_claims());
    assert!(store.queue_settings().await.expect("settings").is_empty(), "no queue was touched");
    assert_eq!(store.count_up("clear_cache.robots", "ann", store.now()).await.expect("count"), 1);
    assert_eq!(store.count_up("clear_cache.robots", "ann", store.now()).await.expect("count"), 2);
    assert_eq!(store.system_state().await.expect("state").revision("clear_cache.robots"), 2);
}
