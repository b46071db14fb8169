//! Looking at jobs: one with its attempts, or a page of them.

use clock::Timestamp;
use engine::{CodedError, JobId, JobState, Priority, QueueName, Subject};

use super::claim::{stored_count, stored_kind, stored_priority};
use super::queues::stored_name;
use crate::dialect::Dialect;
use crate::sql::{Query, Row, Value, sql, sql_built};
use crate::{Store, StoreError};

/// Most jobs on a page.
const MOST_ON_PAGE: usize = 1_000;

/// A job as people see it, live or finished.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    /// Its number.
    pub id: JobId,
    /// Its queue.
    pub queue: QueueName,
    /// Where it stands.
    pub state: JobState,
    /// How urgent.
    pub priority: Priority,
    /// When it is or was due.
    pub run_at: Timestamp,
    /// The record that it is for.
    pub subject: Option<Subject>,
    /// The domain that it belongs to, 0 for none.
    pub domain_id: i64,
    /// JSON, for its stage.
    pub payload: String,
    /// Attempts begun that count.
    pub attempt: u32,
    /// Attempts that it has.
    pub max_attempts: u32,
    /// How often a process died with it.
    pub crashes: u32,
    /// Which incarnation of a node runs it or ran it last.
    pub node: Option<i64>,
    /// How far it is, 0 to 100, and in words.
    pub progress: Option<(u8, String)>,
    /// What went wrong last.
    pub error: Option<CodedError>,
    /// JSON that tells what it did.
    pub result: Option<String>,
    /// Who asked for it.
    pub created_by: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When its last run began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

/// A run of a job that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptView {
    /// Which attempt, from 1.
    pub attempt: u32,
    /// True if the process died, false if the stage failed.
    pub crashed: bool,
    /// Which incarnation of a node ran it.
    pub node: Option<i64>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended, or was given up.
    pub finished_at: Timestamp,
    /// What went wrong.
    pub error: CodedError,
}

/// Which jobs are wanted; an empty list means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// In one of these states.
    pub states: Vec<JobState>,
    /// In one of these queues.
    pub queues: Vec<QueueName>,
    /// Of this domain.
    pub domain_id: Option<i64>,
    /// Whose error holds this, in any letter case of ASCII.
    pub error_contains: Option<String>,
    /// With one of these error codes.
    pub error_codes: Vec<String>,
    /// That this user asked for.
    pub created_by: Option<String>,
    /// Queued at this time or later.
    pub created_after: Option<Timestamp>,
    /// Queued before.
    pub created_before: Option<Timestamp>,
    /// Finished at this time or later; no live job did.
    pub finished_after: Option<Timestamp>,
    /// Finished before; no live job did.
    pub finished_before: Option<Timestamp>,
}

/// Where a page ends: the next one has smaller numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobCursor(pub JobId);

const LIVE: &str = "id, queue, state, priority, run_at, subject_kind, subject_id, domain_id, payload, attempt, \
                    max_attempts, crashes, node, progress_percent, progress_message, error_code, error_message, \
                    CAST(NULL AS TEXT) AS result, created_by, created_at, started_at, CAST(NULL AS BIGINT) AS finished_at";
const FINISHED: &str = "id, queue, state, priority, run_at, subject_kind, subject_id, domain_id, payload, attempt, \
                        max_attempts, crashes, node, progress_percent, progress_message, error_code, error_message, \
                        result, created_by, created_at, started_at, finished_at";

impl Store {
    /// One job with the runs of it that did not succeed, oldest first.
    pub async fn job(&self, id: JobId) -> Result<(JobView, Vec<AttemptView>), StoreError> {
        let text = format!(
            "SELECT {LIVE} FROM jobs WHERE id = $1 UNION ALL SELECT {FINISHED} FROM job_history WHERE id = $1"
        );
        let row =
            self.db.row(sql_built(text).bind(id)).await?.ok_or_else(|| StoreError::not_found("job", id))?;
        let text = "SELECT attempt, outcome, node, started_at, finished_at, error_code, error_message \
                    FROM job_attempts WHERE job_id = $1 ORDER BY fence";
        let rows = self.db.rows(sql(text).bind(id)).await?;
        Ok((read(&row)?, rows.iter().map(read_attempt).collect::<Result<_, _>>()?))
    }

    /// A page of jobs, newest number first, and where the next page goes on.
    pub async fn jobs(
        &self,
        filter: &JobFilter,
        after: Option<JobCursor>,
        limit: usize,
    ) -> Result<(Vec<JobView>, Option<JobCursor>), StoreError> {
        let limit = limit.clamp(1, MOST_ON_PAGE);
        let rows = self.db.rows(page(self.dialect(), filter, after, limit)).await?;
        let jobs = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let next = if jobs.len() == limit { jobs.last().map(|job| JobCursor(job.id)) } else { None };
        Ok((jobs, next))
    }
}

impl Store {
    /// The numbers of the jobs that match, ascending, from behind `after` up to `up_to`.
    pub async fn select_jobs(
        &self,
        filter: &JobFilter,
        (after, up_to): (i64, i64),
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let mut values = vec![after.into(), up_to.into(), limit.into()];
        let live = conditions(self.dialect(), filter, false, &mut values);
        let finished = conditions(self.dialect(), filter, true, &mut values);
        let half = |table: &str, conditions: &str| {
            format!(
                "SELECT * FROM (SELECT id FROM {table} WHERE id > $1 AND id <= $2{conditions} ORDER BY id LIMIT $3) AS {table}_ids"
            )
        };
        let text = format!(
            "{} UNION ALL {} ORDER BY id LIMIT $3",
            half("jobs", &live),
            half("job_history", &finished)
        );
        let rows = self.db.rows(sql_built(text).bind_all(values)).await?;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The largest number of a job that there is.
    pub async fn last_job(&self) -> Result<i64, StoreError> {
        let text = "SELECT max(last) FROM (SELECT max(id) AS last FROM jobs UNION ALL SELECT max(id) FROM job_history) AS both_tables";
        let row = self.db.row(sql(text)).await?;
        row.map_or(Ok(None), |row| row.get::<Option<i64>>(0)).map(|last| last.unwrap_or(0))
    }
}

fn page(dialect: Dialect, filter: &JobFilter, after: Option<JobCursor>, limit: usize) -> Query {
    let mut values = vec![Value::from(after.map_or(i64::MAX, |cursor| cursor.0.0)), limit.into()];
    let live = conditions(dialect, filter, false, &mut values);
    let finished = conditions(dialect, filter, true, &mut values);
    let half = |columns: &str, table: &str, conditions: &str| {
        format!(
            "SELECT * FROM (SELECT {columns} FROM {table} WHERE id < $1{conditions} ORDER BY id DESC LIMIT $2) AS {table}_page"
        )
    };
    let text = format!(
        "{} UNION ALL {} ORDER BY id DESC LIMIT $2",
        half(LIVE, "jobs", &live),
        half(FINISHED, "job_history", &finished)
    );
    sql_built(text).bind_all(values)
}

/// What a filter asks of a table, with its values added to `values`.
fn conditions(dialect: Dialect, filter: &JobFilter, finished: bool, values: &mut Vec<Value>) -> String {
    let mut text = String::new();
    let lists: [(&str, Vec<&str>); 3] = [
        ("state", filter.states.iter().map(|state| state.as_str()).collect()),
        ("queue", filter.queues.iter().map(QueueName::as_str).collect()),
        ("error_code", filter.error_codes.iter().map(String::as_str).collect()),
    ];
    for (column, words) in lists.into_iter().filter(|(_, words)| !words.is_empty()) {
        let from = values.len();
        values.extend(words.into_iter().map(Value::from));
        let places: Vec<String> = (from + 1..=values.len()).map(|number| format!("${number}")).collect();
        text.push_str(&format!(" AND {column} IN ({})", places.join(",")));
    }
    let mut one = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            values.push(value);
            text.push_str(" AND ");
            text.push_str(&condition.replace("{}", &format!("${}", values.len())));
        }
    };
    let contains = format!("{}(lower(error_message), {{}}) > 0", dialect.find());
    one(&contains, filter.error_contains.as_ref().map(|text| text.to_ascii_lowercase().into()));
    one("domain_id = {}", filter.domain_id.map(Value::from));
    one("created_by = {}", filter.created_by.as_ref().map(Value::from));
    one("created_at >= {}", filter.created_after.map(Value::from));
    one("created_at < {}", filter.created_before.map(Value::from));
    if finished {
        one("finished_at >= {}", filter.finished_after.map(Value::from));
        one("finished_at < {}", filter.finished_before.map(Value::from));
    } else if filter.finished_after.is_some() || filter.finished_before.is_some() {
        text.push_str(" AND 1 = 0");
    }
    text
}

fn read(row: &Row) -> Result<JobView, StoreError> {
    let state: String = row.get("state")?;
    let subject = match row.get::<Option<String>>("subject_kind")? {
        Some(kind) => Some(Subject { kind: stored_kind(kind)?, id: row.get("subject_id")? }),
        None => None,
    };
    let percent = row.get::<Option<i64>>("progress_percent")?.and_then(|percent| u8::try_from(percent).ok());
    let time = |column: &'static str| row.get::<Option<i64>>(column).map(|time| time.map(Timestamp));
    Ok(JobView {
        id: JobId(row.get("id")?),
        queue: stored_name(row.get("queue")?)?,
        state: JobState::from_word(&state)
            .ok_or_else(|| StoreError::Corrupt(format!("job state {state:?}")))?,
        priority: stored_priority(row.get("priority")?)?,
        run_at: Timestamp(row.get("run_at")?),
        subject,
        domain_id: row.get("domain_id")?,
        payload: row.get("payload")?,
        attempt: stored_count(row.get("attempt")?),
        max_attempts: stored_count(row.get("max_attempts")?),
        crashes: stored_count(row.get("crashes")?),
        node: row.get("node")?,
        progress: percent.zip(row.get("progress_message")?),
        error: error(row.get("error_code")?, row.get("error_message")?),
        result: row.get("result")?,
        created_by: row.get("created_by")?,
        created_at: Timestamp(row.get("created_at")?),
        started_at: time("started_at")?,
        finished_at: time("finished_at")?,
    })
}

fn error(code: Option<String>, message: Option<String>) -> Option<CodedError> {
    code.zip(message).map(|(code, message)| CodedError::new(code, message))
}

fn read_attempt(row: &Row) -> Result<AttemptView, StoreError> {
    let outcome: String = row.get(1)?;
    let message: String = row.get(6)?;
    Ok(AttemptView {
        attempt: stored_count(row.get(0)?),
        crashed: outcome == "crash",
        node: row.get(2)?,
        started_at: row.get::<Option<i64>>(3)?.map(Timestamp),
        finished_at: Timestamp(row.get(4)?),
        error: CodedError::new(row.get::<String>(5)?, message),
    })
}
