//! A job: one durable unit of work, as it is asked for and as it is handed to a stage.

use std::borrow::Cow;
use std::fmt;

use clock::Timestamp;

use crate::queue::is_name;
use crate::{EngineError, Lease, QueueName};

/// How often a job is tried unless it says otherwise.
pub const DEFAULT_MAX_ATTEMPTS: u32 = 5;

/// A job's number, never used twice in one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub i64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a job stands. `Pending` and `Running` jobs are live; the others are history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobState {
    /// Waiting for its time, its turn or its queue.
    Pending,
    /// Claimed by a node, under a lease.
    Running,
    /// Done; its effect is committed.
    Complete,
    /// Given up after its last attempt, or at once by a fatal error, or quarantined.
    Failed,
    /// Stopped by an operator.
    Cancelled,
}

impl JobState {
    /// Every state, live ones first.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Running, Self::Complete, Self::Failed, Self::Cancelled];

    /// The word for it in SQL and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// True for the states that a job does not leave by itself.
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Complete | Self::Failed | Self::Cancelled)
    }
}

/// How urgent a job is among those of its queue: 0 (most) to 9 (least); 5 unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// Before all others.
    pub const HIGHEST: Self = Self(0);
    /// After all others.
    pub const LOWEST: Self = Self(9);

    /// Checks that `level` is 0 to 9.
    pub fn new(level: i64) -> Result<Self, EngineError> {
        match u8::try_from(level) {
            Ok(level @ 0..=9) => Ok(Self(level)),
            _ => Err(EngineError::InvalidPriority(level)),
        }
    }

    /// The level, 0 to 9.
    pub const fn level(self) -> i64 {
        self.0 as i64
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self(5)
    }
}

/// The kind of record that a job is for; the store knows which table it means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectKind(Cow<'static, str>);

impl SubjectKind {
    /// A kind known when the program is written. In a `const`, a bad name does not compile.
    pub const fn known(name: &'static str) -> Self {
        assert!(is_name(name), "not a valid subject kind");
        Self(Cow::Borrowed(name))
    }

    /// Checks a kind that comes from outside.
    pub fn parse(name: impl Into<String>) -> Result<Self, EngineError> {
        let name = name.into();
        if is_name(&name) { Ok(Self(Cow::Owned(name))) } else { Err(EngineError::InvalidName { name }) }
    }

    /// The kind as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The record that a job is for. At most one live job of a queue has the same subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// Which table.
    pub kind: SubjectKind,
    /// Which row.
    pub id: i64,
}

/// A job to be queued. Build it with [`NewJob::new`] and set what differs from the defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Which queue.
    pub queue: QueueName,
    /// How urgent.
    pub priority: Priority,
    /// Not before this time; `None`: now.
    pub run_at: Option<Timestamp>,
    /// The record that it is for, if any: then it is unique for its queue and subject while it lives.
    pub subject: Option<Subject>,
    /// The domain that it belongs to, 0 for none: what the tables can be distributed by.
    pub domain_id: i64,
    /// Jobs of one lane (a hash of the host) run a few at a time on a node; `None`: no such limit.
    pub lane: Option<i64>,
    /// JSON, for the stage alone.
    pub payload: String,
    /// How many attempts may fail before it is given up; at least 1.
    pub max_attempts: u32,
    /// Who asked for it: a user, a schedule, or nobody.
    pub created_by: Option<String>,
}

impl NewJob {
    /// A job that may run at once, of middle priority, for no subject, with an empty payload.
    pub fn new(queue: QueueName) -> Self {
        Self {
            queue,
            priority: Priority::default(),
            run_at: None,
            subject: None,
            domain_id: 0,
            lane: None,
            payload: String::from("{}"),
            max_attempts: DEFAULT_MAX_ATTEMPTS,
            created_by: None,
        }
    }
}

/// A claimed job, as a stage gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its queue.
    pub queue: QueueName,
    /// What proves that this node may speak for it.
    pub lease: Lease,
    /// How urgent.
    pub priority: Priority,
    /// When it was due.
    pub run_at: Timestamp,
    /// The record that it is for.
    pub subject: Option<Subject>,
    /// The domain that it belongs to, 0 for none.
    pub domain_id: i64,
    /// Its lane.
    pub lane: Option<i64>,
    /// JSON, for the stage alone.
    pub payload: String,
    /// Which attempt this is, from 1. Attempts that were given back or crashed do not count.
    pub attempt: u32,
    /// How many attempts it has.
    pub max_attempts: u32,
    /// How often a process died with it.
    pub crashes: u32,
    /// When it was queued.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_found_by_its_word() {
        for state in JobState::ALL {
            assert_eq!(JobState::from_word(state.as_str()), Some(state));
        }
        assert_eq!(JobState::from_word("done"), None);
    }

    #[test]
    fn a_priority_is_one_digit() {
        assert_eq!(Priority::new(0).map(Priority::level), Ok(0));
        assert_eq!(Priority::new(9).map(Priority::level), Ok(9));
        assert_eq!(Priority::new(10), Err(EngineError::InvalidPriority(10)));
        assert_eq!(Priority::new(-1), Err(EngineError::InvalidPriority(-1)));
    }
}
