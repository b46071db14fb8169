//! Every action there is: one slice, from which the API, the forms, the command line and the docs are made.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::action::{AnyAction, Risk, View};
use crate::actions::{
    alert, curate, dashboard, database, job, manager, operation, queue, service, sitemap_import, system,
    token, user, worker,
};

/// The actions, by area.
pub static CATALOGUE: &[&dyn AnyAction] = &[
    &job::bulk_cancel::BulkCancel,
    &job::bulk_delete::BulkDelete,
    &job::bulk_retry::BulkRetry,
    &job::bulk_run::BulkRun,
    &job::cancel::Cancel,
    &job::change_priority::ChangePriority,
    &job::delete::Delete,
    &job::export::Export,
    &job::retry::Retry,
    &job::run::Run,
    &queue::clear::Clear,
    &queue::configure::Configure,
    &queue::drain::Drain,
    &queue::pause::Pause,
    &queue::purge::Purge,
    &queue::resume::Resume,
    &system::clear_cache::ClearCache,
    &system::emergency_resume::EmergencyResume,
    &system::emergency_stop::EmergencyStop,
    &system::graceful_shutdown::GracefulShutdown,
    &system::health_check::HealthCheck,
    &system::maintenance_mode_toggle::MaintenanceModeToggle,
    &system::restart::Restart,
    &service::health_check::HealthCheck,
    &service::restart::Restart,
    &service::restart_all::RestartAll,
    &service::start::Start,
    &service::stop::Stop,
    &database::cleanup_old_data::CleanupOldData,
    &database::create_backup::CreateBackup,
    &database::export_data::ExportData,
    &database::list_backups::ListBackups,
    &database::optimize_indexes::OptimizeIndexes,
    &database::performance_check::PerformanceCheck,
    &database::status::Status,
    &database::vacuum::Vacuum,
    &worker::configure::Configure,
    &worker::create_generic::CreateGeneric,
    &worker::health_check::HealthCheck,
    &worker::kill::Kill,
    &worker::restart::Restart,
    &worker::restart_all::RestartAll,
    &worker::scale_down::ScaleDown,
    &worker::scale_up::ScaleUp,
    &worker::spawn_new::SpawnNew,
    &worker::start::Start,
    &worker::stop::Stop,
    &worker::stop_all::StopAll,
    &manager::configure::Configure,
    &manager::force_kill::ForceKill,
    &manager::performance_metrics::PerformanceMetrics,
    &manager::reset_state::ResetState,
    &manager::restart::Restart,
    &manager::restart_all::RestartAll,
    &manager::start::Start,
    &manager::start_all::StartAll,
    &manager::stop::Stop,
    &dashboard::queue_purge::QueuePurge,
    &dashboard::restart_failed_jobs::RestartFailedJobs,
    &dashboard::system_check::SystemCheck,
    &dashboard::toggle_maintenance::ToggleMaintenance,
    &sitemap_import::cancel::Cancel,
    &sitemap_import::requeue::Requeue,
    &sitemap_import::update_status::UpdateStatus,
    &curate::domain::CurateDomains,
    &curate::page::CuratePages,
    &curate::sitemap::CurateSitemaps,
    &operation::cancel::Cancel,
    &operation::undo::Undo,
    &user::create::Create,
    &user::disable::Disable,
    &user::reset_password::ResetPassword,
    &user::set_role::SetRole,
    &token::create::Create,
    &token::revoke::Revoke,
    &alert::acknowledge::Acknowledge,
];

/// The action of that type.
pub fn find(kind: &str) -> Option<&'static dyn AnyAction> {
    CATALOGUE.iter().copied().find(|action| action.facts().kind == kind)
}

/// An action as the API lists it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ActionEntry {
    /// Its type, `area.verb`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its area.
    pub category: String,
    /// The page that it belongs to.
    pub view: View,
    /// What a button says.
    pub title: String,
    /// What it does.
    pub summary: String,
    /// The least role that may do it.
    #[schema(value_type = String, example = "operator")]
    pub role: model::Role,
    /// How much harm it may do.
    pub risk: Risk,
    /// Whether it changes nothing.
    pub reads: bool,
    /// Whether `dry_run` in its payload is heard.
    pub dry_run: bool,
    /// Whether it wants its own type as `confirm`.
    pub confirm: bool,
    /// The JSON Schema of its payload.
    #[schema(value_type = Object)]
    pub payload_schema: Value,
    /// The JSON Schema of its result.
    #[schema(value_type = Object)]
    pub result_schema: Value,
    /// A payload as a client would send it.
    #[schema(value_type = Object)]
    pub payload_example: Value,
    /// A result as a client would get it.
    #[schema(value_type = Object)]
    pub result_example: Value,
}

/// The whole catalogue as the API lists it.
pub fn entries() -> Vec<ActionEntry> {
    CATALOGUE.iter().map(|action| entry(*action)).collect()
}

fn entry(action: &dyn AnyAction) -> ActionEntry {
    let facts = action.facts();
    let (payload_example, result_example) = action.sample();
    ActionEntry {
        kind: facts.kind.into(),
        category: facts.category().into(),
        view: facts.view,
        title: facts.title.into(),
        summary: facts.summary.into(),
        role: facts.role,
        risk: facts.risk,
        reads: facts.reads,
        dry_run: facts.dry_run,
        confirm: facts.wants_confirm(),
        payload_schema: action.params_schema(),
        result_schema: action.result_schema(),
        payload_example,
        result_example,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::schema;

    #[test]
    fn every_type_stands_once_and_is_an_area_and_a_verb() {
        let kinds: Vec<&str> = CATALOGUE.iter().map(|action| action.facts().kind).collect();
        assert_eq!(kinds.iter().collect::<BTreeSet<_>>().len(), kinds.len());
        for kind in kinds {
            let (area, verb) = kind.split_once('.').unwrap();
            let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(plain(area) && plain(verb), "{kind}");
        }
    }

    #[test]
    fn every_sample_fits_its_schema_and_is_read() {
        for action in CATALOGUE {
            let kind = action.facts().kind;
            let (payload, result) = action.sample();
            assert_eq!(schema::check(&action.params_schema(), &payload), [], "payload of {kind}");
            assert_eq!(schema::check(&action.result_schema(), &result), [], "result of {kind}");
            let checked = action.read(payload).unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert!(!checked.sentence.is_empty(), "{kind}");
        }
    }

    #[test]
    fn no_payload_takes_unknown_fields() {
        for action in CATALOGUE {
            let kind = action.facts().kind;
            let errors = schema::check(&action.params_schema(), &serde_json::json!({"no_such_field": 1}));
            assert!(errors.iter().any(|error| error.pointer == "/no_such_field"), "{kind}");
        }
    }

    #[test]
    fn actions_of_high_risk_are_not_for_operators() {
        for facts in CATALOGUE.iter().map(|action| action.facts()) {
            assert!(facts.risk < Risk::High || facts.role >= model::Role::Admin, "{}", facts.kind);
            assert!(!facts.reads || facts.risk == Risk::Low, "{}", facts.kind);
            assert!(facts.title.len() < 48 && facts.summary.ends_with('.'), "{}", facts.kind);
        }
    }
}
