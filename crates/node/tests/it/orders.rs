//! What is wished through one node, or none, is done by another.

use std::sync::Arc;

use engine::{JobId, JobState, JobStore, NewJob};
use model::{ActualState, DesiredState, NodeState};
use node::{Ended, Node, Stop};
use store::{NodeOrder, NodeTarget, Order, Store, SystemFlag, WorkerTarget};

use crate::home::{Home, QUEUE, until, until_job, worker};

/// A job that runs until it is stopped.
async fn endless(store: &Store) -> JobId {
    let job = NewJob { payload: "\"forever\"".to_owned(), ..NewJob::new(QUEUE) };
    match store.enqueue(vec![job], store.now()).await.expect("enqueue")[0] {
        engine::Enqueued::Added(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn worker_state(store: &Store) -> Option<(ActualState, i64)> {
    let report = store.workers().await.expect("workers").first()?.reports.first().cloned()?;
    Some((report.actual_state, report.concurrency))
}

/// Steps until the worker is in a state.
async fn until_worker(node: &Node, store: &Store, state: ActualState) {
    until(state.as_str(), || async {
        node.step().await;
        worker_state(store).await.is_some_and(|(actual, _)| actual == state)
    })
    .await;
}

pub(crate) async fn an_emergency_stop_stops_everything_until_it_is_lifted(home: &Home) {
    let node = home.node_with(|options| options.workers = vec![worker("w", 2)]).await;
    let other = home.store().await;
    let id = endless(&other).await;
    node.step().await;
    until_job(&other, id, JobState::Running).await;
    let flag = SystemFlag::EmergencyStop;
    other.set_system_flag(flag, Some(("flood", "{}")), "ann", other.now()).await.expect("set");
    node.step().await;
    let job = until_job(&other, id, JobState::Pending).await;
    assert_eq!((job.attempt, job.crashes), (0, 0), "nothing was used up");
    until_worker(&node, &other, ActualState::Stopped).await;
    other.set_system_flag(flag, None, "ann", other.now()).await.expect("lift");
    node.step().await;
    until_job(&other, id, JobState::Running).await;
}

pub(crate) async fn a_killed_worker_gives_its_jobs_back(home: &Home) {
    let node = home.node_with(|options| options.workers = vec![worker("w", 2)]).await;
    let other = home.store().await;
    let id = endless(&other).await;
    node.step().await;
    until_job(&other, id, JobState::Running).await;
    let target = WorkerTarget::Named("w".to_owned());
    other.order_workers(&target, Order::Kill, other.now()).await.expect("kill");
    node.step().await;
    assert_eq!(until_job(&other, id, JobState::Pending).await.attempt, 0);
    until_worker(&node, &other, ActualState::Stopped).await;
    other.order_workers(&target, Order::Start, other.now()).await.expect("start");
    node.step().await;
    until_job(&other, id, JobState::Running).await;
    // A stop lets it run on.
    other.order_workers(&target, Order::Stop, other.now()).await.expect("stop");
    until_worker(&node, &other, ActualState::Draining).await;
    other.order_managers(&[QUEUE], Order::Kill, "ann", other.now()).await.expect("kill");
    node.step().await;
    assert_eq!(until_job(&other, id, JobState::Pending).await.attempt, 0, "the stage is killed as well");
}

pub(crate) async fn a_worker_changes_while_it_works(home: &Home) {
    let node = home.node_with(|options| options.workers = vec![worker("w", 1)]).await;
    let other = home.store().await;
    let (first, second) = (endless(&other).await, endless(&other).await);
    let until_slots = async |used| {
        until("the slots", || async {
            node.step().await;
            let workers = other.workers().await.expect("workers");
            let report = workers[0].reports.first();
            report.is_some_and(|report| (report.slots_used, report.concurrency) == (used, used))
        })
        .await;
    };
    until_slots(1).await;
    other.scale_workers(&WorkerTarget::All, 1, other.now()).await.expect("scale");
    until_slots(2).await;
    other.order_workers(&WorkerTarget::All, Order::Restart, other.now()).await.expect("restart");
    other.cancel_jobs(&[first, second], "enough", other.now()).await.expect("cancel");
    until("the restart", || async {
        node.step().await;
        let workers = other.workers().await.expect("workers");
        workers[0].reports.first().is_some_and(|report| report.restarts == 1)
    })
    .await;
}

pub(crate) async fn services_stop_and_run_when_told(home: &Home) {
    let (node, other) = (home.node().await, home.store().await);
    node.step().await;
    node.turn_services().await;
    let runs = async || {
        node.step().await;
        let services = other.services().await.expect("services");
        let rollup =
            services.iter().find(|service| service.name == "statistics_rollup").expect("it is reported");
        (rollup.reports[0].actual_state, rollup.reports[0].runs, rollup.reports[0].leader)
    };
    assert_eq!(runs().await, (ActualState::Running, 1, true));
    node.turn_services().await;
    assert_eq!(runs().await.1, 1, "it is not due");
    other.run_service("statistics_rollup", "ann", other.now()).await.expect("asked");
    node.step().await;
    node.turn_services().await;
    assert_eq!(runs().await.1, 2, "somebody asked");
    let stopped = DesiredState::Stopped;
    other.set_service("statistics_rollup", None, stopped, "ann", other.now()).await.expect("stopped");
    home.pass(std::time::Duration::from_secs(3));
    node.step().await;
    node.turn_services().await;
    assert_eq!(runs().await, (ActualState::Stopped, 2, true));
    other.restart_service("statistics_rollup", None, "ann", other.now()).await.expect("restarted");
    node.step().await;
    node.turn_services().await;
    assert_eq!(runs().await, (ActualState::Running, 3, true));
}

pub(crate) async fn a_node_ends_and_begins_anew_when_told(home: &Home) {
    let node = home.node_with(|options| options.workers = vec![worker("w", 2)]).await;
    let (node, other) = (Arc::new(node), home.store().await);
    let id = endless(&other).await;
    let running = tokio::spawn({
        let node = Arc::clone(&node);
        async move { node.run(&Stop::default()).await.expect("it ran") }
    });
    until_job(&other, id, JobState::Running).await;
    let detail = "{\"timeout_s\":0,\"config_revision\":7}".to_owned();
    let order = NodeOrder { state: NodeState::Restarting, detail: detail.clone() };
    let target = NodeTarget::Named("node-1".to_owned());
    assert_eq!(other.order_nodes(&target, &order, "ann", other.now()).await.expect("order"), 1);
    assert_eq!(running.await.expect("it ended"), Ended::Restart(detail));
    let job = until_job(&other, id, JobState::Pending).await;
    assert_eq!(job.attempt, 0, "what ran is given back");
    assert_eq!(other.nodes().await.expect("nodes")[0].actual_state, NodeState::Stopped);
}
