//! Queues: what is set on them, and what that leaves for a claim.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use clock::Timestamp;
use engine::{Live, QueueName, QueueSettings, QueueShare, RetryPolicy};

use crate::db::{Tx, transaction};
use crate::dialect::Dialect;
use crate::gate::Size;
use crate::sql::{Query, Row, Value, sql, sql_built};
use crate::{Store, StoreError};

/// The row that stands for all queues.
const ALL: &str = "*";
/// A bucket holds at most the jobs of this long.
const BUCKET: Duration = Duration::from_secs(1);

impl Store {
    /// Stops claiming from a queue, or from all with `None`; running jobs go on.
    pub async fn pause_queue(
        &self,
        queue: Option<&QueueName>,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let reason = Value::Text(reason.map(str::to_owned));
        self.set_queue(queue, "paused = TRUE, reason = $3", vec![reason], now).await
    }

    /// Goes on claiming from a queue, and takes jobs in again.
    pub async fn resume_queue(&self, queue: Option<&QueueName>, now: Timestamp) -> Result<(), StoreError> {
        self.set_queue(queue, "paused = FALSE, draining = FALSE, reason = NULL", vec![], now).await?;
        self.signals.jobs_added();
        Ok(())
    }

    /// Takes no new jobs into a queue; those in it run, and when none is left the queue is paused.
    pub async fn drain_queue(
        &self,
        queue: &QueueName,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let reason = Value::Text(reason.map(str::to_owned));
        self.set_queue(Some(queue), "draining = TRUE, reason = $3", vec![reason], now).await?;
        transaction!(self.db, Size::Small, |tx| { pause_if_empty(tx, queue, now).await })
    }

    /// Sets the limits and the retry policy of a queue; `paused`, `draining` and `reason` stay as they are.
    pub async fn configure_queue(
        &self,
        queue: &QueueName,
        settings: &QueueSettings,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let millis = |wait: Duration| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        let values = vec![
            settings.concurrency.into(),
            settings.rate_per_second.into(),
            settings.retry.map(|retry| millis(retry.base)).into(),
            settings.retry.map(|retry| millis(retry.cap)).into(),
            settings.max_attempts.into(),
            settings.time_limit.map(millis).into(),
            settings.batch_size.into(),
        ];
        let change = "concurrency = $3, rate_per_second = $4, retry_base_ms = $5, retry_cap_ms = $6, \
                      max_attempts = $7, time_limit_ms = $8, batch_size = $9";
        self.set_queue(Some(queue), change, values, now).await?;
        self.signals.jobs_added();
        Ok(())
    }

    async fn set_queue(
        &self,
        queue: Option<&QueueName>,
        change: &'static str,
        values: Vec<Value>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let name = queue.map_or(ALL, QueueName::as_str);
        let text = format!("UPDATE queues SET updated_at = $2, {change} WHERE name = $1");
        transaction!(self.db, Size::Small, |tx| {
            let insert = "INSERT INTO queues (name, paused, draining, bucket, bucket_at, updated_at) \
                              VALUES ($1, FALSE, FALSE, 0, 0, $2) ON CONFLICT (name) DO NOTHING";
            tx.run(sql(insert).bind(name).bind(now)).await?;
            tx.run(sql_built(text.clone()).bind(name).bind(now).bind_all(values.iter().cloned())).await?;
            Ok(())
        })
    }

    /// What is set on each queue that has settings. Where all queues are paused, all of these read as paused too.
    pub(crate) async fn settings_of_queues(&self) -> Result<HashMap<QueueName, QueueSettings>, StoreError> {
        let rows = self.db.rows(sql(SETTINGS)).await?;
        let all_paused = rows
            .iter()
            .map(Setting::read)
            .any(|setting| setting.is_ok_and(|it| it.is_for_all() && it.settings.paused));
        let mut settings = HashMap::new();
        for row in &rows {
            let mut setting = Setting::read(row)?;
            if !setting.is_for_all() {
                setting.settings.paused |= all_paused;
                settings.insert(stored_name(setting.name)?, setting.settings);
            }
        }
        Ok(settings)
    }

    /// Whether all queues are paused together, by an operator or because the whole system holds.
    pub async fn all_queues_paused(&self) -> Result<bool, StoreError> {
        let text = "SELECT (SELECT count(*) FROM queues WHERE name = $1 AND paused) \
                    + (SELECT count(*) FROM system_state WHERE active AND holds_claims)";
        let row = self.db.row(sql(text).bind(ALL)).await?;
        Ok(row.map_or(Ok(0), |row| row.get::<i64>(0))? > 0)
    }

    pub(super) async fn live_jobs(&self, queues: &[QueueName]) -> Result<Live, StoreError> {
        let mut live = Live::default();
        let counts = self.job_counts().await?;
        for of in queues.iter().filter_map(|queue| counts.get(queue)) {
            live.pending += of.pending;
            live.running += of.running;
        }
        let paused: BTreeSet<QueueName> = if self.all_queues_paused().await? {
            queues.iter().cloned().collect()
        } else {
            self.settings_of_queues()
                .await?
                .into_iter()
                .filter(|(_, set)| set.paused)
                .map(|(name, _)| name)
                .collect()
        };
        for queue in queues.iter().filter(|queue| live.pending > 0 && !paused.contains(*queue)) {
            let row = self.db.row(sql(next_due()).bind(queue.as_str())).await?;
            let due: Option<i64> = row.map_or(Ok(None), |row| row.get(0))?;
            live.next_run_at = live.next_run_at.into_iter().chain(due.map(Timestamp)).min();
        }
        Ok(live)
    }
}

/// Every setting. What holds the whole system reads as one more pause of all queues: so a claim asks once.
const SETTINGS: &str = "SELECT name, paused, draining, concurrency, rate_per_second, retry_base_ms, retry_cap_ms, reason, \
                        bucket, bucket_at, max_attempts, time_limit_ms, batch_size FROM queues UNION ALL \
                        SELECT '*' || name, active, FALSE, NULL, NULL, NULL, NULL, reason, 0, 0, NULL, NULL, NULL \
                        FROM system_state WHERE active AND holds_claims";

/// The first due time in a queue: the first of each priority, and of these the earliest.
fn next_due() -> &'static str {
    static TEXT: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
        let firsts: Vec<String> = (0..=9)
            .map(|priority| {
                format!(
                    "SELECT due FROM (SELECT run_at AS due FROM jobs WHERE state = 'pending' AND queue = $1 \
                     AND priority = {priority} ORDER BY run_at, id LIMIT 1) AS p{priority}"
                )
            })
            .collect();
        format!("SELECT min(due) FROM ({}) AS firsts", firsts.join(" UNION ALL "))
    });
    &TEXT
}

/// A row of `queues`.
#[derive(Debug)]
struct Setting {
    name: String,
    settings: QueueSettings,
    bucket: i64,
    bucket_at: Timestamp,
}

impl Setting {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let count = |at: usize| {
            row.get::<Option<i64>>(at).map(|count| count.and_then(|count| u32::try_from(count).ok()))
        };
        let millis = |at: usize| {
            row.get::<Option<i64>>(at)
                .map(|ms| ms.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis))
        };
        let retry = millis(5)?.zip(millis(6)?).map(|(base, cap)| RetryPolicy { base, cap });
        Ok(Self {
            name: row.get(0)?,
            settings: QueueSettings {
                paused: row.get(1)?,
                draining: row.get(2)?,
                concurrency: count(3)?,
                rate_per_second: count(4)?,
                retry,
                max_attempts: count(10)?,
                time_limit: millis(11)?,
                batch_size: count(12)?,
                reason: row.get(7)?,
            },
            bucket: row.get(8)?,
            bucket_at: Timestamp(row.get(9)?),
        })
    }

    /// Whether it holds the whole system: then not even what somebody forced to run is claimed.
    fn is_hold(&self) -> bool {
        self.is_for_all() && self.name != ALL
    }

    /// Whether it is no queue's own: no queue's name begins like this.
    fn is_for_all(&self) -> bool {
        self.name.starts_with(ALL)
    }
}

/// Which of these queues take nothing in.
pub(super) async fn draining(
    tx: &mut Tx,
    queues: BTreeSet<&QueueName>,
) -> Result<BTreeSet<QueueName>, StoreError> {
    let rows = tx.rows(sql("SELECT name FROM queues WHERE draining")).await?;
    let names = rows.iter().map(|row| stored_name(row.get(0)?)).collect::<Result<BTreeSet<_>, _>>()?;
    Ok(names.into_iter().filter(|name| queues.contains(name)).collect())
}

/// What may be claimed of a queue.
#[derive(Debug)]
pub(super) struct Allowance {
    pub queue: QueueName,
    pub limit: usize,
    /// The limit was drawn from the queue's bucket: what is not used goes back.
    pub rated: bool,
    /// The queue is paused: only what somebody forced to run.
    pub forced_only: bool,
    /// The queue is being drained: it is paused when nothing is left.
    pub draining: bool,
}

impl Allowance {
    fn of(share: &QueueShare, limit: usize, rated: bool) -> Self {
        Self { queue: share.queue.clone(), limit, rated, forced_only: false, draining: false }
    }
}

/// What the settings leave of the shares that are asked for. Costs one small query where nothing is set.
pub(super) async fn allowances(
    tx: &mut Tx,
    shares: &[QueueShare],
    now: Timestamp,
) -> Result<Vec<Allowance>, StoreError> {
    let set = tx.rows(sql(SETTINGS)).await?;
    if set.is_empty() {
        return Ok(shares.iter().map(|share| Allowance::of(share, share.limit, false)).collect());
    }
    let mut settings = HashMap::new();
    for row in &set {
        let setting = Setting::read(row)?;
        settings.insert(setting.name.clone(), setting);
    }
    if settings.values().any(|setting| setting.is_hold() && setting.settings.paused) {
        return Ok(Vec::new());
    }
    let all_paused = settings.get(ALL).is_some_and(|all| all.settings.paused);
    let mut allowed = Vec::with_capacity(shares.len());
    for share in shares {
        let setting = settings.get(share.queue.as_str());
        let set = setting.map(|setting| &setting.settings);
        if all_paused || set.is_some_and(|set| set.paused) {
            allowed.push(Allowance { forced_only: true, ..Allowance::of(share, share.limit, false) });
            continue;
        }
        let limit = match setting {
            Some(setting) => allowance(tx, setting, share.limit, now).await?,
            None => share.limit,
        };
        if limit > 0 {
            let rated = set.is_some_and(|set| set.rate_per_second.is_some());
            let draining = set.is_some_and(|set| set.draining);
            allowed.push(Allowance { draining, ..Allowance::of(share, limit, rated) });
        }
    }
    Ok(allowed)
}

/// What one queue's settings leave of `wanted`.
async fn allowance(
    tx: &mut Tx,
    setting: &Setting,
    wanted: usize,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut limit = wanted;
    let limited = setting.settings.concurrency.is_some() || setting.settings.rate_per_second.is_some();
    if limited && tx.dialect() == Dialect::Postgres {
        // The row's lock makes claims of a limited queue take turns over all nodes.
        tx.rows(sql("SELECT name FROM queues WHERE name = $1 FOR UPDATE").bind(&setting.name)).await?;
    }
    if let Some(most) = setting.settings.concurrency {
        let row = tx.row(running_of(&setting.name)).await?;
        let running: i64 = row.map_or(Ok(0), |row| row.get(0))?;
        limit = limit.min(usize::try_from(i64::from(most) - running).unwrap_or(0));
    }
    if let Some(rate) = setting.settings.rate_per_second {
        limit = draw(tx, setting, rate, limit, now).await?;
    }
    Ok(limit)
}

fn running_of(queue: &str) -> Query {
    let text = "SELECT CAST(COALESCE(sum(jobs), 0) AS BIGINT) FROM job_counters WHERE queue = $1 AND state = 'running'";
    sql(text).bind(queue)
}

/// Pauses a queue that is being drained once nothing waits or runs in it. It goes on taking nothing in.
pub(super) async fn pause_if_empty(tx: &mut Tx, queue: &QueueName, now: Timestamp) -> Result<(), StoreError> {
    let text = "UPDATE queues SET paused = TRUE, updated_at = $2 WHERE name = $1 AND draining AND NOT paused AND \
                NOT EXISTS (SELECT 1 FROM jobs WHERE queue = $1 AND state = 'pending') AND \
                NOT EXISTS (SELECT 1 FROM jobs WHERE queue = $1 AND state = 'running')";
    tx.run(sql(text).bind(queue.as_str()).bind(now)).await?;
    Ok(())
}

/// Puts back into a queue's bucket what was drawn but found no job.
pub(super) async fn refund(tx: &mut Tx, queue: &QueueName, jobs: usize) -> Result<(), StoreError> {
    let text = "UPDATE queues SET bucket = bucket + $2 WHERE name = $1 AND rate_per_second IS NOT NULL";
    tx.run(sql(text).bind(queue.as_str()).bind(jobs.saturating_mul(1_000))).await?;
    Ok(())
}

/// Draws from a queue's bucket, which is refilled evenly.
async fn draw(
    tx: &mut Tx,
    setting: &Setting,
    rate: u32,
    wanted: usize,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let text = "SELECT bucket, bucket_at FROM queues WHERE name = $1";
    let (bucket, at) = match tx.row(sql(text).bind(&setting.name)).await? {
        Some(row) => (row.get::<i64>(0)?, Timestamp(row.get(1)?)),
        None => (setting.bucket, setting.bucket_at),
    };
    let full = i64::from(rate) * i64::try_from(BUCKET.as_millis()).unwrap_or(i64::MAX);
    let gained = i64::try_from(now.since(at).as_millis()).unwrap_or(i64::MAX).saturating_mul(i64::from(rate));
    let level = bucket.saturating_add(gained).min(full);
    let drawn = usize::try_from(level / 1_000).unwrap_or(0).min(wanted);
    let left = level - i64::try_from(drawn).unwrap_or(0) * 1_000;
    let text = "UPDATE queues SET bucket = $2, bucket_at = $3 WHERE name = $1";
    tx.run(sql(text).bind(&setting.name).bind(left).bind(now)).await?;
    Ok(drawn)
}

pub(crate) fn stored_name(name: String) -> Result<QueueName, StoreError> {
    QueueName::parse(name).map_err(|error| StoreError::Corrupt(error.to_string()))
}
