//! apalis on PostgreSQL: tasks pushed as one insert, fetched in large batches, woken by NOTIFY.

use std::error::Error;
use std::sync::atomic::Ordering;
use std::time::Duration;

use apalis::prelude::*;
use apalis_postgres::{Config, PostgresStorage};
use clock::Clock;
use sqlx::PgPool;

use super::{APART, BATCH, Told, rate, report, report_waits, told, until_none};

const QUEUE: &str = "noop";

async fn noop(_: u64, told: Data<Told>) -> Result<(), BoxDynError> {
    told.began();
    Ok(())
}

pub(super) async fn run(pool: PgPool, jobs: usize, trickle: usize) -> Result<(), Box<dyn Error>> {
    let (told, mut starts) = told();
    let clock = told.clock.clone();
    PostgresStorage::setup(&pool).await?;
    let begin = clock.elapsed();
    for _ in 0..jobs / BATCH.min(jobs) {
        push(&pool, BATCH.min(jobs)).await?;
    }
    report("queued", rate(jobs, clock.elapsed() - begin));

    let begin = clock.elapsed();
    let config = Config::default().queue(QUEUE).batch_size(BATCH).lock_tasks(false);
    let backend = PostgresStorage::new(&pool).with_config(config).with_pubsub();
    let worker = WorkerBuilder::new("bench").backend(backend).data(told.clone()).build(noop);
    let working = tokio::spawn(async move { worker.run().await.map_err(|error| error.to_string()) });
    while told.ran.load(Ordering::Relaxed) < jobs {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    until_none(&pool, "SELECT EXISTS (SELECT 1 FROM apalis.jobs WHERE status <> 'Done')").await?;
    report("drained", rate(jobs, clock.elapsed() - begin));

    while starts.try_recv().is_ok() {}
    let mut waits = Vec::new();
    for _ in 0..trickle {
        tokio::time::sleep(APART).await;
        let before = clock.elapsed();
        push(&pool, 1).await?;
        if let Some(began) = starts.recv().await {
            waits.push(began.saturating_sub(before));
        }
    }
    report_waits(waits);
    working.abort();
    Ok(())
}

async fn push(pool: &PgPool, count: usize) -> Result<(), Box<dyn Error>> {
    let payload = serde_json::to_vec(&0_u64)?;
    let tasks = (0..count).map(|_| TaskBuilder::new(payload.clone()).build()).collect();
    let mut connection = pool.acquire().await?;
    apalis_postgres::queries::push_tasks(&mut *connection, QUEUE, tasks).await?;
    Ok(())
}
