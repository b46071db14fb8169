//! People, tokens and sessions as the API and the command line show them.

use model::{PublicId, RecordKind, Role};
use serde::Serialize;
use store::{SessionRow, TokenRow, UserRow};

use crate::audit::rfc3339;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct UserView {
    /// Their id.
    #[schema(value_type = String)]
    pub id: PublicId,
    /// Their name.
    pub name: String,
    /// What they may do.
    #[schema(value_type = String)]
    pub role: Role,
    /// Whether they may not sign in.
    pub disabled: bool,
    /// Whether they must choose a new password before anything else.
    pub must_change_password: bool,
    /// Whether they sign in with the organisation's account.
    pub has_provider: bool,
    /// When they signed in last, RFC 3339 UTC.
    pub last_sign_in_at: Option<String>,
    /// When their password was set last.
    pub password_changed_at: Option<String>,
    /// Who made them.
    pub created_by: String,
    /// When.
    pub created_at: String,
}

impl From<&UserRow> for UserView {
    fn from(user: &UserRow) -> Self {
        Self {
            id: RecordKind::User.id(user.id),
            name: user.name.clone(),
            role: user.role,
            disabled: user.disabled_at.is_some(),
            must_change_password: user.must_change_password,
            has_provider: user.provider_subject.is_some(),
            last_sign_in_at: user.last_sign_in_at.map(rfc3339),
            password_changed_at: user.password_changed_at.map(rfc3339),
            created_by: user.created_by.clone(),
            created_at: rfc3339(user.created_at),
        }
    }
}

/// An API token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TokenView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: PublicId,
    /// What people call it.
    pub name: String,
    /// How it begins: `slk_` and its public part.
    pub begins: String,
    /// What it may do at most.
    #[schema(value_type = String)]
    pub role: Role,
    /// The only actions that it may do; none if its role alone decides.
    pub scopes: Option<Vec<String>>,
    /// The id of the user whose it is.
    #[schema(value_type = Option<String>)]
    pub owner: Option<PublicId>,
    /// Who made it.
    pub created_by: String,
    /// When, RFC 3339 UTC.
    pub created_at: String,
    /// When it is over, if ever.
    pub expires_at: Option<String>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<String>,
    /// From where.
    pub last_used_ip: Option<String>,
    /// Since when it holds no more.
    pub revoked_at: Option<String>,
    /// By whom it was revoked.
    pub revoked_by: Option<String>,
}

impl From<&TokenRow> for TokenView {
    fn from(token: &TokenRow) -> Self {
        Self {
            id: RecordKind::Token.id(token.id),
            name: token.name.clone(),
            begins: format!("slk_{}", token.prefix),
            role: token.role,
            scopes: token.scopes.as_deref().map(|json| serde_json::from_str(json).unwrap_or_default()),
            owner: token.owner_id.map(|owner| RecordKind::User.id(owner)),
            created_by: token.created_by.clone(),
            created_at: rfc3339(token.created_at),
            expires_at: token.expires_at.map(rfc3339),
            last_used_at: token.last_used_at.map(rfc3339),
            last_used_ip: token.last_used_ip.clone(),
            revoked_at: token.revoked_at.map(rfc3339),
            revoked_by: token.revoked_by.clone(),
        }
    }
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SessionView {
    /// Its number.
    pub id: i64,
    /// The id of the user whose it is.
    #[schema(value_type = String)]
    pub user: PublicId,
    /// How they proved who they are: `password` or `provider`.
    pub means: String,
    /// From where.
    pub ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// Since when, RFC 3339 UTC.
    pub created_at: String,
    /// When it was used last, to the minute.
    pub seen_at: String,
    /// When it is over at the latest.
    pub expires_at: String,
}

impl From<&SessionRow> for SessionView {
    fn from(session: &SessionRow) -> Self {
        Self {
            id: session.id,
            user: RecordKind::User.id(session.user_id),
            means: session.means.clone(),
            ip: session.ip.clone(),
            user_agent: session.user_agent.clone(),
            created_at: rfc3339(session.created_at),
            seen_at: rfc3339(session.seen_at),
            expires_at: rfc3339(session.expires_at),
        }
    }
}
