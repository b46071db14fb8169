//! Alerts: what is wrong, once for each kind and subject, opened and resolved as it comes and goes.

use std::collections::{BTreeMap, HashMap};

use clock::Timestamp;
use model::Severity;

use super::deliveries::{AlertEvent, announce};
use super::terms::{Term, hold};
use crate::catalog::word;
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::{Row, sql, sql_built};
use crate::{Store, StoreError};

/// Most alerts on a page.
const ON_PAGE_MAX: usize = 500;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlert {
    /// What it is about: a queue, a node, a service.
    pub subject: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, since when, and what to do.
    pub message: String,
}

/// All that is wrong of one kind, as somebody who watches finds it.
#[derive(Clone, Copy, Debug)]
pub struct AlertWatch<'a> {
    /// The kind: `stuck_pending`, `dead_node`, `service_failing` ...
    pub kind: &'a str,
    /// What is wrong now.
    pub alerts: &'a [NewAlert],
    /// Who is to be told when one opens or is resolved.
    pub hooks: &'a [String],
}

/// An alert as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    /// Its number.
    pub id: i64,
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// When it was first seen.
    pub opened_at: Timestamp,
    /// When it was last seen.
    pub last_seen_at: Timestamp,
    /// How often it was seen.
    pub seen: i64,
    /// When it was gone; none while it is open.
    pub resolved_at: Option<Timestamp>,
    /// When somebody took note of it.
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    pub acknowledged_by: Option<String>,
}

/// Which alerts are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertFilter {
    /// Only those that are open.
    pub open: bool,
    /// Only those of this kind.
    pub kind: Option<String>,
    /// Only those with numbers below this.
    pub before: Option<i64>,
}

pub(super) const COLUMNS: &str = "alerts.id, kind, subject, severity, message, opened_at, last_seen_at, seen, resolved_at, \
                                  acknowledged_at, acknowledged_by";

impl AlertRow {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let time = |at: usize| row.get::<Option<i64>>(at).map(|time| time.map(Timestamp));
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            subject: row.get(2)?,
            severity: word(row.get::<String>(3)?)?,
            message: row.get(4)?,
            opened_at: Timestamp(row.get(5)?),
            last_seen_at: Timestamp(row.get(6)?),
            seen: row.get(7)?,
            resolved_at: time(8)?,
            acknowledged_at: time(9)?,
            acknowledged_by: row.get(10)?,
        })
    }
}

impl Store {
    /// Brings the open alerts of a kind in line with what is wrong now: new ones are opened, known ones seen again, those
    /// that are gone resolved. The alerts that were opened.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn watch_alerts(
        &self,
        term: &Term,
        watch: AlertWatch<'_>,
        now: Timestamp,
    ) -> Result<Vec<AlertRow>, StoreError> {
        // Of two with one subject the later counts.
        let wrong: BTreeMap<&str, &NewAlert> =
            watch.alerts.iter().map(|alert| (alert.subject.as_str(), alert)).collect();
        transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            let text = format!("SELECT {COLUMNS} FROM alerts WHERE kind = $1 AND resolved_at IS NULL");
            let rows = tx.rows(sql_built(text).bind(watch.kind)).await?;
            let open = rows.iter().map(AlertRow::read).collect::<Result<Vec<_>, _>>()?;
            let open: HashMap<&str, &AlertRow> =
                open.iter().map(|alert| (alert.subject.as_str(), alert)).collect();
            let mut opened = Vec::new();
            for (subject, alert) in &wrong {
                match open.get(subject) {
                    Some(known) => see_again(tx, known, alert, now).await?,
                    None => opened.extend(insert(tx, watch, alert, now).await?),
                }
            }
            for gone in open.values().filter(|alert| !wrong.contains_key(alert.subject.as_str())) {
                let text = "UPDATE alerts SET resolved_at = $2 WHERE id = $1";
                tx.run(sql(text).bind(gone.id).bind(now)).await?;
                announce(tx, gone.id, AlertEvent::Resolved, watch.hooks, now).await?;
            }
            Ok(opened)
        })
    }

    /// Notes that somebody has taken note of an open alert; [`StoreError::Conflict`] if it is resolved.
    ///
    /// # Errors
    /// As said; [`StoreError::NotFound`]; if the database is not available.
    pub async fn acknowledge_alert(&self, id: i64, by: &str, now: Timestamp) -> Result<AlertRow, StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            // Whoever was first stays named.
            let text = format!(
                "UPDATE alerts SET acknowledged_at = COALESCE(acknowledged_at, $2), \
                 acknowledged_by = COALESCE(acknowledged_by, $3) WHERE id = $1 RETURNING {}",
                COLUMNS.replace("alerts.", "")
            );
            let row = tx.row(sql_built(text).bind(id).bind(now).bind(by)).await?;
            let alert = AlertRow::read(&row.ok_or_else(|| StoreError::not_found("alert", id))?)?;
            if alert.resolved_at.is_some() {
                return Err(StoreError::Conflict("the alert is resolved already".to_owned()));
            }
            Ok(alert)
        })
    }

    /// Alerts, the newest first.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn alerts(&self, filter: &AlertFilter, limit: usize) -> Result<Vec<AlertRow>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS} FROM alerts WHERE id < $1 AND ($2 IS NULL OR kind = $2) {} ORDER BY id DESC LIMIT $3",
            if filter.open { "AND resolved_at IS NULL" } else { "" }
        );
        let query = sql_built(text).bind(filter.before.unwrap_or(i64::MAX)).bind(filter.kind.clone());
        self.db.rows(query.bind(limit.clamp(1, ON_PAGE_MAX))).await?.iter().map(AlertRow::read).collect()
    }

    /// Forgets alerts that were resolved before `before`; how many.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn forget_alerts(
        &self,
        term: &Term,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            tx.run(sql("DELETE FROM alerts WHERE resolved_at < $1").bind(before)).await
        })
    }
}

async fn see_again(
    tx: &mut Tx,
    known: &AlertRow,
    alert: &NewAlert,
    now: Timestamp,
) -> Result<(), StoreError> {
    let text =
        "UPDATE alerts SET last_seen_at = $2, seen = seen + 1, severity = $3, message = $4 WHERE id = $1";
    let query = sql(text).bind(known.id).bind(now).bind(alert.severity.as_str()).bind(&alert.message);
    tx.run(query).await?;
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    watch: AlertWatch<'_>,
    alert: &NewAlert,
    now: Timestamp,
) -> Result<Option<AlertRow>, StoreError> {
    let text = format!(
        "INSERT INTO alerts (kind, subject, severity, message, opened_at, last_seen_at) VALUES ($1, $2, $3, $4, $5, $5) \
         ON CONFLICT (kind, subject) WHERE resolved_at IS NULL DO NOTHING RETURNING {}",
        COLUMNS.replace("alerts.", "")
    );
    let query = sql_built(text)
        .bind(watch.kind)
        .bind(&alert.subject)
        .bind(alert.severity.as_str())
        .bind(&alert.message)
        .bind(now);
    let Some(row) = tx.row(query).await? else { return Ok(None) };
    let alert = AlertRow::read(&row)?;
    announce(tx, alert.id, AlertEvent::Opened, watch.hooks, now).await?;
    Ok(Some(alert))
}
