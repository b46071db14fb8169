//! What is made from the code and kept in the repository; a test of each says when it is out of date.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::root;

/// Writes `api/openapi.json`.
///
/// # Errors
/// If the program can't be built or the file can't be written.
pub fn run() -> Result<()> {
    let output = Command::new("cargo")
        .args(["run", "--quiet", "--package", "server", "--example", "document"])
        .current_dir(root())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the document could not be made:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let path = root().join("api/openapi.json");
    fs::create_dir_all(root().join("api"))?;
    fs::write(&path, &output.stdout).with_context(|| format!("cannot write {}", path.display()))?;
    println!("wrote {}", path.display());
    Ok(())
}
