//! Rounds of faults drawn from a seed: real processes, a real PostgreSQL, a fake web, and a judge at the end.

use anyhow::Result;

use crate::{run, setup};

/// The test that runs the rounds.
const ROUNDS: &str = "test(rounds_end_as_if_nothing_had_happened)";

/// What is to fail, and how often.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask crash --rounds 20
  cargo xtask crash --seed 7 --rounds 1
  cargo xtask crash --faults kill,pause,crash --rounds 5

Each round draws six faults and prints them. A round that goes wrong prints its seed, its faults, what is wrong and the
logs of all nodes; the same seed and faults come in the same order again. docs/faults.md tells what each fault does.")]
pub struct Crash {
    /// The seed of the first round; the next ones count up from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many rounds, each on PostgreSQL with three nodes and on the embedded database with one
    #[arg(long, default_value_t = 5)]
    rounds: u64,
    /// Which faults, by commas: kill, pause, leader, cut, freeze, refuse, half-close, slow, stop, crash, server-kill,
    /// clock-ahead, clock-back, hold, disk, web [default: all but disk]
    #[arg(long, value_name = "LIST")]
    faults: Option<String>,
}

impl Crash {
    /// Runs the rounds.
    ///
    /// # Errors
    /// If one goes wrong.
    pub fn run(&self) -> Result<()> {
        setup::run()?;
        let settings = [
            ("SITELODE_FAULTS_SEED", self.seed.to_string()),
            ("SITELODE_FAULTS_ROUNDS", self.rounds.to_string()),
            ("SITELODE_FAULTS", self.faults.clone().unwrap_or_default()),
        ];
        let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
        let args = ["nextest", "run", "--package", "sitelode", "--test", "it", "--no-capture", "-E", ROUNDS];
        run::run_with("cargo", &args, &settings)
    }
}
