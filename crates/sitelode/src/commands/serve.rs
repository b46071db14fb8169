//! `sitelode serve`: a node with schedulers and workers, on the embedded database or on a shared one.

use std::process::ExitCode;

use model::NodeKind;

use super::node::{self, NodeArgs};
use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

/// Runs schedulers and workers until it is told to end: alone on the embedded database, or as one of many nodes on a
/// PostgreSQL.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode serve
  sitelode serve --database postgres://sitelode@db.example/sitelode
  sitelode serve --no-workers --database postgres://sitelode@db.example/sitelode
On the embedded database one process serves; others join a PostgreSQL with `sitelode worker`.")]
pub struct Serve {
    #[command(flatten)]
    pub node: NodeArgs,
    /// Run no jobs here: only schedulers
    #[arg(long)]
    pub no_workers: bool,
}

impl Serve {
    /// Serves.
    ///
    /// # Errors
    /// If the database or the settings can't be used.
    pub async fn run(self, config: &Config) -> Result<ExitCode, Failure> {
        let store = wire::open_store(config).await?;
        node::make(&self.node, config, NodeKind::Serve, !self.no_workers, store)?.run().await
    }
}
