//! What changes, as server-sent events: one look at the store a second for all streams together, none while nobody
//! listens. An event's id is its time, so that whoever comes back gets what was missed, from any node.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, KeepAliveStream, Sse};
use clock::{SharedClock, Timestamp};
use engine::{JobState, JobStore, QueueName};
use futures_util::{Stream, StreamExt, stream};
use http::HeaderMap;
use model::RecordKind;
use serde_json::{Value, json};
use store::{AlertFilter, JobCounts, Store, StoreError};
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, DropGuard};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::Viewer;
use crate::limits::STREAMS_MAX;
use crate::problem::Problem;
use crate::words::Time;

/// How often the store is looked at while somebody listens.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often a quiet stream shows that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How many events a slow listener may be behind before it misses some.
const BACKLOG: usize = 1_024;
/// Most job changes told one by one at a look; the counts of the queues tell the rest.
const JOBS_TOLD: usize = 100;
/// Most job changes that are told to whoever comes back.
const JOBS_REPEATED: usize = 1_000;
/// Most alerts looked at.
const ALERTS_LOOKED_AT: usize = 100;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(stream_events))
}

/// One change.
#[derive(Clone, Debug)]
struct Change {
    at: Timestamp,
    kind: &'static str,
    data: Value,
}

impl Change {
    fn event(&self) -> Event {
        Event::default().id(self.at.0.to_string()).event(self.kind).data(self.data.to_string())
    }
}

/// Tells all streams of a process what changes.
#[derive(Debug)]
pub struct Feed {
    shared: Arc<Shared>,
    _stop: DropGuard,
}

#[derive(Debug)]
struct Shared {
    store: Arc<Store>,
    clock: SharedClock,
    sender: broadcast::Sender<Arc<Change>>,
    looking: AtomicBool,
    streams: AtomicUsize,
    closing: CancellationToken,
}

/// A place among the open streams, given back when it is dropped.
struct Place(Arc<Shared>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Feed {
    /// A feed that nobody listens to yet.
    pub fn new(store: Arc<Store>, clock: SharedClock) -> Self {
        let closing = CancellationToken::new();
        let (sender, _) = broadcast::channel(BACKLOG);
        let shared = Shared {
            store,
            clock,
            sender,
            looking: AtomicBool::new(false),
            streams: AtomicUsize::new(0),
            closing: closing.clone(),
        };
        Self { shared: Arc::new(shared), _stop: closing.drop_guard() }
    }

    /// Ends all streams.
    pub fn close(&self) {
        self.shared.closing.cancel();
    }

    /// Whether a further stream may be opened.
    fn place(&self) -> Option<Place> {
        let before = self.shared.streams.fetch_add(1, Ordering::Relaxed);
        let place = Place(Arc::clone(&self.shared));
        (before < STREAMS_MAX).then_some(place)
    }

    /// Listens, and has the store looked at from now on.
    fn listen(&self) -> broadcast::Receiver<Arc<Change>> {
        let receiver = self.shared.sender.subscribe();
        if !self.shared.looking.swap(true, Ordering::SeqCst) {
            tokio::spawn(look(Arc::clone(&self.shared)));
        }
        receiver
    }
}

/// Looks at the store again and again for as long as somebody listens.
async fn look(shared: Arc<Shared>) {
    let mut last = Last::default();
    let mut since = shared.clock.now();
    while shared.closing.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
        if shared.sender.receiver_count() == 0 {
            break;
        }
        match last.changes(&shared.store, since).await {
            Ok(changes) => {
                since = changes.iter().map(|change| change.at).max().unwrap_or(since).max(since);
                for change in changes {
                    // Nobody listens any more: the next look notices.
                    let _ = shared.sender.send(Arc::new(change));
                }
            }
            Err(error) => tracing::debug!(%error, "the store could not be looked at for events"),
        }
    }
    shared.looking.store(false, Ordering::SeqCst);
}

/// What was seen at the last look.
#[derive(Default)]
struct Last {
    queues: BTreeMap<QueueName, (JobCounts, bool)>,
    workers: BTreeMap<String, Value>,
    alerts: BTreeMap<i64, Value>,
    looked: bool,
}

impl Last {
    async fn changes(&mut self, store: &Store, since: Timestamp) -> Result<Vec<Change>, StoreError> {
        let mut changes = jobs(store, since, JOBS_TOLD).await?;
        let at = store.now();
        let mut queues = queues(store).await?;
        for (name, seen) in &queues {
            if self.queues.get(name) != Some(seen) {
                changes.push(Change { at, kind: "queue", data: queue(name, seen) });
            }
        }
        std::mem::swap(&mut self.queues, &mut queues);
        self.note("worker", workers(store).await?, at, &mut changes);
        let alerts = alerts(store).await?;
        for (id, data) in &alerts {
            if self.looked && self.alerts.get(id) != Some(data) {
                changes.push(Change { at, kind: "alert", data: data.clone() });
            }
        }
        self.alerts = alerts;
        self.looked = true;
        Ok(changes)
    }

    fn note(
        &mut self,
        kind: &'static str,
        now: BTreeMap<String, Value>,
        at: Timestamp,
        changes: &mut Vec<Change>,
    ) {
        for (name, data) in &now {
            if self.looked && self.workers.get(name) != Some(data) {
                changes.push(Change { at, kind, data: data.clone() });
            }
        }
        self.workers = now;
    }
}

async fn jobs(store: &Store, since: Timestamp, most: usize) -> Result<Vec<Change>, StoreError> {
    let changed = store.job_changes(since, most).await?;
    let change = |job: store::JobChanged| Change {
        at: job.at,
        kind: "job",
        data: json!({
            "id": RecordKind::Job.id(job.id.0),
            "queue": job.queue.as_str(),
            "status": job.state.as_str(),
            "at": Time(job.at),
        }),
    };
    Ok(changed.into_iter().map(change).collect())
}

async fn queues(store: &Store) -> Result<BTreeMap<QueueName, (JobCounts, bool)>, StoreError> {
    let settings = store.queue_settings().await?;
    let counts = store.job_counts().await?;
    let paused = |name: &QueueName| settings.get(name).is_some_and(|settings| settings.paused);
    Ok(counts.into_iter().map(|(name, counts)| (name.clone(), (counts, paused(&name)))).collect())
}

fn queue(name: &QueueName, (counts, paused): &(JobCounts, bool)) -> Value {
    let mut data = json!({ "queue": name.as_str(), "paused": paused });
    if let Value::Object(data) = &mut data {
        for state in JobState::ALL {
            data.insert(state.as_str().to_owned(), counts.of(state).into());
        }
    }
    data
}

async fn workers(store: &Store) -> Result<BTreeMap<String, Value>, StoreError> {
    let shown = |worker: store::WorkerRow| {
        let used: i64 = worker.reports.iter().map(|report| report.slots_used).sum();
        let data = json!({
            "worker": worker.name,
            "desired_state": worker.desired_state,
            "concurrency": worker.concurrency,
            "slots_used": used,
            "nodes": worker.reports.len(),
        });
        (worker.name.clone(), data)
    };
    Ok(store.workers().await?.into_iter().map(shown).collect())
}

async fn alerts(store: &Store) -> Result<BTreeMap<i64, Value>, StoreError> {
    let filter = AlertFilter { open: false, kind: None, before: None };
    let shown = |alert: store::AlertRow| {
        let data = json!({
            "id": RecordKind::Alert.id(alert.id),
            "kind": alert.kind,
            "subject": alert.subject,
            "severity": alert.severity,
            "message": alert.message,
            "opened_at": Time(alert.opened_at),
            "resolved_at": alert.resolved_at.map(Time),
            "acknowledged_at": alert.acknowledged_at.map(Time),
        });
        (alert.id, data)
    };
    Ok(store.alerts(&filter, ALERTS_LOOKED_AT).await?.into_iter().map(shown).collect())
}

/// A stream that lives on the heap, so that it can be named.
type Events = Pin<Box<dyn Stream<Item = Result<Event, Infallible>> + Send>>;

/// Streams changes of jobs, queues, workers and alerts. With `Last-Event-ID`, the changes of jobs since then come first.
#[utoipa::path(get, path = "/api/admin/events", tag = "events",
    params(("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was seen.")),
    responses((status = 200, description = "Events of the kinds `job`, `queue`, `worker`, `alert` and `missed`.",
        body = String, content_type = "text/event-stream")))]
async fn stream_events(
    State(app): State<App>,
    _: Viewer,
    headers: HeaderMap,
) -> Result<Sse<KeepAliveStream<Events>>, Problem> {
    let feed = app.feed();
    let place = feed.place().ok_or_else(|| {
        let detail = format!("{STREAMS_MAX} event streams are open already");
        Problem::wait("overloaded", detail, KEEP_ALIVE)
    })?;
    let receiver = feed.listen();
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse::<i64>().ok());
    let now = app.store().now();
    let mut first = Vec::new();
    if let Some(last) = last {
        first.extend(jobs(app.store(), Timestamp(last), JOBS_REPEATED).await?);
    }
    for (name, seen) in queues(app.store()).await? {
        first.push(Change { at: now, kind: "queue", data: queue(&name, &seen) });
    }
    let first = stream::iter(first.into_iter().map(|change| Ok(change.event())));
    let live = stream::unfold((receiver, place), |(mut receiver, place)| async move {
        let event = match receiver.recv().await {
            Ok(change) => change.event(),
            Err(broadcast::error::RecvError::Lagged(missed)) => {
                Event::default().event("missed").data(json!({ "events": missed }).to_string())
            }
            Err(broadcast::error::RecvError::Closed) => return None,
        };
        Some((Ok(event), (receiver, place)))
    });
    let closing = feed.shared.closing.clone().cancelled_owned();
    let events: Events = Box::pin(first.chain(live).take_until(closing));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
