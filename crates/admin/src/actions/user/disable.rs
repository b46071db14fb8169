//! `user.disable`: a person is kept out, or let in again.

use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::view;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::identity::UserView;

/// See the file's own words.
#[derive(Debug)]
pub struct Disable;

/// Which person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Their id or name.
    #[schema(min_length = 1, max_length = 128)]
    user: String,
    /// False lets them in again.
    #[serde(default = "super::yes")]
    disabled: bool,
}

impl Action for Disable {
    const FACTS: Facts = Facts::new("user.disable", View::UsersAndTokens, "Disable user", "Keeps a person out, or lets them in again; their sessions and tokens end. The last superadmin stays.")
    .role(Role::Superadmin)
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = UserView;

    fn sentence(params: &Params) -> String {
        format!("{} user {}", if params.disabled { "disables" } else { "enables" }, params.user)
    }

    fn sample() -> (Value, Value) {
        (json!({"user": "ann"}), json!(view()))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<UserView>, ActionError> {
        let number = desk.shared.identity.user_number(&params.user).await?;
        Ok(Answer::Done(desk.shared.identity.set_disabled(number, params.disabled).await?))
    }
}
