//! Actions on workers, stages, services and the whole system: what they write is what nodes go by.

use admin::{ActionError, ActionRequest, Role};
use engine::{JobStore, NewJob};
use serde_json::json;

use crate::home::{Home, QUEUE, origin, somebody};

pub(crate) async fn a_worker_is_made_scaled_and_told(home: &Home) {
    let made = home.done("worker.create_generic", json!({"name": "spare", "concurrency": 2})).await;
    assert_eq!(made["workers"][0]["concurrency"], json!(2));
    assert_eq!(
        home.refused("worker.create_generic", json!({"name": "spare", "concurrency": 2})).await,
        "conflict"
    );
    let scaled = home.done("worker.scale_up", json!({"worker": "spare", "by": 3})).await;
    assert_eq!(scaled["workers"][0]["concurrency"], json!(5));
    home.done("worker.scale_down", json!({"worker": "spare", "by": 9})).await;
    home.done("worker.stop", json!({"worker": "spare"})).await;
    let now = home.done("worker.health_check", json!({"worker": "spare"})).await;
    assert_eq!(now["workers"][0]["concurrency"], json!(1), "one slot stays");
    assert_eq!(now["workers"][0]["desired_state"], json!("stopped"));
    assert_eq!(home.refused("worker.stop", json!({"worker": "nobody"})).await, "not_found");
    assert_eq!(home.refused("worker.scale_up", json!({})).await, "invalid_payload");
    home.done("worker.spawn_new", json!({"stage": "scrape", "concurrency": 4})).await;
    assert_eq!(home.done("worker.restart_all", json!({"stage": "scrape"})).await["told"], json!(1));
    home.done("worker.configure", json!({"worker": "spare", "queues": ["import"]})).await;
    home.done("worker.kill", json!({"worker": "spare"})).await;
    assert_eq!(home.done("worker.stop_all", json!({})).await["told"], json!(2));
}

pub(crate) async fn a_stage_is_configured_and_told(home: &Home) {
    let policy = json!({"concurrency": 1, "max_attempts": 2, "host_delay_ms": 500, "time_limit_s": 60});
    let now = home.done("manager.configure", json!({"stage": "import", "policy": policy})).await;
    assert_eq!(now["managers"][0]["max_attempts"], json!(2));
    let now =
        home.done("manager.configure", json!({"stage": "import", "policy": {"max_attempts": null}})).await;
    assert_eq!(
        (&now["managers"][0]["max_attempts"], &now["managers"][0]["concurrency"]),
        (&json!(null), &json!(1))
    );
    home.enqueue(vec![NewJob::new(QUEUE), NewJob::new(QUEUE)]).await;
    assert_eq!(home.claim(5).await.len(), 1, "the limit holds at once");
    for kind in ["manager.stop", "manager.start", "manager.restart", "manager.force_kill"] {
        home.done(kind, json!({"stage": "import"})).await;
    }
    home.done("manager.start_all", json!({})).await;
    home.done("manager.restart_all", json!({})).await;
    let metrics = home.done("manager.performance_metrics", json!({"stage": "import", "period": "1h"})).await;
    assert_eq!((&metrics["pending"], &metrics["running"]), (&json!(1), &json!(1)));
    home.done("manager.reset_state", json!({"stage": "import"})).await;
    let wrong = json!({"stage": "nothing", "policy": {}});
    assert_eq!(home.refused("manager.configure", wrong).await, "invalid_payload");
}

pub(crate) async fn an_emergency_stop_holds_until_it_is_lifted(home: &Home) {
    home.enqueue(vec![NewJob::new(QUEUE)]).await;
    home.done("system.emergency_stop", json!({"reason": "a host complained"})).await;
    assert!(home.claim(1).await.is_empty());
    home.done("system.emergency_resume", json!({})).await;
    assert_eq!(home.refused("system.emergency_resume", json!({})).await, "conflict");
    assert_eq!(home.claim(1).await.len(), 1);
}

pub(crate) async fn maintenance_refuses_changes_of_all_but_admins(home: &Home) {
    let message = json!({"enabled": true, "message": "back at noon", "retry_after_s": 60});
    home.done("system.maintenance_mode_toggle", message).await;
    let ask = async |role, kind: &str| {
        let request = ActionRequest::new(kind, json!({"queue": "import"}));
        home.dispatcher.dispatch(Some(somebody(role)), origin(), request).await
    };
    let refused = ask(Role::Operator, "queue.pause").await.expect_err("it must wait");
    assert_eq!(refused, ActionError::Maintenance { message: "back at noon".into(), retry_after_ms: 60_000 });
    ask(Role::Admin, "queue.pause").await.expect("admins may");
    let looks = ActionRequest::new("dashboard.system_check", json!({}));
    let seen =
        home.dispatcher.dispatch(Some(somebody(Role::Viewer)), origin(), looks).await.expect("looking works");
    assert_eq!(seen.result["status"], json!("degraded"));
    home.done("dashboard.toggle_maintenance", json!({})).await;
    ask(Role::Operator, "queue.resume").await.expect("it is over");
}

pub(crate) async fn unknown_nodes_and_services_are_told(home: &Home) {
    assert_eq!(home.refused("system.restart", json!({"node": "nobody"})).await, "not_found");
    assert_eq!(home.refused("system.graceful_shutdown", json!({"node": "all"})).await, "not_found");
    for kind in ["service.start", "service.stop", "service.restart"] {
        assert_eq!(home.refused(kind, json!({"service": "nothing"})).await, "not_found");
    }
    home.done("service.restart_all", json!({})).await;
    home.done("service.health_check", json!({})).await;
    home.done("system.health_check", json!({})).await;
    let cleared = home.done("system.clear_cache", json!({"names": ["robots"]})).await;
    assert_eq!(cleared["cleared"], json!({"robots": 1}));
    let alert = json!({"alert": model::RecordKind::Alert.id(1)});
    assert_eq!(home.refused("alert.acknowledge", alert).await, "not_found");
}

pub(crate) async fn transient_failures_are_restarted(home: &Home) {
    let job = home.failed_job().await;
    let tried = home.done("dashboard.restart_failed_jobs", json!({"since": "24h", "dry_run": true})).await;
    assert_eq!(tried["matched"], json!(1));
    home.done("dashboard.restart_failed_jobs", json!({})).await;
    assert_eq!(home.job(job).await.state, engine::JobState::Pending);
    home.done("dashboard.queue_purge", json!({"queue": "import"})).await;
    assert!(home.store.queue_settings().await.is_ok());
}
