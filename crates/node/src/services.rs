//! The services: what one node does for all, again and again.

mod backup;
mod cleanup;
mod left_behind;
mod notify;
mod placement;
mod reaper;
mod retention;
mod rollup;
mod stuck;
mod watch;

use std::sync::Arc;

use pipeline::Pipeline;
use store::Dialect;

use crate::options::NodeOptions;
use crate::supervise::Service;

/// Every service's name, in the order in which they begin.
pub const NAMES: &[&str] = &[
    "reaper",
    "placement",
    "domain_submission",
    "sitemap_import",
    "page_curation",
    "stuck_jobs",
    "cluster_watch",
    "alert_delivery",
    "statistics_rollup",
    "retention",
    "cleanup",
    "backup",
];

/// All services of a node.
pub(crate) fn all(options: &NodeOptions, pipeline: &Pipeline) -> Vec<Box<dyn Service>> {
    let settings = &options.services;
    let hooks: Arc<[String]> = settings.hooks.iter().map(|hook| hook.name.clone()).collect();
    let created_by = settings.created_by.clone();
    let mut services: Vec<Box<dyn Service>> = vec![
        Box::new(reaper::Reaper),
        Box::new(placement::Placement { silence: options.silence }),
        Box::new(left_behind::Scheduler::domains(created_by.clone())),
        Box::new(left_behind::Scheduler::sitemap_files(created_by.clone())),
        Box::new(left_behind::Scheduler::pages(created_by)),
        Box::new(stuck::StuckJobs { limits: settings.stuck, hooks: Arc::clone(&hooks) }),
        Box::new(watch::ClusterWatch { silence: options.silence, hooks }),
        Box::new(notify::Delivery::new(settings.hooks.clone(), pipeline.fetcher.clone())),
        Box::new(rollup::Rollup),
        Box::new(retention::JobRetention { keep: settings.retention }),
        Box::new(cleanup::Cleanup { keep: settings.retention }),
    ];
    // PostgreSQL has its own ways to be backed up.
    if let Some(plan) = settings.backup.clone().filter(|_| pipeline.store.dialect() == Dialect::Sqlite) {
        services.push(Box::new(backup::Backup { plan }));
    }
    services
}
