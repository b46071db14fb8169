//! `[alerts]`: when somebody is told, and who.

use std::time::Duration;

use node::{Hook, HookFormat};
use serde::Deserialize;
use store::StuckLimits;
use url::Url;

use super::ConfigError;

/// When somebody is told, and who.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// A due job that waits.
    pub pending_s: u64,
    /// A job that runs.
    pub running_s: u64,
    /// A lease that ran out.
    pub lease_s: u64,
    /// Who is told: `slack URL` or `json URL`.
    pub hooks: Vec<String>,
}

impl Alerts {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.hooks().map(drop)
    }

    /// When jobs count as stuck.
    pub fn stuck(&self) -> StuckLimits {
        StuckLimits {
            pending: Duration::from_secs(self.pending_s),
            running: Duration::from_secs(self.running_s),
            lease: Duration::from_secs(self.lease_s),
        }
    }

    /// Who is told.
    ///
    /// # Errors
    /// Which of them is wrong, and what is right.
    pub fn hooks(&self) -> Result<Vec<Hook>, ConfigError> {
        let numbered = self.hooks.iter().enumerate();
        numbered.map(|(at, text)| hook(at + 1, text).ok_or_else(|| wrong(text))).collect()
    }
}

fn hook(number: usize, text: &str) -> Option<Hook> {
    let (word, url) = text.split_once(' ')?;
    let format = match word {
        "slack" => HookFormat::Slack,
        "json" => HookFormat::Json,
        _ => return None,
    };
    let url = Url::parse(url.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(Hook { name: format!("{word}-{number}"), url, format })
}

fn wrong(text: &str) -> ConfigError {
    // What follows may be a secret.
    let value = format!("\"{} ...\"", text.split_whitespace().next().unwrap_or_default());
    ConfigError::Range { key: "alerts.hooks", value, range: "a list of \"slack URL\" or \"json URL\"" }
}
