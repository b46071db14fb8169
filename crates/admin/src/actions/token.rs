//! Actions on API tokens.

pub mod create;
pub mod revoke;

use model::{RecordKind, Role};

use crate::identity::TokenView;

fn view() -> TokenView {
    TokenView {
        id: RecordKind::Token.id(5),
        name: "nightly export".into(),
        begins: "slk_k3v9".into(),
        role: Role::Viewer,
        scopes: None,
        owner: Some(RecordKind::User.id(1)),
        created_by: "admin".into(),
        created_at: "2026-01-31T08:00:00Z".into(),
        expires_at: Some("2026-05-01T08:00:00Z".into()),
        last_used_at: None,
        last_used_ip: None,
        revoked_at: None,
        revoked_by: None,
    }
}
