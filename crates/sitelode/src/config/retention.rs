//! `[retention]`: how long what is kept.

use std::time::Duration;

use node::Retention;
use serde::Deserialize;

use super::ConfigError;

/// How long what is kept, in days.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionConfig {
    /// Jobs that are complete.
    pub complete_days: u64,
    /// Jobs that failed.
    pub failed_days: u64,
    /// Jobs that were cancelled.
    pub cancelled_days: u64,
    /// Counts by the minute.
    pub minutes_days: u64,
    /// Sums by the hour.
    pub hours_days: u64,
    /// Resolved alerts.
    pub alerts_days: u64,
}

impl RetentionConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, value) in [
            ("retention.complete_days", self.complete_days),
            ("retention.failed_days", self.failed_days),
            ("retention.cancelled_days", self.cancelled_days),
            ("retention.minutes_days", self.minutes_days),
            ("retention.hours_days", self.hours_days),
            ("retention.alerts_days", self.alerts_days),
        ] {
            if !(1..=36_500).contains(&value) {
                return Err(ConfigError::Range { key, value: value.to_string(), range: "1 to 36500" });
            }
        }
        Ok(())
    }

    /// How long what is kept.
    pub fn to_retention(&self) -> Retention {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        Retention {
            complete: days(self.complete_days),
            failed: days(self.failed_days),
            cancelled: days(self.cancelled_days),
            minutes: days(self.minutes_days),
            hours: days(self.hours_days),
            alerts: days(self.alerts_days),
            ..Retention::default()
        }
    }
}
