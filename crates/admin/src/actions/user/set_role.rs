//! `user.set_role`: a person gets another role.

use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::RoleName;
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
pub struct SetRole;

/// Which person, and the role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Their id or name.
    #[schema(min_length = 1, max_length = 128)]
    user: String,
    /// What they may do.
    role: RoleName,
}

impl Action for SetRole {
    const FACTS: Facts = Facts::new(
        "user.set_role",
        View::UsersAndTokens,
        "Change role",
        "Gives a person another role; their sessions end. The last superadmin stays one.",
    )
    .role(Role::Superadmin)
    .risk(Risk::Medium);
    type Params = Params;
    type Outcome = UserView;

    fn sentence(params: &Params) -> String {
        format!("gives user {} the role {:?}", params.user, params.role)
    }

    fn sample() -> (Value, Value) {
        (json!({"user": "ann", "role": "admin"}), json!(view()))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<UserView>, ActionError> {
        let number = desk.shared.identity.user_number(&params.user).await?;
        Ok(Answer::Done(desk.shared.identity.set_role(number, params.role.into()).await?))
    }
}
