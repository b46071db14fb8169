//! Installs what the tests need and this machine lacks: the test runner, a PostgreSQL server.

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
    if !has_postgres() {
        run::run("apt-get", &["update"])?;
        run::run_with(
            "apt-get",
            &["install", "--yes", "postgresql"],
            &[("DEBIAN_FRONTEND", "noninteractive")],
        )?;
    }
    Ok(())
}

/// Whether a PostgreSQL server can be started: Debian keeps each version's programs in a folder of its own.
fn has_postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|program| program.exists())
        || run::is_there("initdb", &["--version"])
}
