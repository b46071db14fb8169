//! Who may do what: the role and the scopes against an action's facts, and maintenance against everybody but admins.

use model::Role;

use crate::action::Facts;
use crate::error::ActionError;
use crate::identity::Principal;

/// What whoever maintains the system has told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maintenance {
    /// What is shown to those who are refused.
    pub message: String,
    /// When they may try again, in milliseconds.
    pub retry_after_ms: u64,
}

/// Refuses whoever may not do this, before anything of the payload is looked at.
pub fn authorize(
    who: &Principal,
    facts: &Facts,
    maintenance: Option<&Maintenance>,
) -> Result<(), ActionError> {
    if !who.has(facts.role) {
        return Err(ActionError::Forbidden { needed: facts.role, scope: false });
    }
    if !who.is_in_scope(facts.kind) {
        return Err(ActionError::Forbidden { needed: facts.role, scope: true });
    }
    match maintenance {
        Some(told) if !facts.reads && !who.has(Role::Admin) => Err(ActionError::Maintenance {
            message: told.message.clone(),
            retry_after_ms: told.retry_after_ms,
        }),
        _ => Ok(()),
    }
}
