//! What can go wrong in the engine, by what the caller can do about it.

/// An error of the engine's own types.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum EngineError {
    /// The name breaks the rules of [`QueueName`](crate::QueueName) or [`SubjectKind`](crate::SubjectKind).
    #[error("{name:?} is not a valid name: 1 to 64 of a-z, 0-9 and _ are")]
    InvalidName {
        /// The name as given.
        name: String,
    },
    /// The priority is outside 0 to 9.
    #[error("priority {0} is outside 0 (most urgent) to 9")]
    InvalidPriority(i64),
}

/// How a [`JobStore`](crate::JobStore) error is to be taken: the worker asks nothing else of it.
pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// True if the same call may succeed later unchanged (the database is away, busy or restarting); false if the
    /// store understood the call and will never accept it.
    fn is_transient(&self) -> bool;
}
