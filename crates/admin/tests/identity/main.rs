//! Identity and the audit log as the server uses them, on both databases: signing in, tokens, attacks on both.

mod attacks;
mod audit;
mod home;
mod sign_in;

/// Runs every promise on every database.
macro_rules! promises {
    ($($module:ident::$name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$module::$name(&super::home::Home::sqlite().await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                super::$module::$name(&super::home::Home::postgres().await).await;
            })*
        }
    };
}

promises! {
    sign_in::the_first_superadmin_must_change_the_one_time_password,
    sign_in::a_session_is_the_users_until_they_sign_out,
    sign_in::a_changed_user_has_to_sign_in_again,
    sign_in::tokens_do_what_their_scopes_and_their_owner_may,
    sign_in::a_lockout_does_not_reach_the_owner_where_she_is_known,
    attacks::whoever_does_not_exist_costs_as_much_as_whoever_does,
    attacks::nothing_but_the_real_credential_is_let_in,
    attacks::signed_tokens_hold_for_their_time_and_their_users_epoch,
    audit::sign_ins_are_in_the_log_without_passwords,
    audit::deeds_are_opened_and_closed_and_the_log_verifies,
}
