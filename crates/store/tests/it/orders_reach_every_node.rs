//! What nodes, services, workers and managers should be is written down, and what they are beside it.

use std::time::Duration;

use engine::{Incarnation, QueueSettings};
use model::{ActualState, DesiredState, NodeKind, NodeState};
use store::{
    DeclaredWorker, ManagerPolicy, NewNode, NewWorker, NodeOrder, NodeTarget, Order, Duty, Store, StoreError,
    WorkerChange, WorkerReport, WorkerTarget,
};

use crate::home::{Home, LEASE, OTHER, QUEUE};

const ALPHA: Incarnation = Incarnation(1);
const BETA: Incarnation = Incarnation(2);

pub(crate) async fn promise(home: &Home) {
    let store = home.open().await;
    for (incarnation, name) in [(ALPHA, "alpha"), (BETA, "beta")] {
        let (host, version) = ("here".to_owned(), "1".to_owned());
        let kind = NodeKind::Worker;
        let node = NewNode { incarnation, name: name.to_owned(), kind, host, pid: 7, version };
        store.register_node(&node, store.now()).await.expect("register");
    }
    nodes(&store).await;
    services(&store).await;
    workers(&store).await;
    managers(&store).await;
    placement(home, &store).await;
}

async fn nodes(store: &Store) {
    let beat = |node| store.beat_node(node, NodeState::Running, "{}", store.now());
    let drain = NodeOrder { state: NodeState::Draining, detail: "{\"timeout_s\":9}".to_owned() };
    let named = NodeTarget::Named("beta".to_owned());
    assert_eq!(store.order_nodes(&named, &drain, "ann", store.now()).await.expect("order"), 1);
    assert_eq!(beat(ALPHA).await.expect("beat"), Some(NodeOrder::default()));
    assert_eq!(beat(BETA).await.expect("beat"), Some(drain));
    assert_eq!(beat(Incarnation(3)).await.expect("beat"), None, "it has to register");
    let run = NodeOrder::default();
    assert_eq!(store.order_nodes(&NodeTarget::All, &run, "ann", store.now()).await.expect("order"), 2);
    assert_eq!(beat(BETA).await.expect("beat"), Some(run));
}

async fn services(store: &Store) {
    let set = |node, desired| store.set_service("reaper", node, desired, "ann", store.now());
    let wish = async |node: &str| store.services().await.expect("services")[0].wish_on(node);
    set(Some("beta"), DesiredState::Stopped).await.expect("set");
    assert_eq!(wish("alpha").await.desired_state, DesiredState::Running);
    assert_eq!(wish("beta").await.desired_state, DesiredState::Stopped);
    set(None, DesiredState::Running).await.expect("set");
    assert_eq!(wish("beta").await.desired_state, DesiredState::Running, "all means all");
    store.restart_service("reaper", None, "ann", store.now()).await.expect("restart");
    store.restart_service("reaper", Some("beta"), "ann", store.now()).await.expect("restart");
    assert_eq!((wish("alpha").await.restarts, wish("beta").await.restarts), (1, 2));
}

async fn workers(store: &Store) {
    let declared = |name: &str, concurrency| DeclaredWorker {
        name: name.to_owned(),
        stage: Some(QUEUE),
        queues: vec![QUEUE],
        concurrency,
    };
    let import = [declared("import@alpha", 4)];
    store.declare_workers("alpha", &import, store.now()).await.expect("declare");
    let target = WorkerTarget::Stage(QUEUE);
    assert_eq!(store.scale_workers(&target, 3, store.now()).await.expect("scale"), 1);
    assert_eq!(store.scale_workers(&target, -99, store.now()).await.expect("scale"), 1);
    let change = WorkerChange { concurrency: Some(6), queues: Some(vec![QUEUE, OTHER]), agent: None };
    store.configure_worker("import@alpha", &change, store.now()).await.expect("configure");
    store.order_workers(&WorkerTarget::All, Order::Kill, store.now()).await.expect("kill");
    store.declare_workers("alpha", &[declared("import@alpha", 9)], store.now()).await.expect("declare");
    let report = WorkerReport {
        name: "import@alpha".to_owned(),
        incarnation: ALPHA,
        actual_state: ActualState::Draining,
        concurrency: 6,
        slots_used: 2,
        waiting: 1,
        finished: 10,
        failed: 3,
        restarts: 0,
        kills: 1,
        updated_at: store.now(),
    };
    store.report_workers(ALPHA, std::slice::from_ref(&report)).await.expect("report");
    let found = store.workers().await.expect("workers").remove(0);
    assert_eq!((found.concurrency, found.kills), (6, 1), "what an operator set outlives a restart");
    assert_eq!((found.queues.len(), found.desired_state), (2, DesiredState::Stopped));
    assert_eq!(found.reports, [report]);
    store.declare_workers("alpha", &[], store.now()).await.expect("declare");
    assert!(store.workers().await.expect("workers").is_empty());
    let gone = store.configure_worker("import@alpha", &change, store.now()).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })));
}

async fn managers(store: &Store) {
    let settings = QueueSettings {
        concurrency: Some(5),
        max_attempts: Some(2),
        time_limit: Some(Duration::from_secs(60)),
        batch_size: Some(10),
        ..QueueSettings::default()
    };
    store.configure_queue(&QUEUE, &settings, store.now()).await.expect("configure");
    let policy = ManagerPolicy { delay_ms: Some(500), autoscale_min: Some(1), autoscale_max: Some(8) };
    store.configure_manager(&QUEUE, policy, "ann", store.now()).await.expect("configure");
    store.order_managers(&[QUEUE, OTHER], Order::Restart, "ann", store.now()).await.expect("order");
    store.order_managers(&[QUEUE], Order::Stop, "ann", store.now()).await.expect("order");
    let managers = store.managers(&[QUEUE, OTHER]).await.expect("managers");
    assert_eq!((managers[0].policy, &managers[0].queue), (policy, &settings));
    let states: Vec<_> = managers.iter().map(|manager| (manager.desired_state, manager.restarts)).collect();
    assert_eq!(states, [(DesiredState::Stopped, 1), (DesiredState::Running, 1)]);
}

/// A worker that any node may have is on one that lives.
async fn placement(home: &Home, store: &Store) {
    let term = store.campaign(Duty::LEADER, ALPHA, LEASE, store.now()).await.expect("campaign").expect("leads");
    let worker = |name: &str| NewWorker {
        name: name.to_owned(),
        node: None,
        stage: None,
        queues: vec![QUEUE],
        concurrency: 3,
        agent: None,
    };
    for name in ["one", "two"] {
        store.create_worker(&worker(name), "ann", store.now()).await.expect("create");
    }
    let twice = store.create_worker(&worker("one"), "ann", store.now()).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))));
    let place = || store.place_workers(&term, LEASE / 4, store.now());
    assert_eq!(place().await.expect("place"), 2);
    assert_eq!(store.workers_of("alpha").await.expect("workers").len(), 1, "they are spread");
    home.clock.advance(LEASE / 2);
    store.beat_node(BETA, NodeState::Running, "{}", store.now()).await.expect("beat");
    assert_eq!(place().await.expect("place"), 1, "alpha is silent");
    assert_eq!(store.workers_of("beta").await.expect("workers").len(), 2);
    assert_eq!(store.forget_nodes(&term, store.now(), store.now()).await.expect("forget"), ["alpha"]);
    assert!(store.remove_worker("one").await.expect("remove"));
}
