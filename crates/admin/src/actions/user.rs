//! Actions on people.

pub mod create;
pub mod disable;
pub mod reset_password;
pub mod set_role;

use model::{RecordKind, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::identity::{UserView, WithPassword};

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the roles' own names")]
pub enum RoleName {
    Viewer,
    Operator,
    Admin,
    Superadmin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Operator => Self::Operator,
            RoleName::Admin => Self::Admin,
            RoleName::Superadmin => Self::Superadmin,
        }
    }
}

/// A person, with the password if one was made up.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserMade {
    /// The person.
    #[serde(flatten)]
    user: UserView,
    /// Shown once; to be changed at the first sign-in.
    one_time_password: Option<String>,
}

impl From<WithPassword> for UserMade {
    fn from(made: WithPassword) -> Self {
        Self { user: made.user, one_time_password: made.one_time_password }
    }
}

impl UserMade {
    fn sample() -> Value {
        json!(Self { user: view(), one_time_password: Some("…".into()) })
    }
}

fn view() -> UserView {
    UserView {
        id: RecordKind::User.id(4),
        name: "ann".into(),
        role: Role::Operator,
        disabled: false,
        must_change_password: true,
        has_provider: false,
        last_sign_in_at: None,
        password_changed_at: Some("2026-01-31T08:00:00Z".into()),
        created_by: "admin".into(),
        created_at: "2026-01-31T08:00:00Z".into(),
    }
}

/// What a field is that is left out.
const fn yes() -> bool {
    true
}
