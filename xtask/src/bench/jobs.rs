//! How many jobs a second go through the whole engine on SQLite, history kept.

use anyhow::{Context, Result};

use super::report::{Row, Unit};
use super::setup::Setup;
use super::timed::Series;
use crate::run;

const JOBS: usize = 100_000;
const LIMIT: f64 = 100_000.0;

/// Measures the store's own bench, which says the medians of five runs each time.
///
/// # Errors
/// If it fails.
pub fn measure(setup: &Setup) -> Result<Vec<Row>> {
    let jobs = setup.size(JOBS).to_string();
    let (mut queued, mut drained) = (Series::default(), Series::default());
    for _ in 0..setup.runs.div_ceil(5) {
        let said = run::output(
            "cargo",
            &["bench", "--quiet", "--package", "store", "--bench", "jobs", "--", &jobs],
        )?;
        queued.push(after(&said, "queued ")?);
        drained.push(after(&said, "drained ")?);
    }
    let unit = Unit::PerSecond("jobs");
    Ok(vec![
        Row::new(format!("{jobs} no-op jobs queued"), unit, &queued).at_least(LIMIT),
        Row::new(format!("{jobs} no-op jobs run and kept"), unit, &drained).at_least(LIMIT),
    ])
}

/// The number that follows a word.
fn after(said: &str, word: &str) -> Result<f64> {
    let rest = said.split(word).nth(1).unwrap_or_default();
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().with_context(|| format!("the bench does not say how many are {word}:\n{said}"))
}
