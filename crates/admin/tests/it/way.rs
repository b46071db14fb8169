//! The way itself: the order of its layers, and requests that come again.

use std::time::Duration;

use admin::idempotency::request_key;
use admin::limits::{Rate, RateLimits};
use admin::{ActionError, ActionRequest, Role};
use engine::NewJob;
use serde_json::json;

use crate::home::{Home, QUEUE, id, origin, somebody};

fn keyed(request: ActionRequest, key: &str) -> ActionRequest {
    ActionRequest { idempotency_key: Some(key.into()), ..request }
}

/// Everything is wrong with a request at first; what is put right lets the next layer speak.
pub(crate) async fn each_layer_refuses_before_the_next(home: &Home) {
    let rate = Rate { per_minute: 1, burst: 1 };
    let strict = home.another(RateLimits { high: rate, ..RateLimits::default() });
    let wrong = keyed(ActionRequest::new("queue.clear", json!({"queue": 5})), "one");
    let code = async |who, request: &ActionRequest| {
        strict.dispatch(who, origin(), request.clone()).await.expect_err("it is refused").code()
    };
    assert_eq!(code(None, &wrong).await, "unauthenticated");
    assert_eq!(code(Some(somebody(Role::Operator)), &wrong).await, "forbidden");
    // The first takes what the rate allows, and is refused by the next layer.
    let admin = || Some(somebody(Role::Admin));
    assert_eq!(code(admin(), &wrong).await, "invalid_payload");
    assert_eq!(code(admin(), &wrong).await, "rate_limited");
    home.clock.advance(Duration::from_secs(60));
    let unconfirmed = ActionRequest { payload: json!({"queue": "import"}), ..wrong };
    assert_eq!(code(admin(), &unconfirmed).await, "confirmation_required");
    home.clock.advance(Duration::from_secs(60));
    let confirmed = unconfirmed.clone().confirmed();
    strict.dispatch(admin(), origin(), confirmed.clone()).await.expect("it is done");
    home.clock.advance(Duration::from_secs(60));
    let other = ActionRequest { payload: json!({"queue": "scrape"}), ..confirmed.clone() };
    assert_eq!(code(admin(), &other).await, "idempotency_key_reused");
    home.clock.advance(Duration::from_secs(60));
    for _ in 0..5 {
        strict.shared().breakers.record(
            admin::circuit::Dependency::Database,
            false,
            clock::Clock::elapsed(&*home.clock),
        );
    }
    let replayed =
        strict.dispatch(admin(), origin(), confirmed.clone()).await.expect("answered from what is kept");
    assert!(replayed.idempotent_replay, "a kept answer needs nothing that fails");
    home.clock.advance(Duration::from_secs(60));
    for _ in 0..5 {
        strict.shared().breakers.record(
            admin::circuit::Dependency::Database,
            false,
            clock::Clock::elapsed(&*home.clock),
        );
    }
    assert_eq!(code(admin(), &keyed(confirmed.clone(), "two")).await, "circuit_open");
    home.clock.advance(Duration::from_secs(60));
    strict.dispatch(admin(), origin(), keyed(confirmed, "two")).await.expect("its key was given back");
}

pub(crate) async fn unknown_actions_are_told(home: &Home) {
    assert_eq!(home.refused("job.explode", json!({})).await, "unknown_action");
}

pub(crate) async fn a_key_is_done_once(home: &Home) {
    let job = home.failed_job().await;
    let request = keyed(ActionRequest::new("job.retry", json!({"job_id": id(job)})), "k1");
    let first = home.ask(request.clone()).await.expect("done");
    let again = home.ask(request.clone()).await.expect("answered");
    assert!(!first.idempotent_replay && again.idempotent_replay);
    assert_eq!(first.result, again.result);
    let other = ActionRequest { payload: json!({"job_id": id(engine::JobId(999))}), ..request.clone() };
    assert_eq!(home.ask(other).await, Err(ActionError::IdempotencyKeyReused));
    let other_caller =
        home.dispatcher.dispatch(Some(somebody(Role::Operator)), origin(), request.clone()).await;
    assert_eq!(other_caller.expect_err("it waits already").code(), "conflict");

    let refused = keyed(ActionRequest::new("job.retry", json!({"job_id": id(job)})), "k2");
    let first = home.ask(refused.clone()).await.expect_err("it waits already");
    assert_eq!(home.ask(refused).await.expect_err("the same answer"), first);

    home.clock.advance(Duration::from_secs(24 * 3_600 + 1));
    assert_eq!(home.ask(request).await.expect_err("after a day the key is new").code(), "conflict");
}

pub(crate) async fn a_key_holds_over_a_restart(home: &Home) {
    let job = home.enqueue(vec![NewJob::new(QUEUE)]).await.remove(0);
    let request = keyed(ActionRequest::new("job.cancel", json!({"job_id": id(job)})), "k");
    home.ask(request.clone()).await.expect("done");
    let other = home.another(RateLimits::default());
    let again = other.dispatch(Some(somebody(Role::Superadmin)), origin(), request).await.expect("answered");
    assert!(again.idempotent_replay);
}

pub(crate) async fn a_key_whose_process_died_is_told(home: &Home) {
    let request = keyed(ActionRequest::new("queue.pause", json!({"queue": "import"})), "k");
    let key = request_key(&somebody(Role::Superadmin), &request).expect("it has one");
    let now = home.store.now();
    let until = |seconds| now.after(Duration::from_secs(seconds));
    home.store.take_request_key(&key, until(120), until(86_400), now).await.expect("taken");
    assert_eq!(home.ask(request.clone()).await, Err(ActionError::IdempotencyInProgress));
    home.clock.advance(Duration::from_secs(121));
    assert_eq!(home.ask(request).await, Err(ActionError::IdempotencyInterrupted));
}
