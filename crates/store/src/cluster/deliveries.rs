//! Deliveries: what is still to be told of alerts, to each hook, until it has been told or given up.

use clock::Timestamp;

use super::alerts::{AlertRow, COLUMNS};
use super::terms::{Term, hold};
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::{sql, sql_built};
use crate::{Store, StoreError};

/// What happened to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertEvent {
    /// It is new.
    Opened,
    /// It is gone.
    Resolved,
}

impl AlertEvent {
    /// The word for it in SQL and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Resolved => "resolved",
        }
    }
}

/// Something to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Of which alert.
    pub alert: AlertRow,
    /// What happened to it.
    pub event: AlertEvent,
    /// Whom to tell.
    pub hook: String,
    /// How often that was tried.
    pub tries: i64,
}

impl Store {
    /// What is due to be told, the oldest first.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn due_deliveries(&self, limit: usize, now: Timestamp) -> Result<Vec<Delivery>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS}, event, hook, tries FROM alert_deliveries JOIN alerts ON alerts.id = alert_id \
             WHERE next_try_at <= $1 ORDER BY next_try_at, alert_id LIMIT $2"
        );
        let rows = self.db.rows(sql_built(text).bind(now).bind(limit)).await?;
        rows.iter()
            .map(|row| {
                let event: String = row.get(11)?;
                let event = if event == "opened" { AlertEvent::Opened } else { AlertEvent::Resolved };
                Ok(Delivery { alert: AlertRow::read(row)?, event, hook: row.get(12)?, tries: row.get(13)? })
            })
            .collect()
    }

    /// Notes that something was told, or given up.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn delivered(
        &self,
        term: &Term,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "DELETE FROM alert_deliveries WHERE alert_id = $1 AND event = $2 AND hook = $3";
        let query = sql(text).bind(delivery.alert.id).bind(delivery.event.as_str()).bind(&delivery.hook);
        transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            tx.run(query.clone()).await
        })?;
        Ok(())
    }

    /// Notes that something could not be told, why, and when to try again.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn delivery_failed(
        &self,
        term: &Term,
        delivery: &Delivery,
        error: &str,
        again_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "UPDATE alert_deliveries SET tries = tries + 1, last_error = $4, next_try_at = $5 \
                    WHERE alert_id = $1 AND event = $2 AND hook = $3";
        let query = sql(text).bind(delivery.alert.id).bind(delivery.event.as_str()).bind(&delivery.hook);
        let query = query.bind(error).bind(again_at);
        transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            tx.run(query.clone()).await
        })?;
        Ok(())
    }
}

/// Notes that each hook is to be told.
pub(super) async fn announce(
    tx: &mut Tx,
    alert: i64,
    event: AlertEvent,
    hooks: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    for hook in hooks {
        let text = "INSERT INTO alert_deliveries (alert_id, event, hook, next_try_at) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT (alert_id, event, hook) DO NOTHING";
        tx.run(sql(text).bind(alert).bind(event.as_str()).bind(hook).bind(now)).await?;
    }
    Ok(())
}
