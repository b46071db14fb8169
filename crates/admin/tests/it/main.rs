//! The control plane through its one way, on every database: each action's effect and its refusals.

mod home;
mod jobs;
mod queues;
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
}
