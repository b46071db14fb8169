//! The conformance suite: one promise a file, each kept by every database that the store can use.
//!
//! Each promise gets a database of its own: SQLite, PostgreSQL, and PostgreSQL with every table that has a domain_id
//! partitioned by it, where no key can cross domains. Those on PostgreSQL stand on a private server, or on the one that
//! `SITELODE_TEST_POSTGRES` names.

mod home;
mod servers;

/// Runs every promise on every database.
macro_rules! promises {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name::promise(&super::home::Home::sqlite()).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$name::promise(&super::home::Home::postgres()).await;
            })*
        }

        mod partitioned {
            $(#[tokio::test]
            async fn $name() {
                super::$name::promise(&super::home::Home::partitioned().await).await;
            })*
        }
    };
}

promises! {
    a_host_belongs_to_one_node,
    a_subject_is_queued_once,
    a_superadmin_is_always_left,
    abandoned_calls_leave_nothing_half_done,
    alerts_open_once,
    audit_chains_hold_over_all_nodes,
    audit_records_are_found,
    backups_restore,
    cancelled_jobs_stay_cancelled,
    claims_come_in_order,
    contradictions_are_found,
    crashes_end_in_quarantine,
    dead_processes_lose_their_jobs,
    drained_queues_end_up_paused,
    emergency_stops_hold_every_claim,
    failed_attempts_are_retried_and_kept,
    forced_jobs_run_though_their_queue_is_paused,
    finished_jobs_are_pruned_by_state,
    guessing_gets_slower,
    heartbeats_keep_leases,
    late_outcomes_are_refused,
    limits_hold_over_all_nodes,
    lists_give_every_row_once,
    minutes_add_up_to_hours_and_days,
    newer_schemas_are_left_alone,
    no_job_is_claimed_twice,
    nothing_is_lost_or_done_twice,
    one_bad_lease_spoils_no_batch,
    one_node_leads_at_a_time,
    one_process_has_the_embedded_database,
    opening_again_changes_nothing,
    orders_reach_every_node,
    pages_of_jobs_follow_each_other,
    parts_are_committed_as_they_come,
    paused_queues_hand_out_nothing,
    pruned_audit_logs_still_verify,
    records_left_behind_are_queued,
    sessions_end_when_they_should,
    snoozed_and_released_jobs_keep_their_attempts,
    stuck_jobs_are_found,
    the_audit_log_cannot_be_changed_unseen,
    versions_of_what_was_read_are_kept,
}
