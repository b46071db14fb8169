//! Several nodes in one process on one database of either kind: who leads, who works, and who hears what is wished.

mod home;
mod hosts;
mod leaders;
mod orders;
mod watching;

/// Runs every promise on both databases.
macro_rules! promises {
    ($($room:ident :: $name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$room::$name(&super::home::Home::sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$room::$name(&super::home::Home::postgres().await).await;
            })*
        }
    };
}

promises! {
    hosts::a_host_is_asked_by_one_node_at_a_time,
    leaders::a_dead_leader_is_replaced_within_ten_seconds,
    leaders::a_leader_that_was_asleep_does_nothing,
    leaders::there_is_never_more_than_one_leader,
    leaders::who_ends_in_order_leaves_the_lead_at_once,
    orders::a_killed_worker_gives_its_jobs_back,
    orders::a_node_ends_and_begins_anew_when_told,
    orders::an_emergency_stop_stops_everything_until_it_is_lifted,
    orders::a_worker_changes_while_it_works,
    orders::services_stop_and_run_when_told,
    watching::a_silent_node_is_told_of,
    watching::scheduled_copies_are_made_and_kept,
}
