//! Speed and memory against stated limits and peers.

use anyhow::Result;

use crate::run;

/// What to measure.
#[derive(clap::Args)]
pub struct Bench {
    /// Words handed to `cargo bench`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

impl Bench {
    /// Runs the benches.
    ///
    /// # Errors
    /// If one fails.
    pub fn run(&self) -> Result<()> {
        let mut args = vec!["bench", "--workspace"];
        args.extend(self.args.iter().map(String::as_str));
        run::run("cargo", &args)
    }
}
