//! `sitelode demo`: the whole pipeline, offline, over the built-in sample sites.

use std::process::ExitCode;
use std::time::Duration;

use model::Site;
use pipeline::classify::Profile;
use testkit::samples::{self, Sample};
use testkit::site::Web;

use crate::commands::scan::{self, Plan, Stop};
use crate::config::Config;
use crate::failure::Failure;
use crate::wire::{self, Global};

/// Serves a few built-in sample sites on loopback and runs the whole pipeline over them; works offline.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  sitelode demo")]
pub struct Demo {
    /// Only serve the sample sites, until Ctrl-C: for trying the other commands on them
    #[arg(long)]
    serve_only: bool,
}

impl Demo {
    /// Serves, scans, shows.
    ///
    /// # Errors
    /// If the sample sites can't be served or the database can't be used.
    pub async fn run(self, global: &Global, mut config: Config) -> Result<ExitCode, Failure> {
        let samples = samples::all();
        let web = Web::builder()
            .sites(samples.iter().map(Sample::site))
            .start()
            .await
            .map_err(anyhow::Error::from)?;
        let sites: Vec<Site> =
            samples.iter().filter_map(|sample| Site::parse(&web.url(sample.host, "/")).ok()).collect();
        eprintln!("{} sample sites on loopback:", sites.len());
        for site in &sites {
            eprintln!("  {}", site.base());
        }
        if self.serve_only {
            eprintln!("press Ctrl-C to end");
            tokio::signal::ctrl_c().await?;
            return Ok(ExitCode::SUCCESS);
        }
        let folder = tempfile::tempdir()?;
        if global.data.is_none() {
            folder.path().clone_into(&mut config.store.data);
        }
        config.fetch.allow_private_networks = true;
        config.fetch.delay_ms = config.fetch.delay_ms.min(DELAY_MS);
        let store = wire::open_store(&config).await?;
        let pipeline = wire::pipeline(&config, store.clone(), "demo")?;
        let plan = Plan {
            profile: Profile::Wide,
            max_pages: None,
            scrape: true,
            again: false,
            concurrency: config.scan.concurrency,
            per_host: config.fetch.per_host,
            delay: Duration::from_millis(config.fetch.delay_ms),
            lease: Duration::from_millis(config.node.lease_ms),
        };
        let finished = scan::scan(&pipeline, &sites, &plan, &Stop::on_ctrl_c()).await?;
        let output = scan::Output::new(None, None, global.json)?;
        let code = scan::print(&store, &finished, &output).await?;
        drop(pipeline);
        wire::close(store).await?;
        web.stop().await;
        Ok(code)
    }
}

/// The sample sites need no politeness.
const DELAY_MS: u64 = 5;
