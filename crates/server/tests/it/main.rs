//! The API through its real router, every promise on both databases.

mod home;

/// Runs every promise on every database.
macro_rules! promises {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let home = super::home::Home::sqlite().await;
                super::$name::promise(&home).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let home = super::home::Home::postgres().await;
                super::$name::promise(&home).await;
            })*
        }
    };
}

promises! {
    a_scan_is_in_the_database_before_its_answer,
    decisions_queue_work_once,
    events_tell_what_changes,
    imports_are_requeued_and_cancelled_with_their_jobs,
    jobs_are_shown_and_explained,
    lists_are_walked_by_cursor_and_by_page,
    nothing_is_told_to_strangers,
    people_sign_in_and_out,
    refusals_name_what_was_wrong,
    uploads_are_reported_line_by_line,
    what_is_measured_is_told,
}
