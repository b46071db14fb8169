//! `token.create`: an API token is made.

use model::Role;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::actions::user::RoleName;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::identity::NewApiToken;
use crate::identity::TokenView;
use crate::period::Period;

/// See the file's own words.
#[derive(Debug)]
pub struct Create;

/// The token wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// What it is called.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it may do at most; not more than its maker.
    role: RoleName,
    /// How long it holds, such as `90d`; none: until it is revoked.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "90d")]
    expires: Option<Period>,
    /// The only actions that it may do, as types or `area.*`; none: all of its role.
    #[serde(default)]
    #[schema(max_items = 128)]
    scopes: Option<Vec<String>>,
}

/// The token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The whole of it; shown once.
    token: String,
    /// What is kept of it.
    #[serde(flatten)]
    about: TokenView,
}

impl Action for Create {
    const FACTS: Facts = Facts::new(
        "token.create",
        View::UsersAndTokens,
        "New token",
        "Makes an API token; it is shown once and kept as a digest only.",
    )
    .role(Role::Admin)
    .risk(Risk::Medium)
    .secrets(&["token"]);
    type Params = Params;
    type Outcome = Outcome;

    fn sentence(params: &Params) -> String {
        format!("makes token {}", params.name)
    }

    fn sample() -> (Value, Value) {
        let about = super::view();
        let result = Outcome { token: "slk_…".into(), about };
        (json!({"name": "nightly export", "role": "viewer", "expires": "90d"}), json!(result))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Outcome>, ActionError> {
        let wanted = NewApiToken {
            name: &params.name,
            role: params.role.into(),
            scopes: params.scopes.as_deref(),
            expires_in: params.expires.map(Period::duration),
        };
        let (about, token) = desk.shared.identity.create_token(wanted, &desk.principal).await?;
        Ok(Answer::Done(Outcome { token, about }))
    }
}
