//! Speed and memory against stated limits, and against peers that do the same work in the same run.

mod extract;
mod generate;
mod import;
mod jobs;
mod peers;
mod postgres;
mod report;
mod scan;
mod setup;
mod sitemap;
mod start;
mod timed;
mod web;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::builder::PossibleValuesParser;

use report::Row;
use setup::Setup;

/// A measurement: its name, and what carries it out.
type Measurement = (&'static str, fn(&Setup) -> Result<Vec<Row>>);

/// All measurements, in the order of the table.
const MEASUREMENTS: &[Measurement] = &[
    ("sitemap", sitemap::measure),
    ("import", import::measure),
    ("extract", extract::measure),
    ("jobs", jobs::measure),
    ("postgres", postgres::measure),
    ("scan", scan::measure),
    ("start", start::measure),
];

/// What to measure and how often.
#[derive(clap::Args)]
pub struct Bench {
    /// Only these [default: all]
    #[arg(value_name = "NAME", value_parser = PossibleValuesParser::new(MEASUREMENTS.iter().map(|(name, _)| *name)))]
    names: Vec<String>,
    /// How often each is measured; medians are reported
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    runs: u32,
    /// Also measure the Python peers and other job queues; the first time installs them below the target folder
    #[arg(long)]
    peers: bool,
    /// Small inputs: shows that everything works, measures nothing
    #[arg(long)]
    quick: bool,
    /// Measure what is built already, however old it is
    #[arg(long)]
    no_build: bool,
    /// Put the table into this Markdown file, between its `bench` marks; rows not measured now stay
    #[arg(long, value_name = "FILE")]
    markdown: Vec<PathBuf>,
}

impl Bench {
    /// Builds what is measured, measures, prints the table.
    ///
    /// # Errors
    /// If something can't be built or run, or a limit is missed (not with `--quick`).
    pub fn run(&self) -> Result<()> {
        let setup = Setup::new(self.runs as usize, self.quick, self.peers, self.no_build)?;
        let mut rows = Vec::new();
        for (name, measure) in MEASUREMENTS {
            if self.names.is_empty() || self.names.iter().any(|wanted| wanted == name) {
                eprintln!("== {name}");
                let measured = measure(&setup)?;
                print!("{}", report::table(name, &measured));
                rows.push((*name, measured));
            }
        }
        let names: Vec<&str> = MEASUREMENTS.iter().map(|(name, _)| *name).collect();
        for file in &self.markdown {
            report::into_markdown(file, &names, &rows)?;
        }
        let missed = rows.iter().flat_map(|(_, rows)| rows).filter(|row| row.is_missed()).count();
        if missed > 0 && !self.quick {
            bail!("{missed} limit(s) missed");
        }
        Ok(())
    }
}
