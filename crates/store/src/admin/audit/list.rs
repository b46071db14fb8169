//! Reading the log: one record, or a page of those that fit a filter, newest first.

use std::time::Duration;

use clock::Timestamp;
use model::AuditOutcome;

use super::{AuditClosing, AuditFilter, AuditOpening, AuditPage, AuditRecord};
use crate::dialect::Dialect;
use crate::sql::{Query, Row, Value, sql, sql_built};
use crate::{Store, StoreError};

/// Most records on a page.
const MOST_ON_PAGE: usize = 1_000;
/// Most entries that are looked through for one page when no index leads to what is wanted.
const MOST_LOOKED_THROUGH: i64 = 100_000;
/// A record of another process is taken to be interrupted when it is still open after this time: an action is given
/// far less; what takes longer is done by jobs.
const INTERRUPTED_AFTER: Duration = Duration::from_secs(300);
/// By how much the order of numbers and that of times may differ: the clocks of nodes do.
const SKEW: Duration = Duration::from_secs(120);

const COLUMNS: &str = "o.seq, o.at, o.level, o.action, o.actor_id, o.actor_name, o.role, o.means, o.ip, o.user_agent, \
                       o.trace_id, o.request_id, o.subject_kind, o.subject_id, o.selector, o.parameters, o.node, \
                       c.at AS closed_at, c.outcome, c.code, c.message, c.counts, c.duration_ms";

impl Store {
    /// One record.
    pub async fn audit_record(&self, number: i64) -> Result<AuditRecord, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM audit_entries AS o LEFT JOIN audit_entries AS c ON c.record = o.seq \
             AND c.kind = 'closed' WHERE o.seq = $1 AND o.kind = 'opened'"
        );
        let row = self.db.row(sql_built(text).bind(number)).await?;
        self.read_record(&row.ok_or_else(|| StoreError::not_found("audit record", number))?)
    }

    /// The stored hash of an entry, in hexadecimal, if there is such an entry.
    pub async fn audit_hash(&self, entry: i64) -> Result<Option<String>, StoreError> {
        let text = "SELECT hash FROM audit_entries WHERE seq = $1";
        let Some(row) = self.db.row(sql(text).bind(entry)).await? else { return Ok(None) };
        let hash: Vec<u8> = row.get(0)?;
        Ok(Some(hash.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// A page of records with numbers below `before`, newest first.
    pub async fn audit_records(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<AuditPage, StoreError> {
        let limit = limit.clamp(1, MOST_ON_PAGE);
        let Some((first, end)) = self.audit_bounds(filter, before).await? else {
            return Ok(AuditPage::default());
        };
        let floor = if is_led(filter) { first } else { first.max(end.saturating_sub(MOST_LOOKED_THROUGH)) };
        let rows = self.db.rows(self.page(filter, floor, end, limit)).await?;
        let records = rows.iter().map(|row| self.read_record(row)).collect::<Result<Vec<_>, _>>()?;
        let next = match records.last() {
            Some(last) if records.len() == limit => Some(last.number),
            _ => (floor > first).then_some(floor),
        };
        Ok(AuditPage { records, next })
    }

    /// Between which numbers the wanted records are, the second one excluded.
    async fn audit_bounds(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
    ) -> Result<Option<(i64, i64)>, StoreError> {
        let text = "SELECT COALESCE((SELECT MAX(last_seq) FROM audit_stubs), 0) + 1, \
                    COALESCE((SELECT seq FROM audit_head), 0) + 1";
        let Some(row) = self.db.row(sql(text)).await? else { return Ok(None) };
        let (mut first, mut end): (i64, i64) = (row.get(0)?, row.get(1)?);
        end = end.min(before.unwrap_or(i64::MAX));
        if let Some(from) = filter.from {
            let edge = "SELECT seq FROM audit_entries WHERE at >= $1 ORDER BY at, seq LIMIT 1";
            let Some(row) = self.db.row(sql(edge).bind(from.before(SKEW))).await? else { return Ok(None) };
            first = first.max(row.get(0)?);
        }
        if let Some(to) = filter.to {
            let edge = "SELECT seq FROM audit_entries WHERE at < $1 ORDER BY at DESC, seq DESC LIMIT 1";
            let Some(row) = self.db.row(sql(edge).bind(to.after(SKEW))).await? else { return Ok(None) };
            end = end.min(row.get::<i64>(0)? + 1);
        }
        Ok((first < end).then_some((first, end)))
    }

    fn page(&self, filter: &AuditFilter, floor: i64, end: i64, limit: usize) -> Query {
        let mut wanted = Conditions::default();
        // An outcome's own index leads when there is one; the order is the same.
        let (join, order) = match filter.outcome {
            Some(outcome) if is_written(outcome) => ("JOIN", "c.record"),
            _ => ("LEFT JOIN", "o.seq"),
        };
        wanted.add(&format!("{order} >= {{}}"), floor);
        wanted.add(&format!("{order} < {{}}"), end);
        wanted.add_filter(filter);
        self.add_outcome(&mut wanted, filter.outcome);
        wanted.values.push(limit.into());
        sql_built(format!(
            "SELECT {COLUMNS} FROM audit_entries AS o {join} audit_entries AS c ON c.record = o.seq AND c.kind = 'closed' \
             WHERE o.kind = 'opened'{} ORDER BY {order} DESC LIMIT ${}",
            wanted.text,
            wanted.values.len()
        ))
        .bind_all(wanted.values)
    }

    fn add_outcome(&self, wanted: &mut Conditions, outcome: Option<AuditOutcome>) {
        let Some(outcome) = outcome else { return };
        if is_written(outcome) {
            return wanted.add("c.outcome = {}", outcome.as_str());
        }
        wanted.text.push_str(" AND c.seq IS NULL");
        let long_ago = self.now().before(INTERRUPTED_AFTER);
        match (outcome, self.dialect()) {
            (AuditOutcome::Open, Dialect::Sqlite) => wanted.add("o.node = {}", self.incarnation),
            (AuditOutcome::Open, Dialect::Postgres) => wanted.add("o.at >= {}", long_ago),
            (_, Dialect::Sqlite) => wanted.add("o.node <> {}", self.incarnation),
            (_, Dialect::Postgres) => wanted.add("o.at < {}", long_ago),
        }
    }

    fn read_record(&self, row: &Row) -> Result<AuditRecord, StoreError> {
        let opening = read_opening(row)?;
        let number = row.get(0)?;
        let closing = match row.get::<Option<i64>>("closed_at")? {
            Some(at) => Some(read_closing(row, number, Timestamp(at), 18)?),
            None => None,
        };
        // Only one process at a time has an embedded database: what another one left open, it will not close.
        let is_abandoned = match self.dialect() {
            Dialect::Sqlite => row.get::<i64>("node")? != self.incarnation,
            Dialect::Postgres => opening.at < self.now().before(INTERRUPTED_AFTER),
        };
        let outcome = match &closing {
            Some(closing) => closing.outcome,
            None if is_abandoned => AuditOutcome::Interrupted,
            None => AuditOutcome::Open,
        };
        Ok(AuditRecord { number, opening, outcome, closing })
    }
}

/// True if an index leads to what is wanted.
const fn is_led(filter: &AuditFilter) -> bool {
    let unled =
        filter.text.is_some() || filter.level.is_some() || filter.ip.is_some() || filter.actor_id.is_some();
    let by_outcome = matches!(filter.outcome, Some(outcome) if !is_written(outcome));
    let led = filter.actor_name.is_some() || filter.subject_id.is_some() || filter.trace_id.is_some();
    led || !(unled || by_outcome || filter.action.is_some())
}

/// True for outcomes that closing entries say; the others are seen from there being none.
const fn is_written(outcome: AuditOutcome) -> bool {
    !matches!(outcome, AuditOutcome::Open | AuditOutcome::Interrupted)
}

/// Conditions with the values that they compare with.
#[derive(Default)]
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    /// Adds one; every `{}` in it is the value.
    fn add(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.text.push_str(" AND ");
        self.text.push_str(&condition.replace("{}", &format!("${}", self.values.len())));
    }

    fn add_filter(&mut self, filter: &AuditFilter) {
        match filter.action.as_deref().map(|action| (action, action.strip_suffix('*'))) {
            Some((_, Some(start))) => {
                self.add("o.action LIKE {} ESCAPE '!'", format!("{}%", taken_literally(start)));
            }
            Some((action, None)) => self.add("o.action = {}", action),
            None => {}
        }
        for (column, wanted) in [
            ("actor_name", &filter.actor_name),
            ("actor_id", &filter.actor_id),
            ("subject_kind", &filter.subject_kind),
            ("subject_id", &filter.subject_id),
            ("ip", &filter.ip),
            ("trace_id", &filter.trace_id),
        ] {
            if let Some(wanted) = wanted {
                self.add(&format!("o.{column} = {{}}"), wanted);
            }
        }
        if let Some(level) = filter.level {
            self.add("o.level = {}", level.as_str());
        }
        if let Some(from) = filter.from {
            self.add("o.at >= {}", from);
        }
        if let Some(to) = filter.to {
            self.add("o.at < {}", to);
        }
        if let Some(text) = &filter.text {
            let columns = [
                "o.actor_name",
                "o.action",
                "o.subject_id",
                "o.selector",
                "o.parameters",
                "c.code",
                "c.message",
            ];
            let columns = columns.map(|column| format!("LOWER(COALESCE({column}, '')) LIKE {{}} ESCAPE '!'"));
            let text = format!("%{}%", taken_literally(&text.to_ascii_lowercase()));
            self.add(&format!("({})", columns.join(" OR ")), text);
        }
    }
}

/// What a LIKE with `ESCAPE '!'` takes for this very text.
fn taken_literally(text: &str) -> String {
    text.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

pub(super) fn read_opening(row: &Row) -> Result<AuditOpening, StoreError> {
    let word = |error: &dyn std::fmt::Display| StoreError::Corrupt(error.to_string());
    let level: String = row.get(2)?;
    Ok(AuditOpening {
        at: Timestamp(row.get(1)?),
        level: level.parse().map_err(|error| word(&error))?,
        action: row.get(3)?,
        actor_id: row.get(4)?,
        actor_name: row.get(5)?,
        role: row.get(6)?,
        means: row.get(7)?,
        ip: row.get(8)?,
        user_agent: row.get(9)?,
        trace_id: row.get(10)?,
        request_id: row.get(11)?,
        subject_kind: row.get(12)?,
        subject_id: row.get(13)?,
        selector: row.get(14)?,
        parameters: row.get(15)?,
    })
}

/// The closing columns, of which the outcome is the one at `from`.
pub(super) fn read_closing(
    row: &Row,
    record: i64,
    at: Timestamp,
    from: usize,
) -> Result<AuditClosing, StoreError> {
    let outcome: String = row.get(from)?;
    Ok(AuditClosing {
        record,
        at,
        outcome: outcome.parse().map_err(|error| StoreError::Corrupt(format!("{error}")))?,
        code: row.get(from + 1)?,
        message: row.get(from + 2)?,
        counts: row.get(from + 3)?,
        duration_ms: row.get(from + 4)?,
    })
}
