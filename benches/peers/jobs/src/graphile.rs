//! graphile_worker: a local queue, completions in batches, as in its own bench.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use clock::Clock;
use graphile_worker::{
    IntoTaskHandlerResult, JobSpec, LocalQueueConfig, RawJobSpec, TaskHandler, WorkerContext, WorkerOptions,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

use super::{APART, BATCH, Told, rate, report, report_waits, told, until_none};

#[derive(Deserialize, Serialize)]
struct Noop {}

impl TaskHandler for Noop {
    const IDENTIFIER: &'static str = "noop";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        if let Some(told) = context.get_ext::<Told>() {
            told.began();
        }
        Ok::<(), String>(())
    }
}

pub(super) async fn run(pool: PgPool, jobs: usize, trickle: usize) -> Result<(), Box<dyn Error>> {
    let (told, mut starts) = told();
    let clock = Arc::clone(&told.clock);
    let options = WorkerOptions::default()
        .pg_pool(pool.clone())
        .concurrency(64)
        .poll_interval(Duration::from_millis(5))
        .complete_job_batch_delay(Duration::from_millis(2))
        .local_queue(LocalQueueConfig::default().with_size(1_000))
        .listen_os_shutdown_signals(false)
        .add_extension(told.clone())
        .define_job::<Noop>();
    let worker = Arc::new(options.init().await?);
    let utils = worker.create_utils();
    let batch: Vec<RawJobSpec> = (0..BATCH.min(jobs)).map(|_| job()).collect();
    let begin = clock.elapsed();
    for _ in 0..jobs / batch.len() {
        utils.add_raw_jobs(&batch).await?;
    }
    report("queued", rate(jobs, clock.elapsed() - begin));

    let begin = clock.elapsed();
    let working = tokio::spawn({
        let worker = Arc::clone(&worker);
        async move { worker.run().await.map_err(|error| error.to_string()) }
    });
    while told.ran.load(Ordering::Relaxed) < jobs {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    until_none(&pool, "SELECT EXISTS (SELECT 1 FROM graphile_worker._private_jobs)").await?;
    report("drained", rate(jobs, clock.elapsed() - begin));

    while starts.try_recv().is_ok() {}
    let mut waits = Vec::new();
    for _ in 0..trickle {
        tokio::time::sleep(APART).await;
        let before = clock.elapsed();
        utils.add_raw_job(Noop::IDENTIFIER, serde_json::json!({}), JobSpec::default()).await?;
        if let Some(began) = starts.recv().await {
            waits.push(began.saturating_sub(before));
        }
    }
    report_waits(waits);
    worker.request_shutdown();
    working.await??;
    Ok(())
}

fn job() -> RawJobSpec {
    RawJobSpec { identifier: Noop::IDENTIFIER.into(), payload: serde_json::json!({}), spec: JobSpec::default() }
}
