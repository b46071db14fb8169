//! What came of a job: as its stage tells it, and as the store is told.

use std::borrow::Cow;
use std::time::Duration;

use clock::Timestamp;

use crate::{Lease, NewJob, QueueName, Subject};

/// A stage's success.
#[derive(Debug, Clone, PartialEq)]
pub struct Done<E> {
    /// What is to be written with the job's completion, in the same transaction.
    pub effect: Option<E>,
    /// Jobs that follow from it, queued in the same transaction.
    pub next: Vec<NewJob>,
    /// JSON that tells the operator what was done.
    pub result: Option<String>,
}

impl<E> Done<E> {
    /// Done, with nothing to write.
    pub const fn nothing() -> Self {
        Self { effect: None, next: Vec::new(), result: None }
    }

    /// Done, with this to write.
    pub const fn with(effect: E) -> Self {
        Self { effect: Some(effect), next: Vec::new(), result: None }
    }

    /// The same with follow-up jobs.
    #[must_use]
    pub fn then(mut self, next: impl IntoIterator<Item = NewJob>) -> Self {
        self.next.extend(next);
        self
    }

    /// The same with a result for the operator, as JSON.
    #[must_use]
    pub fn result(mut self, json: impl Into<String>) -> Self {
        self.result = Some(json.into());
        self
    }
}

/// A stage's failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is to happen with the job.
    pub kind: FailureKind,
    /// What went wrong.
    pub error: CodedError,
}

/// What is to happen with a job that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Try again: after so long, or else by the queue's back-off. Uses up an attempt.
    Retry {
        /// At least this long from now, such as a server's Retry-After.
        after: Option<Duration>,
    },
    /// Not now: the host is busy or the pace does not allow it. Uses up no attempt.
    Snooze {
        /// Put off by this long.
        delay: Duration,
    },
    /// It will never work: give it up now.
    Fatal,
}

/// An error with a code that programs can match and a message that people can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedError {
    /// Stable, `snake_case`.
    pub code: Cow<'static, str>,
    /// What was wrong, where, and what to do.
    pub message: String,
}

impl CodedError {
    /// An error of that code.
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

impl std::fmt::Display for CodedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl Failure {
    /// May work later.
    pub fn retry(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Retry { after: None }, error: CodedError::new(code, message) }
    }

    /// May work after this long, not before.
    pub fn retry_after(
        after: Duration,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { kind: FailureKind::Retry { after: Some(after) }, error: CodedError::new(code, message) }
    }

    /// Put off without blame.
    pub fn snooze(delay: Duration, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Snooze { delay }, error: CodedError::new(code, message) }
    }

    /// Will never work.
    pub fn fatal(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { kind: FailureKind::Fatal, error: CodedError::new(code, message) }
    }
}

/// What the store is to do with one claimed job. The engine has decided; the store only executes.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome<E> {
    /// The right to say so: the outcome is refused, with its effect, if it is void.
    pub lease: Lease,
    /// The job's queue.
    pub queue: QueueName,
    /// The job's subject, whose processing status changes with it.
    pub subject: Option<Subject>,
    /// When this run of it began.
    pub started_at: Timestamp,
    /// What is to happen.
    pub verdict: Verdict<E>,
}

/// What is to happen with a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<E> {
    /// To history as complete, with its effect and follow-up jobs.
    Complete(Done<E>),
    /// Back to pending until `run_at`; the attempt counts and is recorded.
    Retry {
        /// Not before this time.
        run_at: Timestamp,
        /// Why.
        error: CodedError,
    },
    /// Back to pending until `run_at`; the attempt does not count.
    Snooze {
        /// Not before this time.
        run_at: Timestamp,
        /// Why, for the operator.
        reason: CodedError,
    },
    /// To history as failed.
    Fail {
        /// Why.
        error: CodedError,
    },
    /// Back to pending as it was: it was never started, or it was stopped for a shutdown.
    Release,
}
