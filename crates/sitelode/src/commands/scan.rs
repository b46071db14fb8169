//! `sitelode scan`: the whole pipeline in this process, on the embedded database, to its end.

mod report;
mod run;
mod targets;

use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use pipeline::classify::Profile;

use crate::config::Config;
use crate::failure::Failure;
use crate::wire::{self, Global};

pub use report::{Output, print};
pub use run::{Plan, Stop, scan};

/// Scans domains: finds their sitemaps, imports their pages, scrapes the contact pages, prints the contacts.
///
/// The same command again goes on where it stopped, however it was stopped; domains that are done are not read again.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode scan example.com https://example.org
  sitelode scan --file domains.csv --output contacts.csv
  cut -f2 list.tsv | sitelode scan --file - --select wide --json

Exit codes: 0 all done, 1 some domains failed, 2 wrong usage, 3 the database can't be used, 130 stopped by Ctrl-C.")]
pub struct Scan {
    /// Domains or URLs
    #[arg(value_name = "DOMAIN")]
    domains: Vec<String>,
    /// A list of domains: text or CSV, gzipped or not, - for standard input
    #[arg(long, short, value_name = "FILE")]
    file: Vec<String>,
    /// Which pages are scraped: auto (contact, career, legal), wide (team, about, locations too), all, none
    #[arg(long, value_name = "PROFILE", value_parser = ["auto", "wide", "all", "none"])]
    select: Option<String>,
    /// How many pages of one domain are kept
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_pages: Option<u32>,
    /// Where the contacts go instead of a table on standard output; - for standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How the contacts are written [default: by the ending of --output, else csv]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Find and import sitemaps, but scrape no page
    #[arg(long)]
    no_scrape: bool,
    /// Read domains again that are done
    #[arg(long)]
    rescan: bool,
    /// How many jobs run at the same time, over all hosts
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    concurrency: Option<u32>,
    /// Milliseconds between two requests to one host
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(0..=600_000))]
    delay: Option<u64>,
}

/// How contacts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Comma-separated values with a header.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

impl Scan {
    /// Scans, reports, writes the contacts.
    ///
    /// # Errors
    /// If the arguments name nothing to scan, or the database or the output can't be used.
    pub async fn run(self, global: &Global, mut config: Config) -> Result<ExitCode, Failure> {
        self.overlay(&mut config);
        let plan = self.plan(&config)?;
        let sites = targets::collect(&self.domains, &self.file)?;
        if sites.is_empty() {
            return Err(Failure::usage(
                "no domain to scan; name one, as in `sitelode scan example.com`, or a list with --file domains.csv",
            ));
        }
        let output = report::Output::new(self.output.clone(), self.format, global.json)?;
        let store = wire::open_store(&config).await?;
        let pipeline = wire::pipeline(&config, store.clone(), "scan")?;
        let finished = scan(&pipeline, &sites, &plan, &Stop::on_ctrl_c()).await?;
        let code = report::print(&store, &finished, &output).await?;
        drop(pipeline);
        wire::close(store).await?;
        Ok(code)
    }

    /// Lays the command line over the settings.
    fn overlay(&self, config: &mut Config) {
        if let Some(select) = &self.select {
            config.scan.select.clone_from(select);
        }
        if let Some(max_pages) = self.max_pages {
            config.scan.max_pages = max_pages;
        }
        if let Some(concurrency) = self.concurrency {
            config.scan.concurrency = concurrency as usize;
        }
        if let Some(delay) = self.delay {
            config.fetch.delay_ms = delay;
        }
    }

    fn plan(&self, config: &Config) -> Result<Plan, Failure> {
        Ok(Plan {
            profile: Profile::from_str(&config.scan.select).map_err(anyhow::Error::from)?,
            max_pages: (config.scan.max_pages > 0).then(|| i64::from(config.scan.max_pages)),
            scrape: !self.no_scrape,
            again: self.rescan,
            concurrency: config.scan.concurrency,
            per_host: config.fetch.per_host,
            delay: Duration::from_millis(config.fetch.delay_ms),
            lease: Duration::from_millis(config.node.lease_ms),
        })
    }
}
