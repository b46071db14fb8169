//! `[jobs]`: how jobs are held.

use std::time::Duration;

use serde::Deserialize;

use super::ConfigError;

/// How jobs are held.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    /// How long a job belongs to a process that gives no sign of life, in milliseconds.
    pub lease_ms: u64,
}

impl Jobs {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if !(1_000..=3_600_000).contains(&self.lease_ms) {
            let value = self.lease_ms.to_string();
            return Err(ConfigError::Range { key: "jobs.lease_ms", value, range: "1000 to 3600000" });
        }
        Ok(())
    }

    /// How long a job belongs to a process that gives no sign of life.
    pub const fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms)
    }
}
