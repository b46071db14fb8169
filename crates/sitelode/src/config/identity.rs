//! `[identity]` and `[audit]`: people's sessions, and the log of deeds.

use std::time::Duration;

use serde::Deserialize;

use super::ConfigError;

const HOUR: u64 = 3_600;
/// Least characters of a key that seals the audit log.
const KEY_CHARS_MIN: usize = 32;

/// People's sessions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// Hours without use after which a session is over.
    pub session_idle_hours: u32,
    /// Days after which a session is over.
    pub session_max_days: u32,
    /// Minutes that a signed token holds.
    pub bearer_minutes: u32,
}

impl IdentityConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, value, range, allowed) in [
            ("identity.session_idle_hours", self.session_idle_hours, "1 to 720", 1..=720),
            ("identity.session_max_days", self.session_max_days, "1 to 365", 1..=365),
            ("identity.bearer_minutes", self.bearer_minutes, "1 to 1440", 1..=1_440),
        ] {
            if !allowed.contains(&value) {
                return Err(ConfigError::Range { key, value: value.to_string(), range });
            }
        }
        Ok(())
    }

    /// As a duration.
    pub fn session_idle(&self) -> Duration {
        Duration::from_secs(u64::from(self.session_idle_hours) * HOUR)
    }

    /// As a duration.
    pub fn session_max(&self) -> Duration {
        Duration::from_secs(u64::from(self.session_max_days) * 24 * HOUR)
    }

    /// As a duration.
    pub fn bearer_life(&self) -> Duration {
        Duration::from_secs(u64::from(self.bearer_minutes) * 60)
    }
}

/// The log of deeds.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditConfig {
    /// Whether deeds that only look are recorded.
    pub reads: bool,
    /// The secrets that seal the log, the newest first, with commas between them.
    pub key: String,
}

impl std::fmt::Debug for AuditConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuditConfig").field("reads", &self.reads).finish_non_exhaustive()
    }
}

impl AuditConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if self.keys().iter().any(|key| key.len() < KEY_CHARS_MIN) {
            let value = "shorter".to_owned();
            return Err(ConfigError::Range { key: "audit.key", value, range: "32 characters or more each" });
        }
        Ok(())
    }

    /// One by one.
    pub fn keys(&self) -> Vec<Vec<u8>> {
        let keys = self.key.split(',').map(str::trim).filter(|key| !key.is_empty());
        keys.map(|key| key.as_bytes().to_vec()).collect()
    }
}
