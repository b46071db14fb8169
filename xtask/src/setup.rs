//! Installs what the tests need and this machine lacks: the test runner, a PostgreSQL server, a library that shifts
//! clocks.

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
    let mut packages = Vec::new();
    if !has_postgres() {
        packages.push("postgresql");
    }
    if !has_faketime() {
        packages.push("faketime");
    }
    if !packages.is_empty() {
        run::run("apt-get", &["update"])?;
        let args = [&["install", "--yes"], &packages[..]].concat();
        run::run_with("apt-get", &args, &[("DEBIAN_FRONTEND", "noninteractive")])?;
    }
    Ok(())
}

/// Whether a process can be given a wrong clock: Debian keeps libfaketime in the folder of the architecture.
fn has_faketime() -> bool {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1")).any(|library| library.exists())
}

/// Whether a PostgreSQL server can be started: Debian keeps each version's programs in a folder of its own.
fn has_postgres() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|program| program.exists())
        || run::is_there("initdb", &["--version"])
}
