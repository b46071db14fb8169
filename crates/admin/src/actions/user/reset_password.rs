//! `user.reset_password`: a person gets another password.

use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::UserMade;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct ResetPassword;

/// Which person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Their id or name.
    #[schema(min_length = 1, max_length = 128)]
    user: String,
    /// Their password; none: one is made up, shown once, and must be changed at the first sign-in.
    #[serde(default)]
    #[schema(max_length = 256)]
    password: Option<String>,
}

impl Action for ResetPassword {
    const FACTS: Facts = Facts::new(
        "user.reset_password",
        View::UsersAndTokens,
        "Reset password",
        "Gives a person another password; without one it is made up and shown once.",
    )
    .role(Role::Superadmin)
    .risk(Risk::Medium)
    .secrets(&["one_time_password"]);
    type Params = Params;
    type Outcome = UserMade;

    fn sentence(params: &Params) -> String {
        format!("resets the password of user {}", params.user)
    }

    fn sample() -> (Value, Value) {
        (json!({"user": "ann"}), UserMade::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<UserMade>, ActionError> {
        let number = desk.shared.identity.user_number(&params.user).await?;
        Ok(Answer::Done(
            desk.shared.identity.reset_password(number, params.password.as_deref()).await?.into(),
        ))
    }
}
