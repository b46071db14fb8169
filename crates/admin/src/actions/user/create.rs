//! `user.create`: a person who may sign in is made.

use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use super::RoleName;
use super::UserMade;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::identity::NewPerson;

/// See the file's own words.
#[derive(Debug)]
pub struct Create;

/// The person wanted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Their name.
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    /// What they may do.
    role: RoleName,
    /// Their password; none: one is made up, shown once, and must be changed at the first sign-in.
    #[serde(default)]
    #[schema(max_length = 256)]
    password: Option<String>,
}

impl Action for Create {
    const FACTS: Facts = Facts::new(
        "user.create",
        View::UsersAndTokens,
        "New user",
        "Makes a person who may sign in; without a password one is made up and shown once.",
    )
    .role(Role::Superadmin)
    .risk(Risk::Medium)
    .secrets(&["one_time_password"]);
    type Params = Params;
    type Outcome = UserMade;

    fn sentence(params: &Params) -> String {
        format!("makes user {}", params.name)
    }

    fn sample() -> (Value, Value) {
        (json!({"name": "ann", "role": "operator"}), UserMade::sample())
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<UserMade>, ActionError> {
        let person =
            NewPerson { name: &params.name, role: params.role.into(), password: params.password.as_deref() };
        Ok(Answer::Done(desk.shared.identity.create_user(person, desk.by()).await?.into()))
    }
}
