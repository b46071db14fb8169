//! Why somebody is not let in, or a change to people and tokens is refused: by what the caller can do.

use std::time::Duration;

use store::StoreError;

/// What went wrong. The words are the same whether or not a user exists.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No credential, or none that holds: forged, expired, revoked, of a disabled user.
    #[error("sign in, or send a token that holds")]
    Unauthenticated,
    /// Name and password do not belong together.
    #[error("name or password is wrong")]
    BadCredentials,
    /// A browser was sent here by another site, or the proof that it was not is missing.
    #[error("this request did not come from this site's own pages")]
    CrossSite,
    /// Too many attempts: wait.
    #[error("too many attempts; wait {} seconds", retry_after.as_secs().max(1))]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// Name and password are right, but a new password must be chosen first.
    #[error("choose a new password first")]
    PasswordMustChange,
    /// What was given is not good enough.
    #[error("{field}: {detail}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What is wrong with it, and what would be right.
        detail: String,
    },
    /// Signing in with the organisation's account did not work.
    #[error("signing in with your organisation did not work: {0}")]
    Provider(String),
    /// The store refused or is away; among others: not found, or in conflict with what is there.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IdentityError {
    /// That a field is not good enough.
    pub fn invalid(field: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid { field, detail: detail.into() }
    }

    /// The stable code of the API and the audit log.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::BadCredentials => "bad_credentials",
            Self::CrossSite => "cross_site",
            Self::Throttled { .. } => "rate_limited",
            Self::PasswordMustChange => "password_change_required",
            Self::Invalid { .. } => "invalid_payload",
            Self::Provider(_) => "provider_failed",
            Self::Store(StoreError::NotFound { .. }) => "not_found",
            Self::Store(StoreError::Conflict(_)) => "conflict",
            Self::Store(StoreError::Invalid(_)) => "invalid_payload",
            Self::Store(StoreError::Unavailable(_)) => "unavailable",
            Self::Store(_) => "internal",
        }
    }
}
