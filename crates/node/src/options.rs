//! What can be set about a node.

use std::path::PathBuf;
use std::time::Duration;

use engine::WorkerOptions;
use model::NodeKind;
use store::{DeclaredWorker, StuckLimits};
use url::Url;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What can be set about a node.
#[derive(Clone, Debug)]
pub struct NodeOptions {
    /// Its name: the same after a restart, another on each machine.
    pub name: String,
    /// What it is there for.
    pub kind: NodeKind,
    /// The workers that it begins with.
    pub workers: Vec<DeclaredWorker>,
    /// How its workers work; queues and concurrency are each worker's own.
    pub worker: WorkerOptions,
    /// How often it gives a sign of life and looks what should be. Default 1 s.
    pub beat: Duration,
    /// How long the lead is taken for; it is renewed at each beat. Default 6 s.
    pub lead: Duration,
    /// After this long without a sign of life a node counts as gone. Default 15 s.
    pub silence: Duration,
    /// What can be set about its services.
    pub services: ServiceOptions,
}

impl NodeOptions {
    /// A node of that name with the usual times and no workers.
    pub fn new(name: impl Into<String>, kind: NodeKind) -> Self {
        let mut worker = WorkerOptions::new(Vec::new(), 1);
        // Leases that ran out are the reaper's business.
        worker.sweep = None;
        Self {
            name: name.into(),
            kind,
            workers: Vec::new(),
            worker,
            beat: Duration::from_secs(1),
            lead: Duration::from_secs(6),
            silence: Duration::from_secs(15),
            services: ServiceOptions::default(),
        }
    }
}

/// What can be set about the services.
#[derive(Clone, Debug, Default)]
pub struct ServiceOptions {
    /// When jobs count as stuck.
    pub stuck: StuckLimits,
    /// How long what is kept.
    pub retention: Retention,
    /// Who is told of alerts.
    pub hooks: Vec<Hook>,
    /// When and where the embedded database is copied to; none: never.
    pub backup: Option<BackupPlan>,
    /// Who queues what the schedulers find, for the record.
    pub created_by: Option<String>,
}

/// How long what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Jobs that are complete. Default 30 days.
    pub complete: Duration,
    /// Jobs that failed. Default 90 days.
    pub failed: Duration,
    /// Jobs that were cancelled. Default 90 days.
    pub cancelled: Duration,
    /// What was counted by the minute. Default 7 days, at least 2.
    pub minutes: Duration,
    /// What was summed up by the hour. Default 90 days.
    pub hours: Duration,
    /// What was summed up by the day. Default 3 years.
    pub days: Duration,
    /// Alerts that are resolved. Default 90 days.
    pub alerts: Duration,
    /// Hosts that nobody asked. Default 2 days.
    pub hosts: Duration,
    /// Nodes that are gone. Default 1 day.
    pub nodes: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            complete: 30 * DAY,
            failed: 90 * DAY,
            cancelled: 90 * DAY,
            minutes: 7 * DAY,
            hours: 90 * DAY,
            days: 3 * 365 * DAY,
            alerts: 90 * DAY,
            hosts: 2 * DAY,
            nodes: DAY,
        }
    }
}

/// Somebody who is told of alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Its name, for logs.
    pub name: String,
    /// Where to.
    pub url: Url,
    /// In what form.
    pub format: HookFormat,
}

/// The form in which a hook is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookFormat {
    /// `{"text": ".."}`: Slack, Mattermost, Rocket.Chat and others take it.
    Slack,
    /// The alert with all its fields.
    Json,
}

/// When and where the embedded database is copied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupPlan {
    /// The folder.
    pub folder: PathBuf,
    /// Between two copies.
    pub every: Duration,
    /// So many of the scheduled copies are kept; at least 1.
    pub keep: usize,
}
