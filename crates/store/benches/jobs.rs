//! How many jobs a second go through the whole engine: queued, claimed, run by a worker, committed, history kept.
//!
//! `cargo bench -p store --bench jobs [-- JOBS [BACKLOG [RUNS [TRICKLE]]]]`: medians of `RUNS` (5) runs of `JOBS` (100,000)
//! no-op jobs on a fresh SQLite file, beside `BACKLOG` (0) other jobs that wait in the table; how long each of `TRICKLE`
//! (500) single jobs waits; or, with `SITELODE_TEST_POSTGRES` set, the same on that server. The figures stand in lines of
//! their own too, behind a word and a tab.

use std::sync::Arc;
use std::time::Duration;

use clock::{SharedClock, SystemClock};
use engine::{
    CancellationToken, Done, Failure, Incarnation, Job, JobContext, JobStore, NewJob, QueueName, Stage,
    Stages, Worker, WorkerOptions,
};
use store::{Effect, Store, StoreOptions};
use tokio::sync::mpsc;

const QUEUE: QueueName = QueueName::known("noop");
const BACKLOG: QueueName = QueueName::known("backlog");
const RUNS: usize = 5;
const ENQUEUE_BATCH: usize = 1_000;
const TRICKLE: usize = 500;

/// Does nothing, and says when it was started if somebody listens.
struct Noop(SharedClock, Option<mpsc::UnboundedSender<Duration>>);

impl Stage<Effect> for Noop {
    fn queue(&self) -> QueueName {
        QUEUE
    }

    async fn run(&self, _: &Job, _: &JobContext<Effect>) -> Result<Done<Effect>, Failure> {
        if let Some(started) = &self.1 {
            let _ = started.send(self.0.elapsed());
        }
        Ok(Done::nothing())
    }
}

#[tokio::main]
async fn main() {
    let numbers: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let number = |at: usize, usual| numbers.get(at).copied().unwrap_or(usual);
    let (jobs, backlog, runs, single) =
        (number(0, 100_000), number(1, 0), number(2, RUNS), number(3, TRICKLE));
    let clock = SystemClock::shared();
    let (mut queued, mut drained) = (Vec::new(), Vec::new());
    for run in 0..runs.max(1) {
        let folder = tempfile::tempdir().expect("a folder");
        let store = open(&folder, &clock, run).await;
        enqueue(&store, &BACKLOG, backlog).await;
        let start = clock.elapsed();
        enqueue(&store, &QUEUE, jobs).await;
        queued.push(rate(jobs, clock.elapsed() - start));
        let start = clock.elapsed();
        worker(&store, &clock, None).drain(CancellationToken::new()).await;
        drained.push(rate(jobs, clock.elapsed() - start));
        let counts = store.job_counts().await.expect("counts");
        assert_eq!(counts[&QUEUE].complete, jobs as u64, "every job is done");
    }
    let (queued, drained) = (median(&mut queued), median(&mut drained));
    println!("jobs {jobs} beside {backlog}: queued {queued}/s, drained {drained}/s");
    println!("queued\t{queued}\ndrained\t{drained}");
    trickle(&clock, single).await;
}

async fn open(folder: &tempfile::TempDir, clock: &SharedClock, run: usize) -> Arc<Store> {
    let mut options = StoreOptions::new(Arc::clone(clock));
    let location = match std::env::var("SITELODE_TEST_POSTGRES") {
        Ok(url) => {
            options.schema = Some(format!("bench_{run}_{}", clock.random() % 1_000_000_000));
            url
        }
        Err(_) => folder.path().join("bench.db").to_string_lossy().into_owned(),
    };
    Arc::new(Store::open(&location, options).await.expect("the store opens"))
}

fn worker(
    store: &Arc<Store>,
    clock: &SharedClock,
    listen: Option<mpsc::UnboundedSender<Duration>>,
) -> Worker<Effect, Store> {
    let stages = Arc::new(Stages::new().with(Noop(Arc::clone(clock), listen)));
    let options = WorkerOptions::new(vec![QUEUE], 64);
    let node = Incarnation::draw(clock.as_ref());
    Worker::new(Arc::clone(store), stages, Arc::clone(clock), node, options)
}

async fn enqueue(store: &Store, queue: &QueueName, jobs: usize) {
    for from in (0..jobs).step_by(ENQUEUE_BATCH) {
        let batch = vec![NewJob::new(queue.clone()); ENQUEUE_BATCH.min(jobs - from)];
        store.enqueue(batch, store.now()).await.expect("enqueue");
    }
}

/// Queues single jobs now and then, and measures from before the call until the stage begins.
async fn trickle(clock: &SharedClock, jobs: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder, clock, RUNS).await;
    let (sender, mut started) = mpsc::unbounded_channel();
    let worker = worker(&store, clock, Some(sender));
    let stop = CancellationToken::new();
    let mut waits = Vec::new();
    let feed = async {
        for _ in 0..jobs {
            tokio::time::sleep(Duration::from_millis(3)).await;
            let before = clock.elapsed();
            store.enqueue(vec![NewJob::new(QUEUE)], store.now()).await.expect("enqueue");
            if let Some(start) = started.recv().await {
                waits.push(start.saturating_sub(before));
            }
        }
        stop.cancel();
    };
    tokio::join!(worker.run(stop.clone()), feed);
    waits.sort();
    let (Some(p50), Some(p99)) = (waits.get(waits.len() / 2), waits.get(waits.len() * 99 / 100)) else {
        return;
    };
    println!("trickle: p50 {p50:?}, p99 {p99:?}");
    println!("p50\t{}\np99\t{}", p50.as_secs_f64() * 1e3, p99.as_secs_f64() * 1e3);
}

fn rate(jobs: usize, took: Duration) -> u64 {
    (jobs as f64 / took.as_secs_f64()) as u64
}

fn median(rates: &mut [u64]) -> u64 {
    rates.sort_unstable();
    rates[rates.len() / 2]
}
