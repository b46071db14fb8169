//! The robots.txt of each origin, kept for a while and fetched once however many ask.

use std::time::Duration;

/// How robots.txt files are kept.
#[derive(Clone, Copy, Debug)]
pub struct RobotsConfig {
    /// How long a file is used before it is fetched again. Default 24 h (RFC 9309 section 2.4).
    pub fresh_for: Duration,
    /// The least time a file is used, whatever `max-age` says. Default 5 min.
    pub fresh_at_least: Duration,
    /// How long after a failure (5xx, 429, no answer) it is tried again. Default 10 min.
    pub retry_after: Duration,
    /// How long the last good copy stands in for a file that cannot be had. Default 30 days (RFC 9309 section 2.3.1.4).
    pub stale_for: Duration,
    /// Origins remembered; those longest unused are forgotten first. Default 20,000.
    pub max_origins: usize,
}

impl Default for RobotsConfig {
    fn default() -> Self {
        Self {
            fresh_for: Duration::from_secs(24 * 3600),
            fresh_at_least: Duration::from_secs(300),
            retry_after: Duration::from_secs(600),
            stale_for: Duration::from_secs(30 * 24 * 3600),
            max_origins: 20_000,
        }
    }
}
