//! `[node]`: how a node of a larger system works.

use std::time::Duration;

use serde::Deserialize;

use super::ConfigError;

/// Where Linux tells the machine's name.
const HOSTNAME_FILE: &str = "/proc/sys/kernel/hostname";

/// How a node works.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// Its name; empty for the machine's.
    pub name: String,
    /// Discoveries at the same time.
    pub discovery: u32,
    /// Imports at the same time.
    pub import: u32,
    /// Scrapes at the same time.
    pub scrape: u32,
    /// Signs of life.
    pub beat_ms: u64,
    /// The lead.
    pub lead_ms: u64,
    /// When a node counts as gone.
    pub silence_ms: u64,
    /// The lease of a job.
    pub lease_ms: u64,
    /// Looking for jobs that nobody told of.
    pub poll_ms: u64,
    /// The lease of a host.
    pub host_lease_ms: u64,
    /// Patience with running jobs at the end.
    pub grace_ms: u64,
}

impl NodeConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (key, value) in
            [("node.discovery", self.discovery), ("node.import", self.import), ("node.scrape", self.scrape)]
        {
            if !(1..=4_096).contains(&value) {
                return Err(ConfigError::Range { key, value: value.to_string(), range: "1 to 4096" });
            }
        }
        for (key, value, least) in [
            ("node.beat_ms", self.beat_ms, 50),
            ("node.lead_ms", self.lead_ms, 3 * self.beat_ms),
            ("node.silence_ms", self.silence_ms, 3 * self.beat_ms),
            ("node.lease_ms", self.lease_ms, 500),
            ("node.poll_ms", self.poll_ms, 10),
            ("node.host_lease_ms", self.host_lease_ms, 1_000),
        ] {
            if !(least..=600_000).contains(&value) {
                let range = "no less than three beats (or its own least), and at most 600000";
                return Err(ConfigError::Range { key, value: value.to_string(), range });
            }
        }
        if self.name.len() > 100 || self.name.chars().any(char::is_whitespace) {
            let range = "at most 100 bytes without spaces";
            return Err(ConfigError::Range { key: "node.name", value: self.name.clone(), range });
        }
        Ok(())
    }

    /// The machine's name.
    pub fn host() -> String {
        let name = std::fs::read_to_string(HOSTNAME_FILE).unwrap_or_default();
        let name = name.trim();
        if name.is_empty() { "node".to_owned() } else { name.to_owned() }
    }

    /// How hosts are leased: renewed six times within a lease, and left alone for a sixth before its end.
    pub fn host_leases(&self) -> fetch::pace::LeaseRules {
        let lease = Duration::from_millis(self.host_lease_ms);
        let idle = fetch::pace::LeaseRules::default().idle.min(lease / 3);
        fetch::pace::LeaseRules { lease, renew: lease / 6, margin: lease / 6, idle }
    }
}
