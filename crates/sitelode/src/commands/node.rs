//! What `serve` and `worker` share: a node is made, runs until it is told to end, and perhaps begins anew.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use admin::maintenance::Maintenance;
use admin::{MAINTENANCE, Surroundings};
use engine::{Incarnation, LaneRules, QueueName};
use model::NodeKind;
use node::{Ended, Node, NodeOptions, Parts, ServiceOptions, Stop};
use pipeline::plan::{DISCOVERY, IMPORT, SCRAPE};
use store::{DeclaredWorker, Store};

use crate::config::{Config, NodeConfig};
use crate::failure::Failure;
use crate::http::Http;
use crate::wire;

/// How many jobs of one host wait in memory for their turn; further ones are put off by as long as those take.
const WAITING_PER_HOST: usize = 32;
/// What a job takes at least.
const SHORTEST_SPACING: Duration = Duration::from_millis(2);

/// What a node takes on the command line.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct NodeArgs {
    /// The name of this node among others [default: the machine's]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The stages whose jobs run here
    #[arg(
        long,
        value_name = "STAGES",
        value_delimiter = ',',
        default_value = "discovery,import,scrape,maintenance"
    )]
    pub stages: Vec<String>,
    /// How many jobs of each stage run here at the same time
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub concurrency: Option<u32>,
}

impl NodeArgs {
    /// The node's name.
    pub fn name(&self, config: &Config, kind: NodeKind) -> String {
        let configured = Some(config.node.name.clone()).filter(|name| !name.is_empty());
        self.name.clone().or(configured).unwrap_or_else(|| match kind {
            NodeKind::Serve => NodeConfig::host(),
            NodeKind::Worker => format!("{}-worker", NodeConfig::host()),
        })
    }

    /// The workers that it begins with.
    fn workers(&self, config: &Config, name: &str) -> Result<Vec<DeclaredWorker>, Failure> {
        let mut stages: Vec<(QueueName, u32)> = Vec::new();
        for word in &self.stages {
            let (stage, usual) = match word.trim() {
                "discovery" => (DISCOVERY, config.node.discovery),
                "import" => (IMPORT, config.node.import),
                "scrape" => (SCRAPE, config.node.scrape),
                "maintenance" => (MAINTENANCE, 1),
                other => {
                    let text = format!(
                        "there is no stage \"{other}\"; there are discovery, import, scrape and maintenance"
                    );
                    return Err(Failure::usage(text));
                }
            };
            if stages.iter().all(|(known, _)| *known != stage) {
                stages.push((stage, self.concurrency.unwrap_or(usual)));
            }
        }
        let worker = |(stage, concurrency): (QueueName, u32)| DeclaredWorker {
            name: format!("{stage}@{name}"),
            queues: vec![stage.clone()],
            stage: Some(stage),
            concurrency,
        };
        Ok(stages.into_iter().map(worker).collect())
    }
}

/// A node that is ready to run, with what is to be closed after it.
#[derive(Debug)]
pub struct Ready {
    /// The node.
    pub node: Node,
    /// The store that it works on.
    pub store: Arc<Store>,
    /// The API, if this node answers it.
    pub http: Option<Http>,
}

/// Makes a node of a store that is open: its workers run the stages and what actions leave behind.
///
/// # Errors
/// If the settings are wrong, or the fetcher or the rules can't be made.
pub fn make(
    args: &NodeArgs,
    config: &Config,
    kind: NodeKind,
    workers: bool,
    shared: &Arc<Surroundings>,
) -> Result<Ready, Failure> {
    let store = Arc::clone(&shared.store);
    let clock = store.clock();
    let incarnation = Incarnation::draw(&*clock);
    let name = args.name(config, kind);
    let gate = wire::leased_gate(config, &store, incarnation)?;
    let fetcher = wire::fetcher_behind(config, &gate, store.clock())?;
    let pipeline = wire::pipeline_with(config, Arc::clone(&store), fetcher, "scheduler")?;
    let mut options = NodeOptions::new(&name, kind);
    if workers {
        options.workers = args.workers(config, &name)?;
    }
    set_times(&mut options, config);
    options.services = ServiceOptions {
        stuck: config.alerts.stuck(),
        retention: config.retention.to_retention(),
        hooks: config.alerts.hooks()?,
        backup: config.backup.plan(&config.store.data),
        created_by: Some("scheduler".to_owned()),
    };
    let stages = Arc::new(pipeline.stages().with(Maintenance::new(Arc::clone(shared))));
    let parts = Parts { pipeline, stages, gate: Some(gate), clock, incarnation };
    Ok(Ready { node: Node::new(parts, options, NodeConfig::host()), store, http: None })
}

fn set_times(options: &mut NodeOptions, config: &Config) {
    let ms = Duration::from_millis;
    options.beat = ms(config.node.beat_ms);
    options.lead = ms(config.node.lead_ms);
    options.silence = ms(config.node.silence_ms);
    options.worker.lease = ms(config.node.lease_ms);
    options.worker.poll = ms(config.node.poll_ms);
    options.worker.grace = ms(config.node.grace_ms);
    options.worker.lanes = LaneRules {
        running: config.fetch.per_host,
        waiting: WAITING_PER_HOST,
        spacing: ms(config.fetch.delay_ms).max(SHORTEST_SPACING),
    };
}

impl Ready {
    /// The same with an API that ends with it.
    pub fn answering(self, http: Http) -> Self {
        Self { http: Some(http), ..self }
    }

    /// Runs until the node has ended, then closes the store. On SIGTERM or Ctrl-C it ends in order; at the second one at
    /// once.
    ///
    /// # Errors
    /// If the node can't be registered, or can't begin anew.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let Self { node, store, http } = self;
        let stop = Stop::default();
        let signals = tokio::spawn(heed_signals(stop.clone()));
        let ended = node.run(&stop).await;
        signals.abort();
        drop(node);
        if let Some(http) = http {
            http.end().await?;
        }
        wire::close(store).await?;
        match ended? {
            Ended::Stopped => Ok(ExitCode::SUCCESS),
            Ended::Restart(_) => begin_anew(),
        }
    }
}

/// The first signal ends the node in order, the second at once.
async fn heed_signals(stop: Stop) {
    wire::stop_signal().await;
    eprintln!("ending; what runs may go on for a while, once more ends it at once");
    stop.gently.cancel();
    wire::stop_signal().await;
    eprintln!("ending at once");
    stop.at_once.cancel();
}

/// Replaces this process by a new one with the same arguments.
fn begin_anew() -> Result<ExitCode, Failure> {
    use std::os::unix::process::CommandExt;
    tracing::info!("the process begins anew");
    let program = std::env::current_exe()?;
    // Comes back only if it fails.
    Err(std::process::Command::new(program).args(std::env::args_os().skip(1)).exec().into())
}
