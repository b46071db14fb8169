//! What holds for the whole system: maintenance, emergency stop, and what is counted up so that every node hears of it.

use std::collections::BTreeMap;

use clock::Timestamp;

use crate::db::transaction;
use crate::gate::Size;
use crate::sql::sql;
use crate::{Store, StoreError};

/// Something that holds for the whole system while it is set. No job is claimed meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SystemFlag {
    /// Writes wait until it is over; what runs ends.
    Maintenance,
    /// What runs is stopped at once and put back.
    EmergencyStop,
}

impl SystemFlag {
    /// Its name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Maintenance => "maintenance",
            Self::EmergencyStop => "emergency_stop",
        }
    }
}

/// A flag that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFlagRow {
    /// Why.
    pub reason: Option<String>,
    /// What goes with it, as JSON: `{"message": "..", "retry_after_s": 60}`.
    pub detail: String,
    /// Who set it.
    pub set_by: Option<String>,
    /// When.
    pub since: Timestamp,
    /// Counts how often it was set or lifted.
    pub revision: i64,
}

/// What holds for the whole system.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemState {
    /// Set while it is maintained.
    pub maintenance: Option<SystemFlagRow>,
    /// Set from an emergency stop to its end.
    pub emergency_stop: Option<SystemFlagRow>,
    /// Numbers that are counted up by [`Store::count_up`].
    pub revisions: BTreeMap<String, i64>,
}

impl SystemState {
    /// Whether no job is to be claimed.
    pub const fn holds_claims(&self) -> bool {
        self.maintenance.is_some() || self.emergency_stop.is_some()
    }

    /// A number of [`Store::count_up`]; 0 before the first time.
    pub fn revision(&self, name: &str) -> i64 {
        self.revisions.get(name).copied().unwrap_or(0)
    }
}

impl Store {
    /// Sets a flag or sets it anew, or lifts it with `None`; whether that changed anything.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn set_system_flag(
        &self,
        flag: SystemFlag,
        set: Option<(&str, &str)>,
        by: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let query = match set {
            Some((reason, detail)) => {
                sql(SET).bind(flag.as_str()).bind(reason).bind(detail).bind(by).bind(now)
            }
            None => sql(LIFT).bind(flag.as_str()).bind(by).bind(now),
        };
        let changed = transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        self.signals.orders_changed();
        self.signals.jobs_added();
        Ok(changed > 0)
    }

    /// Counts a number up that all nodes look at: each does once what the name says (`clear_cache.robots`). Its new value.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn count_up(&self, name: &str, by: &str, now: Timestamp) -> Result<i64, StoreError> {
        let text = "INSERT INTO system_state (name, active, holds_claims, revision, set_by, since) \
                    VALUES ($1, FALSE, FALSE, 1, $2, $3) ON CONFLICT (name) DO UPDATE SET \
                    revision = system_state.revision + 1, set_by = excluded.set_by, since = excluded.since \
                    RETURNING revision";
        let query = sql(text).bind(name).bind(by).bind(now);
        let row = transaction!(self.db, Size::Small, |tx| { tx.row(query.clone()).await })?;
        self.signals.orders_changed();
        row.map_or(Ok(0), |row| row.get(0))
    }

    /// What holds for the whole system.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn system_state(&self) -> Result<SystemState, StoreError> {
        let text = "SELECT name, active, reason, detail, set_by, since, revision FROM system_state";
        let mut state = SystemState::default();
        for row in self.db.rows(sql(text)).await? {
            let name: String = row.get(0)?;
            let flag = SystemFlagRow {
                reason: row.get(2)?,
                detail: row.get(3)?,
                set_by: row.get(4)?,
                since: Timestamp(row.get(5)?),
                revision: row.get(6)?,
            };
            let active = row.get::<bool>(1)?;
            if name == SystemFlag::Maintenance.as_str() {
                state.maintenance = active.then_some(flag);
            } else if name == SystemFlag::EmergencyStop.as_str() {
                state.emergency_stop = active.then_some(flag);
            } else {
                state.revisions.insert(name, flag.revision);
            }
        }
        Ok(state)
    }
}

const SET: &str = "INSERT INTO system_state (name, active, holds_claims, revision, reason, detail, set_by, since) \
                   VALUES ($1, TRUE, TRUE, 1, $2, $3, $4, $5) ON CONFLICT (name) DO UPDATE SET active = TRUE, \
                   revision = system_state.revision + 1, reason = excluded.reason, detail = excluded.detail, \
                   set_by = excluded.set_by, since = excluded.since";
const LIFT: &str = "UPDATE system_state SET active = FALSE, revision = revision + 1, set_by = $2, since = $3 \
                    WHERE name = $1 AND active";
