//! `token.revoke`: an API token holds no more.

use model::PublicId;
use model::RecordKind;
use model::Role;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::Risk;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;
use crate::identity::TokenView;

/// See the file's own words.
#[derive(Debug)]
pub struct Revoke;

/// Which token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    token: PublicId,
}

impl Action for Revoke {
    const FACTS: Facts =
        Facts::new("token.revoke", View::UsersAndTokens, "Revoke token", "Revokes an API token for good.")
            .role(Role::Admin)
            .risk(Risk::Medium);
    type Params = Params;
    type Outcome = TokenView;

    fn sentence(params: &Params) -> String {
        format!("revokes token {}", params.token)
    }

    fn sample() -> (Value, Value) {
        (json!({"token": RecordKind::Token.id(5)}), json!(super::view()))
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<TokenView>, ActionError> {
        let number = desk.number("token", RecordKind::Token, params.token)?;
        Ok(Answer::Done(desk.shared.identity.revoke_token(number, desk.by()).await?))
    }
}
