//! Why an action is refused or fails, by what the caller can do about it. Each has a stable code; none knows HTTP.

use std::time::Duration;

use model::Role;
use serde::{Deserialize, Serialize};
use store::StoreError;
use utoipa::ToSchema;

use crate::identity::IdentityError;

/// What was wrong with one field of a payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// Where it stands in the payload: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

impl FieldError {
    /// What is wrong, and where.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}

/// Why an action is refused or fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "about", rename_all = "snake_case")]
pub enum ActionError {
    /// Nobody has signed in.
    #[error("sign in, or send a token that holds")]
    Unauthenticated,
    /// The caller's role or scopes do not reach so far.
    #[error("this needs the role {needed}{}", if *scope { ", and a token whose scopes name it" } else { "" })]
    Forbidden {
        /// The role that it needs.
        needed: Role,
        /// True if the role is high enough and the token's scopes leave the action out.
        scope: bool,
    },
    /// There is no such action.
    #[error("there is no action {kind:?}; GET /api/admin/actions lists them all")]
    UnknownAction {
        /// The type asked for.
        kind: String,
    },
    /// What is to be acted upon does not exist.
    #[error("{what} {id} does not exist")]
    NotFound {
        /// What kind of thing.
        what: String,
        /// Its id or name, as it was given.
        id: String,
    },
    /// Fields of the payload are wrong: all of them are named.
    #[error("the payload is not valid: {}", first(.0))]
    InvalidPayload(Vec<FieldError>),
    /// Things are not in a state that allows it.
    #[error("{detail}")]
    Conflict {
        /// What stands in the way.
        detail: String,
        /// The state that was found.
        found: Option<String>,
        /// The states that allow it.
        needed: Vec<String>,
    },
    /// An action of high risk wants to be confirmed.
    #[error("this can do harm: send \"confirm\": \"{kind}\" with the request")]
    ConfirmationRequired {
        /// What `confirm` has to be.
        kind: String,
    },
    /// Too many actions of this risk class.
    #[error("too many actions of this kind; wait {} s", seconds(*retry_after_ms))]
    RateLimited {
        /// When it may be tried again, in milliseconds.
        retry_after_ms: u64,
    },
    /// What the action needs has failed again and again.
    #[error("{dependency} keeps failing; try again in {} s", seconds(*retry_after_ms))]
    CircuitOpen {
        /// What is failing.
        dependency: String,
        /// When it may be tried again, in milliseconds.
        retry_after_ms: u64,
    },
    /// The system is being maintained.
    #[error("{message}")]
    Maintenance {
        /// What whoever maintains it says.
        message: String,
        /// When it may be tried again, in milliseconds.
        retry_after_ms: u64,
    },
    /// The key was used before, with another request.
    #[error("this Idempotency-Key was used with another request: take a new one")]
    IdempotencyKeyReused,
    /// The first request with this key still runs.
    #[error("the first request with this Idempotency-Key is still being done")]
    IdempotencyInProgress,
    /// The process that did the first request with this key ended in the middle of it.
    #[error(
        "the process that did the first request with this Idempotency-Key ended before it could tell what came of it: \
         look whether it took effect, then take a new key"
    )]
    IdempotencyInterrupted,
    /// It took too long and was stopped; what was not finished was taken back.
    #[error("it took longer than {} s and was stopped", seconds(*after_ms))]
    TimedOut {
        /// After how long, in milliseconds.
        after_ms: u64,
    },
    /// Something needed is away: the same request may succeed later.
    #[error("not available now: {0}")]
    Unavailable(String),
    /// A defect of the program.
    #[error("the program failed at this: {0}")]
    Internal(String),
}

fn first(errors: &[FieldError]) -> String {
    let first = errors.first().map_or_else(String::new, |error| {
        format!("{} {}", if error.pointer.is_empty() { "it" } else { &error.pointer }, error.detail)
    });
    if errors.len() > 1 { format!("{first} (and {} more)", errors.len() - 1) } else { first }
}

const fn seconds(ms: u64) -> u64 {
    ms.div_ceil(1_000)
}

impl ActionError {
    /// That nothing of this kind has this id or name.
    pub fn not_found(what: &str, id: impl ToString) -> Self {
        Self::NotFound { what: what.into(), id: id.to_string() }
    }

    /// That something is not in a state that allows it.
    pub fn conflict(detail: impl Into<String>, found: &str, needed: &[&str]) -> Self {
        let needed = needed.iter().map(|state| (*state).to_owned()).collect();
        Self::Conflict { detail: detail.into(), found: Some(found.to_owned()), needed }
    }

    /// That one field is wrong.
    pub fn invalid(pointer: &str, detail: impl Into<String>) -> Self {
        Self::InvalidPayload(vec![FieldError::new(pointer, detail)])
    }

    /// The stable code that clients and the audit log know it by.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden { .. } => "forbidden",
            Self::UnknownAction { .. } => "unknown_action",
            Self::NotFound { .. } => "not_found",
            Self::InvalidPayload(_) => "invalid_payload",
            Self::Conflict { .. } => "conflict",
            Self::ConfirmationRequired { .. } => "confirmation_required",
            Self::RateLimited { .. } => "rate_limited",
            Self::CircuitOpen { .. } => "circuit_open",
            Self::Maintenance { .. } => "maintenance",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::IdempotencyInProgress => "idempotency_in_progress",
            Self::IdempotencyInterrupted => "idempotency_interrupted",
            Self::TimedOut { .. } => "timed_out",
            Self::Unavailable(_) => "unavailable",
            Self::Internal(_) => "internal",
        }
    }

    /// When the same request may succeed, if that is known.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after_ms }
            | Self::CircuitOpen { retry_after_ms, .. }
            | Self::Maintenance { retry_after_ms, .. } => Some(Duration::from_millis(*retry_after_ms)),
            Self::IdempotencyInProgress | Self::Unavailable(_) => Some(Duration::from_secs(2)),
            _ => None,
        }
    }

    /// True if it was not done because of what was asked, by whom, or how things stand.
    pub const fn is_refusal(&self) -> bool {
        !matches!(self, Self::Unavailable(_) | Self::TimedOut { .. } | Self::Internal(_))
    }

    /// True if what it needed failed, not the request: what the circuit breakers count.
    pub const fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::TimedOut { .. })
    }
}

impl From<IdentityError> for ActionError {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::Store(error) => error.into(),
            IdentityError::Invalid { field, detail } => Self::invalid(&format!("/{field}"), detail),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<StoreError> for ActionError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what, id } => Self::not_found(what, id),
            StoreError::Conflict(detail) => Self::Conflict { detail, found: None, needed: Vec::new() },
            StoreError::Invalid(detail) => Self::InvalidPayload(vec![FieldError::new("", detail)]),
            StoreError::Unavailable(detail) => Self::Unavailable(detail),
            StoreError::File { .. } => Self::Unavailable(error.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}
