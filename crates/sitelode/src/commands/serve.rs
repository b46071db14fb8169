//! `sitelode serve`: the API, and a node with schedulers and workers, on the embedded database or on a shared one.

use std::net::SocketAddr;
use std::process::ExitCode;

use model::NodeKind;

use super::node::{self, NodeArgs};
use crate::config::Config;
use crate::control;
use crate::failure::Failure;
use crate::http::Http;
use crate::wire;

/// Answers the API, and runs schedulers and workers until it is told to end: alone on the embedded database, or as one of many nodes on a
/// PostgreSQL.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode serve
  sitelode serve --listen 127.0.0.1:9000 --database postgres://sitelode@db.example/sitelode
  sitelode serve --no-workers --database postgres://sitelode@db.example/sitelode
The first start prints the one-time password of the user \"admin\", unless SITELODE_ADMIN_PASSWORD gives one.
On the embedded database one process serves; others join a PostgreSQL with `sitelode worker`.")]
pub struct Serve {
    /// Where the API is answered
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,
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
        let shared = control::surroundings(config, &store);
        drop(store);
        let ready = node::make(&self.node, config, NodeKind::Serve, !self.no_workers, &shared)?;
        let http = Http::start(self.listen, config, &shared).await?;
        drop(shared);
        ready.answering(http).run().await
    }
}
