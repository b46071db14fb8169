//! How a command fails: one clear line and an exit code.

use std::process::ExitCode;

use admin::identity::IdentityError;
use store::StoreError;

use crate::config::ConfigError;

/// Wrong words or wrong settings.
const USAGE: u8 = 2;
/// The database can't be used.
const DATABASE: u8 = 3;
/// Anything else.
const FAILED: u8 = 1;

/// Why a command did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line asks for something impossible.
    #[error("{0}")]
    Usage(String),
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database can't be used.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The outside web can't be fetched.
    #[error(transparent)]
    Fetch(#[from] fetch::Error),
    /// People or tokens are not as they would have to be.
    #[error(transparent)]
    Identity(#[from] admin::identity::IdentityError),
    /// Anything else, with what was being done.
    #[error("{0:#}")]
    Other(#[from] anyhow::Error),
    /// A file or stream failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl Failure {
    /// A misuse of the command line.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::Usage(text.into())
    }

    /// Prints the one line; the exit code that goes with it.
    pub fn report(&self) -> ExitCode {
        // Whoever reads our output has seen enough: `sitelode ... | head` is no failure.
        if matches!(self, Self::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe) {
            return ExitCode::SUCCESS;
        }
        eprintln!("error: {self}");
        ExitCode::from(match self {
            Self::Usage(_) | Self::Config(_) => USAGE,
            Self::Identity(IdentityError::Invalid { .. }) => USAGE,
            Self::Identity(IdentityError::Store(StoreError::NotFound { .. } | StoreError::Conflict(_))) => {
                FAILED
            }
            Self::Store(_) | Self::Identity(IdentityError::Store(_)) => DATABASE,
            _ => FAILED,
        })
    }
}
