//! Actions on jobs.

use std::time::Duration;

use engine::{JobState, NewJob};
use serde_json::json;

use crate::home::{Home, QUEUE, complete, id};

pub(crate) async fn a_failed_job_is_retried_once(home: &Home) {
    let job = home.failed_job().await;
    let payload = json!({"job_id": id(job)});
    let (one, two) = tokio::join!(home.act("job.retry", payload.clone()), home.act("job.retry", payload));
    assert_eq!([&one, &two].iter().filter(|answer| answer.is_ok()).count(), 1, "{one:?} {two:?}");
    let refused = one.and(two).expect_err("one came too late");
    assert_eq!(refused.code(), "conflict");
    let view = home.job(job).await;
    assert_eq!((view.state, view.attempt, view.error), (JobState::Pending, 0, None));
    let unknown = json!({"job_id": id(engine::JobId(999_999))});
    assert_eq!(home.refused("job.retry", unknown).await, "not_found");
    let other = json!({"job_id": model::RecordKind::Page.id(job.0)});
    assert_eq!(home.refused("job.retry", other).await, "not_found", "an id of a page names no job");
    assert_eq!(home.refused("job.retry", json!({"job_id": "7"})).await, "invalid_payload");
}

pub(crate) async fn a_job_is_cancelled_while_it_waits_or_runs(home: &Home) {
    let ids = home.enqueue(vec![NewJob::new(QUEUE), NewJob::new(QUEUE)]).await;
    let running = home.claim(1).await.remove(0);
    let answer = home.done("job.cancel", json!({"job_id": id(running.id), "reason": "a slip"})).await;
    assert_eq!((&answer["was"], &answer["state"]), (&json!("running"), &json!("cancelled")));
    assert!(!home.end(&running, complete()).await, "its completion comes too late");
    home.done("job.cancel", json!({"job_id": id(ids[1])})).await;
    let view = home.job(ids[0]).await;
    assert_eq!(view.state, JobState::Cancelled);
    assert_eq!(view.error.expect("the reason").message, "a slip");
    assert_eq!(home.refused("job.cancel", json!({"job_id": id(ids[1])})).await, "conflict");
}

pub(crate) async fn a_job_is_run_though_its_queue_is_paused(home: &Home) {
    let later = home.store.now().after(Duration::from_secs(3_600));
    let ids =
        home.enqueue(vec![NewJob { run_at: Some(later), ..NewJob::new(QUEUE) }, NewJob::new(QUEUE)]).await;
    home.done("queue.pause", json!({"queue": "import"})).await;
    home.done("job.run", json!({"job_id": id(ids[0])})).await;
    let claimed = home.claim(5).await;
    assert_eq!(claimed.iter().map(|job| job.id).collect::<Vec<_>>(), [ids[0]]);
    assert_eq!(home.refused("job.run", json!({"job_id": id(ids[0])})).await, "conflict");
}

pub(crate) async fn only_finished_jobs_are_deleted(home: &Home) {
    let waiting = home.enqueue(vec![NewJob::new(QUEUE)]).await.remove(0);
    assert_eq!(home.refused("job.delete", json!({"job_id": id(waiting)})).await, "conflict");
    home.done("job.cancel", json!({"job_id": id(waiting)})).await;
    let answer = home.done("job.delete", json!({"job_id": id(waiting)})).await;
    assert_eq!((&answer["was"], &answer["state"]), (&json!("cancelled"), &json!(null)));
    assert_eq!(home.refused("job.delete", json!({"job_id": id(waiting)})).await, "not_found");
    let counts = home.store.job_counts().await.expect("counts").remove(&QUEUE).unwrap_or_default();
    assert_eq!(counts.cancelled, 0, "it is counted no more");
}

pub(crate) async fn a_waiting_job_gets_another_priority(home: &Home) {
    let ids = home.enqueue(vec![NewJob::new(QUEUE), NewJob::new(QUEUE)]).await;
    home.done("job.priority", json!({"job_id": id(ids[1]), "priority": 0})).await;
    assert_eq!(home.claim(1).await[0].id, ids[1]);
    assert_eq!(home.refused("job.priority", json!({"job_id": id(ids[1]), "priority": 1})).await, "conflict");
    assert_eq!(
        home.refused("job.priority", json!({"job_id": id(ids[0]), "priority": 10})).await,
        "invalid_payload"
    );
}
