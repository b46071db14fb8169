//! Queues: their names and what an operator may set on them.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::{EngineError, RetryPolicy};

/// The longest name of a queue or subject kind, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The name of a queue: 1 to 64 of `a-z`, `0-9` and `_`. A queue is the jobs of one kind.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueueName(Cow<'static, str>);

impl QueueName {
    /// A name known when the program is written. In a `const`, a bad name does not compile.
    pub const fn known(name: &'static str) -> Self {
        assert!(is_name(name), "not a valid queue name");
        Self(Cow::Borrowed(name))
    }

    /// Checks a name that comes from outside.
    pub fn parse(name: impl Into<String>) -> Result<Self, EngineError> {
        let name = name.into();
        if is_name(&name) { Ok(Self(Cow::Owned(name))) } else { Err(EngineError::InvalidName { name }) }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for QueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is set on a queue. `None` means: not limited, or the worker's default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueSettings {
    /// Nothing is claimed from it; running jobs go on.
    pub paused: bool,
    /// Takes no new jobs in; what is there runs until it is empty.
    pub draining: bool,
    /// Most jobs of it running at a time, over all nodes.
    pub concurrency: Option<u32>,
    /// Most jobs of it started in a second, over all nodes.
    pub rate_per_second: Option<u32>,
    /// How its failed attempts are retried.
    pub retry: Option<RetryPolicy>,
    /// How many attempts its jobs have, whatever they were queued with.
    pub max_attempts: Option<u32>,
    /// How long a run of one of its jobs may take.
    pub time_limit: Option<Duration>,
    /// Most jobs of it that a worker claims at a time.
    pub batch_size: Option<u32>,
    /// Why it was paused or set to draining.
    pub reason: Option<String>,
}

/// Whether `name` may name a queue or a kind of subject.
pub(crate) const fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > MAX_NAME_BYTES {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_') {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_name_is_short_lower_case_and_plain() {
        for good in ["import", "a", "stage_2", &"x".repeat(64)] {
            assert!(QueueName::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "Import", "a b", "ä", "a-b", &"x".repeat(65)] {
            assert!(QueueName::parse(bad).is_err(), "{bad}");
        }
    }
}
