//! Running our parts beside Rust crates of others, turn by turn in one process: see `benches/peers/rust`.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result};

use super::timed::{self, Series};

/// How fast each reader was, in items a second, by its name; one figure a run.
pub type Rates = BTreeMap<String, Series>;

/// Runs it once, and adds each reader's median of the rounds.
///
/// It prints lines `reader, seconds, items`, one a round and reader.
///
/// # Errors
/// If it fails or prints something else.
pub fn add_run(rates: &mut Rates, command: &mut Command) -> Result<()> {
    let mut rounds = Rates::new();
    for line in timed::run(command)?.stdout.lines() {
        let (reader, rate) = read(line).with_context(|| format!("no line of the peers: {line}"))?;
        rounds.entry(reader.to_owned()).or_default().push(rate);
    }
    for (reader, rounds) in rounds {
        rates.entry(reader).or_default().push(rounds.median());
    }
    Ok(())
}

/// A reader's name and rate from `reader<TAB>seconds<TAB>items`.
fn read(line: &str) -> Option<(&str, f64)> {
    let mut cells = line.split('\t');
    let (reader, seconds, items) = (cells.next()?, cells.next()?, cells.next()?);
    Some((reader, items.parse::<f64>().ok()? / seconds.parse::<f64>().ok()?))
}

/// The figures of one reader.
///
/// # Errors
/// If it was not measured.
pub fn of<'a>(rates: &'a Rates, reader: &str) -> Result<&'a Series> {
    rates.get(reader).with_context(|| format!("{reader} was not measured"))
}
