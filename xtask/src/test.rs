//! Every test of the project, in one command.

use anyhow::Result;

use crate::{fuzz, run, setup};

/// What to test.
#[derive(clap::Args)]
pub struct Test {
    /// Leaves the short fuzz run out.
    #[arg(long)]
    no_fuzz: bool,
    /// Words handed to the test runner, such as a test's name.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    filter: Vec<String>,
}

impl Test {
    /// Installs what is missing, then runs the tests; the runner's summary closes the output.
    ///
    /// # Errors
    /// If anything fails.
    pub fn run(&self) -> Result<()> {
        setup::run()?;
        if !self.no_fuzz && self.filter.is_empty() {
            fuzz::Fuzz::short().run()?;
        }
        run::run("cargo", &["test", "--quiet", "--workspace", "--doc"])?;
        let mut args = vec!["nextest", "run", "--workspace"];
        args.extend(self.filter.iter().map(String::as_str));
        run::run("cargo", &args)
    }
}
