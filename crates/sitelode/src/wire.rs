//! Joining the parts: settings, store, fetcher and pipeline, as the command line asks.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clock::{SharedClock, SystemClock};
use engine::Incarnation;
use fetch::pace::LeasedGate;
use fetch::{Fetcher, SystemResolver};
use node::StoreLeases;
use pipeline::classify::Rules;
use pipeline::{Pipeline, Settings};
use store::{Dialect, Store, StoreOptions};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};

use crate::config::{Config, Log};
use crate::failure::Failure;
use crate::progress::LogLines;

/// What every command takes.
#[derive(clap::Args, Clone, Debug)]
pub struct Global {
    /// The folder where everything is kept [default: ./sitelode-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A postgres:// URL instead of the embedded database
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// A configuration file [default: ./sitelode.toml if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What is logged on standard error: error, warn, info, debug, trace
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log: Option<String>,
    /// Print results as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Also fetch loopback, private and other non-public addresses
    #[arg(long, global = true)]
    pub allow_private_networks: bool,
}

impl Global {
    /// The settings of all layers.
    ///
    /// # Errors
    /// If a layer is wrong.
    pub fn config(&self) -> Result<Config, Failure> {
        let mut config = Config::load(self.config.as_deref(), std::env::vars())?;
        if let Some(data) = &self.data {
            config.store.data.clone_from(data);
        }
        if let Some(database) = &self.database {
            config.store.database.clone_from(database);
        }
        if let Some(level) = &self.log {
            config.log.level.clone_from(level);
        }
        config.fetch.allow_private_networks |= self.allow_private_networks;
        Ok(config)
    }
}

/// What each line of the log begins with: the time, and the name of the node if there is one.
#[derive(Debug)]
struct Stamp {
    node: Option<String>,
}

impl FormatTime for Stamp {
    fn format_time(&self, line: &mut Writer<'_>) -> std::fmt::Result {
        SystemTime.format_time(line)?;
        self.node.as_ref().map_or(Ok(()), |node| write!(line, " {node}"))
    }
}

/// Starts the log on standard error, with the name of the node if it is one.
///
/// # Errors
/// If the level is none.
pub fn start_log(log: &Log, node: Option<String>) -> Result<(), Failure> {
    let usual = if node.is_some() { "info" } else { "warn" };
    let level = if log.level.is_empty() { usual } else { &log.level };
    let filter = EnvFilter::try_new(level).map_err(|error| {
        Failure::usage(format!("log level \"{level}\": {error}; use error, warn, info, debug or trace"))
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| LogLines)
        .with_ansi(std::io::stderr().is_terminal())
        .with_timer(Stamp { node })
        .init();
    Ok(())
}

/// Opens the store.
///
/// # Errors
/// If the database can't be used.
pub async fn open_store(config: &Config) -> Result<Arc<Store>, Failure> {
    let options = StoreOptions { server: config.store.server(), ..StoreOptions::new(SystemClock::shared()) };
    Ok(Arc::new(Store::open(&config.store.location(), options).await?))
}

/// Makes a fetcher that goes by this clock.
///
/// # Errors
/// If it can't be made as it is set.
pub fn fetcher(config: &Config, clock: SharedClock) -> Result<Fetcher, Failure> {
    Ok(Fetcher::new(config.fetch.to_config(&config.provider)?, clock)?)
}

/// Makes the gate by which nodes on one database share hosts.
///
/// # Errors
/// If the settings are wrong.
pub fn leased_gate(
    config: &Config,
    store: &Arc<Store>,
    node: Incarnation,
) -> Result<Arc<LeasedGate>, Failure> {
    let leases = StoreLeases::new(Arc::clone(store), node);
    let pace = config.fetch.to_config(&config.provider)?.pace;
    Ok(LeasedGate::new(pace, config.node.host_leases(), leases, store.clock()))
}

/// Makes the fetcher behind a gate; it goes by this clock.
///
/// # Errors
/// If it can't be made as it is set.
pub fn fetcher_behind(
    config: &Config,
    gate: &Arc<LeasedGate>,
    clock: SharedClock,
) -> Result<Fetcher, Failure> {
    let (resolver, gate) = (Arc::new(SystemResolver::default()), Arc::clone(gate));
    let config = config.fetch.to_config(&config.provider)?;
    Ok(Fetcher::with_parts(config, clock, resolver, gate)?)
}

/// Reads the classification rules.
///
/// # Errors
/// If the file can't be read or is wrong.
pub fn rules(config: &Config) -> Result<Rules, Failure> {
    let path = &config.scan.rules;
    if path.as_os_str().is_empty() {
        return Ok(Rules::default());
    }
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read the rules {}", path.display()))?;
    Ok(Rules::from_toml(&text).with_context(|| format!("the rules {}", path.display()))?)
}

/// Makes the pipeline.
///
/// # Errors
/// If the fetcher or the rules can't be made.
pub fn pipeline(config: &Config, store: Arc<Store>, created_by: &str) -> Result<Arc<Pipeline>, Failure> {
    let fetcher = match store.dialect() {
        Dialect::Sqlite => fetcher(config, store.clock())?,
        Dialect::Postgres => {
            // Others may be at work on the same hosts.
            let gate = leased_gate(config, &store, Incarnation::draw(&*store.clock()))?;
            let kept = Arc::clone(&gate);
            tokio::spawn(async move { kept.keep(std::future::pending()).await });
            fetcher_behind(config, &gate, store.clock())?
        }
    };
    pipeline_with(config, store, fetcher, created_by)
}

/// Makes the pipeline with a given fetcher.
///
/// # Errors
/// If the rules can't be made.
pub fn pipeline_with(
    config: &Config,
    store: Arc<Store>,
    fetcher: Fetcher,
    created_by: &str,
) -> Result<Arc<Pipeline>, Failure> {
    let region = Some(config.scan.region.to_ascii_uppercase()).filter(|region| !region.is_empty());
    let sitemap = sitemap::Limits { unpacked_bytes: config.fetch.sitemap_bytes_max, ..Default::default() };
    let settings = Settings { sitemap, region, created_by: Some(created_by.to_owned()) };
    Ok(Pipeline::new(store, fetcher, rules(config)?, settings))
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Closes the store, so that its file is whole without its write-ahead log.
///
/// # Errors
/// If the database can't be closed in order.
pub async fn close(store: Arc<Store>) -> Result<(), Failure> {
    if let Some(store) = Arc::into_inner(store) {
        store.close().await?;
    }
    Ok(())
}
