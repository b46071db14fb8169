//! Actions on queues.

use engine::{Enqueued, JobStore, NewJob};
use serde_json::json;

use crate::home::{Home, QUEUE, complete};

pub(crate) async fn a_queue_is_paused_and_resumed(home: &Home) {
    home.enqueue(vec![NewJob::new(QUEUE)]).await;
    let state = home.done("queue.pause", json!({"queue": "import", "reason": "the host complained"})).await;
    assert_eq!((&state["paused"], &state["pending"]), (&json!(true), &json!(1)));
    assert!(home.claim(1).await.is_empty());
    home.done("queue.resume", json!({"queue": "import"})).await;
    home.done("queue.pause", json!({"queue": "all"})).await;
    assert!(home.claim(1).await.is_empty());
    let state = home.done("queue.resume", json!({"queue": "all"})).await;
    assert_eq!(state["paused"], json!(false));
    assert_eq!(home.claim(1).await.len(), 1);
    assert_eq!(home.refused("queue.pause", json!({"queue": "imports"})).await, "not_found");
    assert_eq!(home.refused("queue.pause", json!({"queue": "no such name"})).await, "invalid_payload");
}

pub(crate) async fn a_queue_is_drained(home: &Home) {
    home.enqueue(vec![NewJob::new(QUEUE)]).await;
    let state = home.done("queue.drain", json!({"queue": "import"})).await;
    assert_eq!((&state["draining"], &state["paused"]), (&json!(true), &json!(false)));
    let refused = home.store.enqueue(vec![NewJob::new(QUEUE)], home.store.now()).await.expect("enqueue");
    assert_eq!(refused, [Enqueued::Draining]);
    let job = home.claim(1).await.remove(0);
    assert!(home.end(&job, complete()).await);
    assert!(home.claim(1).await.is_empty());
    assert!(home.store.queue_settings().await.expect("settings")[&QUEUE].paused);
}

pub(crate) async fn a_queue_is_configured_in_part(home: &Home) {
    let backoff = json!({"base_ms": 1_000, "cap_ms": 60_000});
    home.done("queue.configure", json!({"queue": "import", "concurrency": 1, "backoff": backoff})).await;
    let state = home.done("queue.configure", json!({"queue": "import", "rate_per_second": 50})).await;
    assert_eq!((&state["concurrency"], &state["retry_base_ms"]), (&json!(1), &json!(1_000)));
    home.enqueue(vec![NewJob::new(QUEUE), NewJob::new(QUEUE)]).await;
    assert_eq!(home.claim(5).await.len(), 1);
    let state = home.done("queue.configure", json!({"queue": "import", "concurrency": null})).await;
    assert_eq!(state["concurrency"], json!(null));
    let wrong = json!({"queue": "import", "concurrency": 0, "backoff": {"base_ms": 5}, "max": 1});
    let error = home.act("queue.configure", wrong).await.expect_err("three fields are wrong");
    let admin::ActionError::InvalidPayload(fields) = error else { panic!("{error:?}") };
    let mut pointers: Vec<_> = fields.iter().map(|field| field.pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/backoff/cap_ms", "/concurrency", "/max"]);
}
