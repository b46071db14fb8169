//! Bulk actions: tried out, done at once, done by a job, undone.

use std::sync::Arc;

use admin::maintenance::Maintenance;
use engine::{CancellationToken, Incarnation, JobId, JobState, NewJob, Stages, Worker, WorkerOptions};
use serde_json::{Value, json};

use crate::home::{Home, QUEUE, id};

/// Works until no maintenance job is left.
pub(crate) async fn work(home: &Home) {
    let stages = Stages::new().with(Maintenance::new(Arc::clone(home.dispatcher.shared())));
    let options = WorkerOptions::new(vec![admin::MAINTENANCE], 1);
    let worker =
        Worker::new(Arc::clone(&home.store), Arc::new(stages), home.clock.clone(), Incarnation(9), options);
    worker.drain(CancellationToken::new()).await;
}

async fn states(home: &Home, jobs: &[JobId]) -> Vec<JobState> {
    let mut states = Vec::new();
    for job in jobs {
        states.push(home.job(*job).await.state);
    }
    states
}

fn failed_of_import() -> Value {
    json!({"filter": {"queues": ["import"], "states": ["failed"]}})
}

pub(crate) async fn a_dry_run_counts_and_changes_nothing(home: &Home) {
    let failed = home.failed_job().await;
    let waiting = home.enqueue(vec![NewJob::new(QUEUE)]).await[0];
    let stranger = model::RecordKind::Page.id(1);
    let payload = json!({"selector": {"ids": [id(failed), id(waiting), stranger]}, "dry_run": true});
    let answer = home.act("job.bulk_retry", payload).await.expect("tried out");
    assert_eq!(answer.status, "dry_run");
    assert_eq!((&answer.result["matched"], &answer.result["updated"]), (&json!(3), &json!(1)));
    assert_eq!(answer.result["skipped"], json!({"not_found": 1, "pending": 1}));
    assert_eq!(answer.result["operation_id"], json!(null));
    assert_eq!(states(home, &[failed, waiting]).await, [JobState::Failed, JobState::Pending]);
}

pub(crate) async fn a_few_are_changed_at_once_and_put_back(home: &Home) {
    let jobs = [home.failed_job().await, home.failed_job().await];
    let answer = home.act("job.bulk_retry", json!({"selector": failed_of_import()})).await.expect("done");
    assert_eq!((answer.status.as_str(), &answer.result["updated"]), ("done", &json!(2)));
    assert_eq!(states(home, &jobs).await, [JobState::Pending, JobState::Pending]);
    let claimed = home.claim(1).await.remove(0);

    let undo = json!({"operation_id": answer.result["operation_id"]});
    let undone = home.done("operation.undo", undo.clone()).await;
    assert_eq!((&undone["updated"], &undone["skipped"]), (&json!(1), &json!({"changed_since": 1})));
    let left = jobs.iter().copied().find(|job| *job != claimed.id).expect("the other");
    let view = home.job(left).await;
    assert_eq!(view.state, JobState::Failed);
    assert_eq!(view.error.expect("its error is back").code, "timeout");
    assert_eq!(home.job(claimed.id).await.state, JobState::Running, "it has gone on since");
    assert_eq!(home.refused("operation.undo", undo).await, "conflict");
    assert!(home.store.check().await.expect("checked").is_empty());
}

pub(crate) async fn many_are_left_to_a_job_and_put_back(home: &Home) {
    let jobs = home.enqueue(vec![NewJob::new(QUEUE); 7]).await;
    let payload = json!({"selector": {"filter": {"queues": ["import"]}}, "reason": "a wrong list"});
    let answer = home.act("job.bulk_cancel", payload).await.expect("begun");
    assert_eq!((answer.status.as_str(), &answer.result["matched"]), ("accepted", &json!(7)));
    assert!(states(home, &jobs).await.iter().all(|state| *state == JobState::Pending), "not yet");
    let later = home.enqueue(vec![NewJob::new(QUEUE)]).await[0];
    work(home).await;
    assert!(states(home, &jobs).await.iter().all(|state| *state == JobState::Cancelled));
    assert_eq!(home.job(later).await.state, JobState::Pending, "what came later is left alone");
    let operation = model::RecordKind::Operation
        .number(answer.result["operation_id"].as_str().expect("an id").parse().expect("a UUID"))
        .expect("an operation");
    let row = home.store.operation(operation).await.expect("kept");
    assert_eq!((row.matched, row.updated, row.state.as_str()), (7, 7, "complete"));

    home.done("operation.undo", json!({"operation_id": answer.result["operation_id"]})).await;
    work(home).await;
    assert!(states(home, &jobs).await.iter().all(|state| *state == JobState::Pending));
    assert!(home.store.check().await.expect("checked").is_empty());
}

pub(crate) async fn an_operation_can_be_stopped(home: &Home) {
    let jobs = home.enqueue(vec![NewJob::new(QUEUE); 7]).await;
    let answer = home.done("queue.clear", json!({"queue": "import"})).await;
    home.done("operation.cancel", json!({"operation_id": answer["operation_id"]})).await;
    work(home).await;
    assert!(states(home, &jobs).await.iter().all(|state| *state == JobState::Pending));
    let again = json!({"operation_id": answer["operation_id"]});
    assert_eq!(home.refused("operation.cancel", again).await, "conflict");
}

pub(crate) async fn a_selector_is_ids_or_a_filter(home: &Home) {
    for selector in [json!({}), json!({"filter": {}}), json!({"ids": []}), json!({"ids": ["x"]})] {
        let payload = json!({"selector": selector});
        assert_eq!(home.refused("job.bulk_cancel", payload).await, "invalid_payload");
    }
    home.enqueue(vec![NewJob::new(QUEUE)]).await;
    let all = json!({"selector": {"filter": {}, "all": true}});
    assert_eq!(home.done("job.bulk_cancel", all).await["updated"], json!(1));
}

pub(crate) async fn texts_of_filters_have_no_wildcards(home: &Home) {
    home.failed_job().await;
    for (text, matched) in [("%", 0), ("_", 0), ("did not", 1), ("DID NOT", 1)] {
        let payload = json!({"selector": {"filter": {"error_contains": text}}, "dry_run": true});
        assert_eq!(home.done("job.bulk_retry", payload).await["matched"], json!(matched), "{text}");
    }
}

pub(crate) async fn a_queue_is_cleared_and_purged(home: &Home) {
    let waiting = home.enqueue(vec![NewJob::new(QUEUE)]).await[0];
    let failed = home.failed_job().await;
    home.enqueue(vec![NewJob::new(QUEUE)]).await;
    assert_eq!(home.done("queue.clear", json!({"queue": "import"})).await["updated"], json!(2));
    assert!(home.store.job(waiting).await.is_ok() && home.store.job(failed).await.is_ok());
    let old = json!({"queue": "import", "older_than": "1h", "dry_run": true});
    assert_eq!(home.done("queue.purge", old).await["matched"], json!(0));
    let gone = home.done("queue.purge", json!({"queue": "import"})).await;
    assert_eq!((&gone["updated"], &gone["undo_until"]), (&json!(3), &json!(null)));
}
