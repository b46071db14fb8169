//! Job queues of others on the same PostgreSQL: `job-peers graphile|apalis URL JOBS TRICKLE`.
//!
//! Each is used as its documentation advises for speed: queued a thousand at a time, claimed and completed in batches, one
//! process. Prints lines of a word and a figure, parted by a tab: jobs queued a second, jobs drained a second (until the
//! database says that all are done), and the milliseconds from just before a single job is queued until it starts, at the
//! median and at the 99th hundredth.

mod apalis_queue;
mod graphile;

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clock::{Clock, SystemClock};
use sqlx::PgPool;
use tokio::sync::mpsc;

/// How many jobs are queued in one call.
const BATCH: usize = 1_000;
/// The pause between two single jobs.
const APART: Duration = Duration::from_millis(3);

/// What a handler tells: how many ran, and when each began.
#[derive(Clone, Debug)]
struct Told {
    clock: Arc<SystemClock>,
    ran: Arc<AtomicUsize>,
    began: mpsc::UnboundedSender<Duration>,
}

impl Told {
    fn began(&self) {
        self.ran.fetch_add(1, Ordering::Relaxed);
        let _ = self.began.send(self.clock.elapsed());
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [peer, url, jobs, trickle] = args.as_slice() else {
        return Err("usage: job-peers graphile|apalis URL JOBS TRICKLE".into());
    };
    let (jobs, trickle) = (jobs.parse()?, trickle.parse()?);
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(12).connect(url).await?;
    match peer.as_str() {
        "graphile" => graphile::run(pool, jobs, trickle).await,
        "apalis" => apalis_queue::run(pool, jobs, trickle).await,
        other => Err(format!("no peer {other}").into()),
    }
}

fn told() -> (Told, mpsc::UnboundedReceiver<Duration>) {
    let (began, starts) = mpsc::unbounded_channel();
    (Told { clock: Arc::default(), ran: Arc::default(), began }, starts)
}

fn report(word: &str, figure: f64) {
    println!("{word}\t{figure}");
}

fn rate(jobs: usize, took: Duration) -> f64 {
    jobs as f64 / took.as_secs_f64()
}

/// Waits until the database says that nothing is left.
async fn until_none(pool: &PgPool, left: &'static str) -> Result<(), sqlx::Error> {
    while sqlx::query_scalar::<_, bool>(left).fetch_one(pool).await? {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// Reports the median and the 99th hundredth of some waits.
fn report_waits(mut waits: Vec<Duration>) {
    waits.sort();
    if let (Some(p50), Some(p99)) = (waits.get(waits.len() / 2), waits.get(waits.len() * 99 / 100)) {
        report("p50", p50.as_secs_f64() * 1e3);
        report("p99", p99.as_secs_f64() * 1e3);
    }
}
