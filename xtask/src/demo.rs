//! The first thing a newcomer runs: the whole pipeline, offline, over the built-in sample sites.

use anyhow::Result;

use crate::run;

/// How to show it.
#[derive(clap::Args)]
pub struct Demo {
    /// Words handed to `sitelode demo`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

impl Demo {
    /// Builds the program and runs its demo.
    ///
    /// # Errors
    /// If the build or the demo fails.
    pub fn run(&self) -> Result<()> {
        let mut args = vec!["run", "--release", "--package", "sitelode", "--", "demo"];
        args.extend(self.args.iter().map(String::as_str));
        run::run("cargo", &args)
    }
}
