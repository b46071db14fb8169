//! How many pages a second give their contacts, on one core, all kinds together.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::generate;
use super::peers::{self, Rates};
use super::report::{Row, Unit};
use super::setup::Setup;
use crate::run;

/// How many pages are generated.
const PAGES: usize = 400;
/// How often all pages are read in one run.
const ROUNDS: &str = "3";
/// Names a folder of real pages to read too: the repository has none.
const REAL_PAGES: &str = "SITELODE_BENCH_PAGES";

/// Measures the extractor on generated pages, and on real ones where a folder of them is named.
///
/// # Errors
/// If the pages can't be read.
pub fn measure(setup: &Setup) -> Result<Vec<Row>> {
    let generated = setup.empty_folder("pages")?;
    for n in 0..setup.size(PAGES) {
        fs::write(generated.join(format!("{n}.html")), generate::page(n))?;
    }
    let mut folders = vec![("generated", generated)];
    match std::env::var_os(REAL_PAGES) {
        Some(folder) => folders.push(("real", PathBuf::from(folder))),
        None => eprintln!("{REAL_PAGES} names no folder of real pages: only generated ones are measured"),
    }
    let program = setup.rust_peers()?;
    let mut rows = Vec::new();
    for (kind, folder) in folders {
        let mut rates = Rates::new();
        for _ in 0..setup.runs {
            peers::add_run(&mut rates, on_one_core(&program).arg("extract").arg(&folder).arg(ROUNDS))?;
        }
        let (own, parse) = (peers::of(&rates, "sitelode")?, peers::of(&rates, "html5ever")?);
        let what = format!("contacts of {kind} pages, one core");
        let row = Row::new(what, Unit::PerSecond("pages"), own).at_least(800.0).goal(1_500.0);
        rows.push(row.against("html5ever 0.40, parsing alone", parse, own.times(parse)));
    }
    Ok(rows)
}

/// The program held to one core, where the system can.
fn on_one_core(program: &std::path::Path) -> Command {
    if !run::is_there("taskset", &["--version"]) {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", "0"]).arg(program);
    command
}
