//! `sitelode worker`: one more node on a shared database.

use std::process::ExitCode;

use model::NodeKind;

use super::node::{self, NodeArgs};
use crate::config::Config;
use crate::control;
use crate::failure::Failure;
use crate::wire;

/// Runs jobs as one more node on a shared PostgreSQL, until it is told to end.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode worker --database postgres://sitelode@db.example/sitelode
  sitelode worker --database postgres://sitelode@db.example/sitelode --stages scrape --concurrency 200
  SITELODE_STORE_DATABASE=postgres://... sitelode worker --name berlin-2")]
pub struct Worker {
    #[command(flatten)]
    pub node: NodeArgs,
}

impl Worker {
    /// Works.
    ///
    /// # Errors
    /// If the database or the settings can't be used.
    pub async fn run(self, config: &Config) -> Result<ExitCode, Failure> {
        if config.store.database.is_empty() {
            return Err(Failure::usage(
                "a worker joins others on a PostgreSQL: give --database postgres://...; on the embedded database one \
                 process does all: sitelode serve",
            ));
        }
        let store = wire::open_store(config).await?;
        let shared = control::surroundings(config, &store);
        drop(store);
        let ready = node::make(&self.node, config, NodeKind::Worker, true, &shared)?;
        drop(shared);
        ready.run().await
    }
}
