//! Quick actions of the dashboard.

pub mod queue_purge;
pub mod restart_failed_jobs;
pub mod system_check;
pub mod toggle_maintenance;
