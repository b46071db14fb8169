//! `[backup]`: when the embedded database is copied.

use std::path::{Path, PathBuf};
use std::time::Duration;

use node::BackupPlan;
use serde::Deserialize;

use super::ConfigError;

/// The folder for copies in the data folder.
const FOLDER: &str = "backups";

/// When the embedded database is copied, and how many copies are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// Hours between two copies; 0 for none.
    pub every_h: u64,
    /// Copies that are kept.
    pub keep: usize,
    /// Where to; empty for a folder in the data folder.
    pub folder: PathBuf,
}

impl Backup {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if !(1..=10_000).contains(&self.keep) {
            let (key, value) = ("backup.keep", self.keep.to_string());
            return Err(ConfigError::Range { key, value, range: "1 to 10000" });
        }
        Ok(())
    }

    /// The plan; none if nothing is to be copied.
    pub fn plan(&self, data: &Path) -> Option<BackupPlan> {
        let given = !self.folder.as_os_str().is_empty();
        let folder = if given { self.folder.clone() } else { data.join(FOLDER) };
        let every = Duration::from_secs(self.every_h.checked_mul(3_600)?);
        (!every.is_zero()).then_some(BackupPlan { folder, every, keep: self.keep })
    }
}
