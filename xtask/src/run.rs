//! Running other programs: said before it is done, an error if it fails.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Runs a program in the root of the repository, its output on the terminal.
///
/// # Errors
/// If it can't be started or does not exit with 0.
pub fn run(program: &str, args: &[&str]) -> Result<()> {
    run_with(program, args, &[])
}

/// As [`run`], with more environment variables.
///
/// # Errors
/// As [`run`].
pub fn run_with(program: &str, args: &[&str], env: &[(&str, &str)]) -> Result<()> {
    eprintln!("$ {program} {}", args.join(" "));
    let status = Command::new(program)
        .args(args)
        .envs(env.iter().copied())
        .current_dir(root())
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    if !status.success() {
        bail!("{program} {} ended with {status}", args.join(" "));
    }
    Ok(())
}

/// Whether a program can be started and answers `--version`.
pub fn is_there(program: &str, args: &[&str]) -> bool {
    Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The program's standard output, trimmed.
///
/// # Errors
/// If it can't be started or does not exit with 0.
pub fn output(program: &str, args: &[&str]) -> Result<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(root())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    if !output.status.success() {
        bail!("{program} {} ended with {}", args.join(" "), output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where cargo builds.
///
/// # Errors
/// If cargo does not tell.
pub fn target_dir() -> Result<PathBuf> {
    let metadata = output("cargo", &["metadata", "--no-deps", "--offline", "--format-version", "1"])?;
    let (_, rest) =
        metadata.split_once("\"target_directory\":\"").context("cargo metadata names no target folder")?;
    Ok(PathBuf::from(rest.split('"').next().unwrap_or_default()))
}
