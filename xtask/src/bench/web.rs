//! The fake web in a process of its own, so that its work is not counted as ours.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// A running fake web; ends when it is dropped.
pub struct Web {
    process: Child,
    /// The addresses of its sites, such as `http://127.0.0.1:4711`.
    pub origins: Vec<String>,
}

impl Web {
    /// Starts the `serve` program and waits until all sites listen.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(program: &Path, args: &[&str]) -> Result<Self> {
        let mut process = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let out = process.stdout.take().context("the fake web has no output")?;
        // It names its sites, then an empty line.
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        let origins: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let web = Self { process, origins };
        if web.origins.is_empty() {
            bail!("{} {} serves nothing", program.display(), args.join(" "));
        }
        Ok(web)
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
