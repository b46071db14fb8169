//! The control plane through its one way, on every database: each action's effect and its refusals.

mod bulk;
mod cluster;
mod data;
mod home;
mod jobs;
mod queues;
mod records;
mod roles;
mod way;

/// Runs every promise on every database.
macro_rules! promises {
    ($($module:ident: $($name:ident),* $(,)?;)*) => {
        mod sqlite {
            $($(#[tokio::test]
            async fn $name() {
                super::$module::$name(&super::home::Home::sqlite().await).await;
            })*)*
        }

        mod postgres {
            $($(#[tokio::test]
            async fn $name() {
                super::$module::$name(&super::home::Home::postgres().await).await;
            })*)*
        }
    };
}

promises! {
    way:
        each_layer_refuses_before_the_next,
        unknown_actions_are_told,
        a_key_is_done_once,
        a_key_holds_over_a_restart,
        a_key_whose_process_died_is_told;
    jobs:
        a_failed_job_is_retried_once,
        a_job_is_cancelled_while_it_waits_or_runs,
        a_job_is_run_though_its_queue_is_paused,
        only_finished_jobs_are_deleted,
        a_waiting_job_gets_another_priority;
    queues:
        a_queue_is_paused_and_resumed,
        a_queue_is_drained,
        a_queue_is_configured_in_part;
    bulk:
        a_dry_run_counts_and_changes_nothing,
        a_few_are_changed_at_once_and_put_back,
        many_are_left_to_a_job_and_put_back,
        an_operation_can_be_stopped,
        a_selector_is_ids_or_a_filter,
        texts_of_filters_have_no_wildcards,
        a_queue_is_cleared_and_purged;
    records:
        selected_files_are_queued_once_and_withdrawn_by_undo,
        undoing_a_selection_takes_its_jobs_out_again,
        failed_imports_are_requeued_and_running_ones_cancelled;
    cluster:
        a_worker_is_made_scaled_and_told,
        a_stage_is_configured_and_told,
        an_emergency_stop_holds_until_it_is_lifted,
        maintenance_refuses_changes_of_all_but_admins,
        unknown_nodes_and_services_are_told,
        transient_failures_are_restarted;
    data:
        jobs_and_tables_are_exported,
        old_jobs_are_cleaned_up,
        the_database_is_looked_after,
        backups_are_made_and_listed,
        people_and_tokens_are_made_and_secrets_shown_once;
}
