//! Settings, layer upon layer: the documented defaults, a file, the environment, the command line.

mod alerts;
mod backup;
mod fetch;
mod identity;
mod layers;
mod node;
mod provider;
mod retention;
mod scan;
mod store;

use std::path::Path;

use serde::Deserialize;

pub use self::alerts::Alerts;
pub use self::backup::Backup;
pub use self::fetch::Fetch;
pub use self::identity::{AuditConfig, IdentityConfig};
pub use self::layers::ConfigError;
pub use self::node::NodeConfig;
pub use self::provider::Provider;
pub use self::retention::RetentionConfig;
pub use self::scan::Scan;
pub use self::store::StoreConfig;

/// Every key with its default and its documentation.
pub const DEFAULTS: &str = include_str!("../../../sitelode.default.toml");

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where things are kept.
    pub store: StoreConfig,
    /// What is logged.
    pub log: Log,
    /// People's sessions.
    pub identity: IdentityConfig,
    /// The log of deeds.
    pub audit: AuditConfig,
    /// How domains are scanned.
    pub scan: Scan,
    /// How the outside web is fetched.
    pub fetch: Fetch,
    /// Through what.
    pub provider: Provider,
    /// How a node of a larger system works.
    pub node: NodeConfig,
    /// When somebody is told, and who.
    pub alerts: Alerts,
    /// How long what is kept.
    pub retention: RetentionConfig,
    /// When the embedded database is copied.
    pub backup: Backup,
}

/// What is logged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// A level, or a filter by module; empty for the usual one of the command.
    pub level: String,
}

impl Config {
    /// Reads the defaults, then `file` (or `./sitelode.toml` if that exists), then the environment.
    ///
    /// # Errors
    /// Which key of which layer is wrong, and what is right.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let config: Self = layers::read(file, environment)?;
        config.identity.check()?;
        config.audit.check()?;
        config.scan.check()?;
        config.fetch.check()?;
        config.provider.check()?;
        config.node.check()?;
        config.alerts.check()?;
        config.retention.check()?;
        config.backup.check()?;
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let config = Config::load(None, std::iter::empty()).unwrap();
        assert_eq!(config.fetch.delay_ms, 1_000);
        assert_eq!(config.scan.select, "auto");
    }

    #[test]
    fn every_key_is_documented() {
        let mut before = "";
        for line in DEFAULTS.lines() {
            let is_key = line.contains(" = ") && !line.starts_with('#');
            let undocumented = is_key && before.is_empty();
            assert!(!undocumented, "no comment before {line}");
            before = if line.starts_with('[') { "" } else { line };
        }
    }

    #[test]
    fn the_environment_goes_before_the_defaults() {
        let environment =
            [("SITELODE_FETCH_DELAY_MS", "5"), ("SITELODE_SCAN_SELECT", "wide"), ("PATH", "/bin")];
        let environment = environment.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        let config = Config::load(None, environment).unwrap();
        assert_eq!((config.fetch.delay_ms, config.scan.select.as_str()), (5, "wide"));
    }

    #[test]
    fn a_file_goes_before_the_defaults_and_a_wrong_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sitelode.toml");
        std::fs::write(&file, "[scan]\nconcurrency = 3\n").unwrap();
        assert_eq!(Config::load(Some(&file), std::iter::empty()).unwrap().scan.concurrency, 3);
        std::fs::write(&file, "[scan]\nconcurency = 3\n").unwrap();
        let error = Config::load(Some(&file), std::iter::empty()).unwrap_err().to_string();
        assert!(error.contains("concurency") && error.contains("sitelode.toml"), "{error}");
    }

    #[test]
    fn values_out_of_range_are_refused_with_their_range() {
        let environment = [("SITELODE_SCAN_CONCURRENCY".to_owned(), "0".to_owned())];
        let error = Config::load(None, environment.into_iter()).unwrap_err().to_string();
        assert_eq!(error, "scan.concurrency is 0; it must be 1 to 4096");
    }
}
