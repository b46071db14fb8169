//! Coverage-guided fuzzing on the stable compiler: what reads bytes from outside is fed generated ones.
//!
//! The targets in `fuzz/` are those of `cargo fuzz`; this builds them with the coverage instrumentation that libFuzzer
//! needs and stable rustc has, so that neither a nightly toolchain nor a further program is wanted.

use anyhow::Result;

use crate::run;

/// The targets, one for each reader of outside bytes.
const TARGETS: &[&str] = &["sitemap", "robots", "contacts", "page_url"];
/// How many inputs a target gets in the test run: some seconds each.
const SHORT_RUNS: u64 = 20_000;
/// The largest generated input, in bytes.
const INPUT_BYTES_MAX: u32 = 8_192;

/// What to fuzz and for how long.
#[derive(clap::Args)]
pub struct Fuzz {
    /// Only this target.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(TARGETS))]
    target: Option<String>,
    /// How many inputs each target gets.
    #[arg(long, default_value_t = 1_000_000)]
    runs: u64,
    /// Where the random choices start: the same seed gives the same run.
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

impl Fuzz {
    /// The run that is part of the tests.
    pub fn short() -> Self {
        Self { target: None, runs: SHORT_RUNS, seed: 1 }
    }

    /// Builds the targets and runs them.
    ///
    /// # Errors
    /// If a target finds an input that breaks its promise; libFuzzer then names the file that holds it.
    pub fn run(&self) -> Result<()> {
        let flags = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";
        let target_dir = run::target_dir()?.join("fuzz");
        let target_dir = target_dir.to_string_lossy();
        // With a target named, the flags reach the targets and not the build scripts.
        let host = run::output("rustc", &["--print", "host-tuple"])?;
        let build = ["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target", &host];
        run::run_with("cargo", &build, &[("RUSTFLAGS", flags), ("CARGO_TARGET_DIR", &target_dir)])?;
        for target in TARGETS.iter().filter(|t| self.target.as_deref().is_none_or(|wanted| wanted == **t)) {
            let binary = format!("{target_dir}/{host}/release/{target}");
            let artifacts = format!("-artifact_prefix={target_dir}/");
            let (runs, seed) = (format!("-runs={}", self.runs), format!("-seed={}", self.seed));
            let length = format!("-max_len={INPUT_BYTES_MAX}");
            run::run(&binary, &[&runs, &seed, &length, "-verbosity=0", "-timeout=20", &artifacts])?;
        }
        Ok(())
    }
}
