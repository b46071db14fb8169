//! Installs what the tests need and this machine lacks: the test runner.

use anyhow::Result;

use crate::run;

/// Installs what is missing; does nothing on a machine that has all.
///
/// # Errors
/// If an installation fails.
pub fn run() -> Result<()> {
    if !run::is_there("cargo", &["nextest", "--version"]) {
        run::run("cargo", &["install", "cargo-nextest", "--locked"])?;
    }
    Ok(())
}
