//! `[scan]`: how domains are scanned.

use std::path::PathBuf;

use serde::Deserialize;

use super::ConfigError;

/// How domains are scanned.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// Which pages are selected by rule.
    pub select: String,
    /// Pages kept of one domain; 0 for no limit.
    pub max_pages: u32,
    /// Jobs at the same time.
    pub concurrency: usize,
    /// The country of national phone numbers; empty to infer it.
    pub region: String,
    /// A file of rules; empty for the built-in ones.
    pub rules: PathBuf,
}

impl Scan {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let range = |key, value: String, range| Err(ConfigError::Range { key, value, range });
        if !(1..=4_096).contains(&self.concurrency) {
            return range("scan.concurrency", self.concurrency.to_string(), "1 to 4096");
        }
        if !["auto", "wide", "all", "none"].contains(&self.select.as_str()) {
            return range("scan.select", format!("\"{}\"", self.select), "auto, wide, all or none");
        }
        if !self.region.is_empty()
            && (self.region.len() != 2 || !self.region.bytes().all(|b| b.is_ascii_alphabetic()))
        {
            return range(
                "scan.region",
                format!("\"{}\"", self.region),
                "a country of two letters, such as \"DE\"",
            );
        }
        Ok(())
    }
}
