//! Upkeep of a database on a server: what jobs leave behind is vacuumed while they run, changes of counters are folded,
//! the database's clock is followed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clock::Clock;
use tokio_util::sync::CancellationToken;

use crate::StoreError;
use crate::db::{Keeper, Server};
use crate::sql::sql;
use crate::time::{Look, Time};

/// How often one looks whether there is something to do.
const TICK: Duration = Duration::from_secs(1);
/// How often the database's clock is looked at, and how many looks are taken.
const TIME_EVERY: Duration = Duration::from_secs(30);
const LOOKS: usize = 5;
/// The jobs are vacuumed when so many were worked on, or some and so much time has passed. The server's own vacuum looks
/// once a minute, by when a busy queue has left millions of dead rows.
const VACUUM_JOBS: u64 = 50_000;
const VACUUM_JOBS_LEAST: u64 = 1_000;
const VACUUM_EVERY: Duration = Duration::from_secs(5);
/// A vacuum, and a fold, rests so many times as long as it took: it costs little even where it can do nothing, as when
/// an old snapshot is held elsewhere.
const REST: u32 = 20;
/// Changes of counters are folded at least this far apart.
const FOLD_EVERY: Duration = Duration::from_secs(2);
/// Room that folded changes may take before the table is emptied at once: more stays only if no vacuum can free it.
const CHANGES_BYTES_MAX: i64 = 8 << 20;

/// The task that does it.
pub(super) struct Upkeep {
    keeper: Keeper,
    time: Arc<Time>,
    worked: Arc<AtomicU64>,
    follows_time: bool,
    seen: Seen,
}

/// What was done last, and when.
#[derive(Debug, Default)]
struct Seen {
    time: Duration,
    vacuumed: u64,
    vacuum: Duration,
    vacuum_rest: Duration,
    folded: u64,
    fold: Duration,
    fold_rest: Duration,
    /// The server has no such thing as a vacuum, or not for us.
    no_vacuum: bool,
}

impl Upkeep {
    pub(super) fn new(server: &Server, time: Arc<Time>, worked: Arc<AtomicU64>) -> Self {
        let follows_time = server.options.database_time;
        Self { keeper: server.keeper(), time, worked, follows_time, seen: Seen::default() }
    }

    /// Looks at the database's clock, if that is the one that counts.
    pub(super) async fn follow_time(&mut self) -> Result<(), StoreError> {
        if !self.follows_time {
            return Ok(());
        }
        let mut looks = Vec::with_capacity(LOOKS);
        for _ in 0..LOOKS {
            let text = "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT)";
            let asked = self.time.elapsed();
            let shown = self.keeper.number(sql(text)).await?;
            looks.push(Look { asked, shown, answered: self.time.elapsed() });
        }
        self.time.follow(&looks);
        Ok(())
    }

    /// Works until `stop`.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(TICK)).await.is_some() {
            let tick = self.tick();
            if let Some(Err(error)) = stop.run_until_cancelled(tick).await {
                tracing::debug!(%error, "upkeep of the database failed; it is tried again");
            }
        }
    }

    async fn tick(&mut self) -> Result<(), StoreError> {
        let now = self.time.elapsed();
        if now.saturating_sub(self.seen.time) >= TIME_EVERY {
            self.seen.time = now;
            self.follow_time().await?;
        }
        let worked = self.worked.load(Ordering::Relaxed);
        let fold_due = now.saturating_sub(self.seen.fold) >= FOLD_EVERY.max(self.seen.fold_rest);
        if worked > self.seen.folded && fold_due {
            self.seen.folded = worked;
            self.alone(Chore::Fold).await?;
            self.seen.fold = self.time.elapsed();
            self.seen.fold_rest = self.seen.fold.saturating_sub(now) * REST;
        }
        let (since, passed) = (worked - self.seen.vacuumed, now.saturating_sub(self.seen.vacuum));
        let due = since >= VACUUM_JOBS || since >= VACUUM_JOBS_LEAST && passed >= VACUUM_EVERY;
        if due && passed >= self.seen.vacuum_rest && !self.seen.no_vacuum {
            let begun = self.time.elapsed();
            self.seen.vacuumed = worked;
            self.alone(Chore::Vacuum).await?;
            self.seen.vacuum = self.time.elapsed();
            self.seen.vacuum_rest = self.seen.vacuum.saturating_sub(begun) * REST;
        }
        Ok(())
    }

    /// Does something unless another node is at it.
    async fn alone(&mut self, work: Chore) -> Result<(), StoreError> {
        if !self.keeper.try_lock().await? {
            return Ok(());
        }
        let done = match work {
            Chore::Fold => self.fold().await,
            Chore::Vacuum => self.vacuum().await,
        };
        self.keeper.unlock().await?;
        done
    }

    /// Adds the changes of counters to the totals. Where an old snapshot keeps what is deleted from being cleared away,
    /// the table is emptied at once as soon as nobody uses it; writers wait for that no longer than they may.
    async fn fold(&mut self) -> Result<(), StoreError> {
        self.keeper.run(FOLD).await?;
        let bytes = sql("SELECT pg_total_relation_size('job_changes')");
        if self.keeper.number(bytes).await? > CHANGES_BYTES_MAX {
            self.keeper.run(EMPTY).await?;
        }
        Ok(())
    }

    /// Clears away what finished jobs left, unless another node just did.
    async fn vacuum(&mut self) -> Result<(), StoreError> {
        if self.keeper.number(sql(VACUUMED_AGO)).await? < millis(VACUUM_EVERY) / 2 {
            return Ok(());
        }
        for text in VACUUMS {
            match self.keeper.run(text).await {
                Err(StoreError::Refused(why) | StoreError::Denied(why)) => {
                    tracing::info!(why, "this server takes no vacuum from this program; its own has to do");
                    self.seen.no_vacuum = true;
                    return Ok(());
                }
                done => done?,
            }
        }
        Ok(())
    }
}

/// What is done by one node at a time.
#[derive(Clone, Copy, Debug)]
enum Chore {
    Fold,
    Vacuum,
}

macro_rules! fold {
    () => {
        "WITH gone AS (DELETE FROM job_changes RETURNING *), \
    counted AS (INSERT INTO job_totals AS t (queue, state, jobs) \
        SELECT queue, state, CAST(sum(jobs) AS BIGINT) FROM gone WHERE state IS NOT NULL GROUP BY queue, state \
        ON CONFLICT (queue, state) DO UPDATE SET jobs = t.jobs + excluded.jobs) \
    INSERT INTO job_minute_totals AS m (queue, minute, complete, failed, retried, run_ms) \
        SELECT queue, minute, CAST(sum(complete) AS BIGINT), CAST(sum(failed) AS BIGINT), CAST(sum(retried) AS BIGINT), \
            CAST(sum(run_ms) AS BIGINT) FROM gone WHERE state IS NULL GROUP BY queue, minute \
        ON CONFLICT (queue, minute) DO UPDATE SET complete = m.complete + excluded.complete, \
            failed = m.failed + excluded.failed, retried = m.retried + excluded.retried, run_ms = m.run_ms + excluded.run_ms"
    };
}
const FOLD: &str = fold!();

/// What is still in the table goes into the totals first, with nobody at it.
const EMPTY: &str = concat!(
    "BEGIN; SET LOCAL lock_timeout = '20ms'; LOCK TABLE job_changes IN ACCESS EXCLUSIVE MODE; ",
    fold!(),
    "; TRUNCATE job_changes; COMMIT"
);

const VACUUMED_AGO: &str = "SELECT CAST(COALESCE(extract(epoch FROM clock_timestamp() - max(last_vacuum)) * 1000, 1e9) AS BIGINT) \
    FROM pg_stat_user_tables WHERE relid = CAST('jobs' AS regclass)";

/// Each by itself, since a vacuum stands outside transactions. The end of a table is not given back to the system: that
/// would lock everybody out for a moment, and it is needed again.
const VACUUMS: [&str; 2] = [
    "VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON, TRUNCATE OFF) jobs",
    "VACUUM (SKIP_LOCKED, TRUNCATE OFF) job_changes, job_totals, job_minute_totals, queues, sequences",
];

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
