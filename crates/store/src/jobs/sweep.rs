//! Taking back jobs whose lease has run out: leases alone decide, whatever became of the worker.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clock::Timestamp;
use engine::{CodedError, JobState, QueueName, Subject, Sweep, Swept};

use super::claim::stored_kind;
use super::counters::Tally;
use super::queues::stored_name;
use super::transition::{self, Attempt, Goal, Step, Wait};
use crate::db::{Tx, transaction};
use crate::dialect::Dialect;
use crate::gate::Size;
use crate::sql::{Row, sql};
use crate::{Store, StoreError};

/// After so many deaths of its process a job of an embedded database is quarantined. More than elsewhere: it is mostly a
/// person who ends the process, and each end is counted for all jobs that were under way.
const EMBEDDED_CRASHES_MAX: u32 = 25;

/// A live job as the sweeper and operators find it.
#[derive(Debug)]
pub(super) struct Found {
    pub id: i64,
    pub queue: QueueName,
    pub subject: Option<Subject>,
    pub state: JobState,
    pub crashes: u32,
}

impl Found {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let subject = match row.get::<Option<String>>(2)? {
            Some(kind) => Some(Subject { kind: stored_kind(kind)?, id: row.get(3)? }),
            None => None,
        };
        let state: String = row.get(4)?;
        Ok(Self {
            id: row.get(0)?,
            queue: stored_name(row.get(1)?)?,
            subject,
            state: JobState::from_word(&state)
                .ok_or_else(|| StoreError::Corrupt(format!("job state {state:?}")))?,
            crashes: super::claim::stored_count(row.get(5)?),
        })
    }

    pub(super) const fn step<'a>(&'a self, to: Goal<'a>) -> Step<'a> {
        Step { id: self.id, queue: &self.queue, subject: self.subject.as_ref(), from: self.state, to }
    }
}

impl Store {
    /// Takes back every running job: for a store that nobody else can have open, whose leases are all void.
    pub(crate) async fn take_over(&self) -> Result<Swept, StoreError> {
        let sweep = Sweep { delay: Duration::ZERO, max_crashes: EMBEDDED_CRASHES_MAX, ..Sweep::default() };
        let mut all = Swept::default();
        loop {
            let swept = self.take_back_leases(sweep, NEVER, Timestamp(i64::MAX), self.now()).await?;
            all.returned += swept.returned;
            all.quarantined += swept.quarantined;
            if swept == Swept::default() {
                return Ok(all);
            }
        }
    }

    pub(super) async fn sweep_leases(&self, sweep: Sweep, now: Timestamp) -> Result<Swept, StoreError> {
        let from = self.swept.from(now, self.elapsed());
        let swept = self.take_back_leases(sweep, from, now, now).await?;
        if usize::try_from(swept.returned + swept.quarantined).is_ok_and(|taken| taken < sweep.limit) {
            self.swept.all_before(from, now, self.elapsed());
        }
        Ok(swept)
    }

    /// Takes back jobs whose lease ended between `from` and `ended`.
    async fn take_back_leases(
        &self,
        sweep: Sweep,
        from: Timestamp,
        ended: Timestamp,
        now: Timestamp,
    ) -> Result<Swept, StoreError> {
        let swept = transaction!(self.db, Size::Small, |tx| {
            let expired = expired(tx, sweep.limit, from, ended).await?;
            let mut tally = Tally::default();
            let swept = take_back(tx, &expired, sweep, now, &mut tally).await?;
            tally.write(tx, now).await?;
            Ok(swept)
        })?;
        if swept.returned > 0 {
            self.signals.jobs_added();
        }
        Ok(swept)
    }
}

async fn expired(
    tx: &mut Tx,
    limit: usize,
    from: Timestamp,
    ended: Timestamp,
) -> Result<Vec<Found>, StoreError> {
    macro_rules! expired {
        ($locked:literal) => {
            concat!(
                "SELECT id, queue, subject_kind, subject_id, state, crashes FROM jobs WHERE state = 'running' ",
                "AND lease_until >= $1 AND lease_until < $2 ORDER BY lease_until LIMIT $3",
                $locked
            )
        };
    }
    let text = match tx.dialect() {
        Dialect::Sqlite => expired!(""),
        Dialect::Postgres => expired!(" FOR UPDATE SKIP LOCKED"),
    };
    tx.rows(sql(text).bind(from).bind(ended).bind(limit)).await?.iter().map(Found::read).collect()
}

/// Before every lease.
const NEVER: Timestamp = Timestamp(i64::MIN);
/// A lease that is written down may have ended so long before: its transaction took that long.
const LATE: Duration = Duration::from_secs(120);
/// How often leases of any age are looked for.
const WHOLE_EVERY: Duration = Duration::from_secs(600);

/// Up to when all ended leases were taken back: where the next sweep begins, so that it need not pass what dead leases
/// left in the index (see [`super::frontier`]).
#[derive(Debug, Default)]
pub(crate) struct LastSweep(Mutex<Option<Complete>>);

#[derive(Clone, Copy, Debug)]
struct Complete {
    until: Timestamp,
    /// When one last looked at leases of any age, by this process's own clock.
    whole_at: Duration,
}

impl LastSweep {
    fn from(&self, now: Timestamp, elapsed: Duration) -> Timestamp {
        match *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(last) if elapsed.saturating_sub(last.whole_at) < WHOLE_EVERY => {
                last.until.min(now).before(LATE)
            }
            _ => NEVER,
        }
    }

    fn all_before(&self, from: Timestamp, until: Timestamp, elapsed: Duration) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let whole_at = last.filter(|_| from != NEVER).map_or(elapsed, |last| last.whole_at);
        *last = Some(Complete { until, whole_at });
    }
}

async fn take_back(
    tx: &mut Tx,
    expired: &[Found],
    sweep: Sweep,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<Swept, StoreError> {
    let crashed =
        CodedError::new("lease_expired", "the worker that ran the job stopped giving signs of life");
    let quarantined = CodedError::new(
        "quarantined",
        format!(
            "the job was running when {} workers in a row died; look at its payload before retrying it",
            sweep.max_crashes
        ),
    );
    let mut swept = Swept::default();
    let mut steps = Vec::with_capacity(expired.len());
    for job in expired {
        let to = if job.crashes.saturating_add(1) >= sweep.max_crashes {
            swept.quarantined += 1;
            Goal::Fail { error: &quarantined, outcome: Attempt::Crashed }
        } else {
            swept.returned += 1;
            let run_at = Some(now.after(sweep.delay));
            Goal::Wait(Wait { run_at, error: Some(&crashed), outcome: Attempt::Crashed })
        };
        steps.push(job.step(to));
    }
    transition::take(tx, &steps, now, tally).await?;
    Ok(swept)
}
