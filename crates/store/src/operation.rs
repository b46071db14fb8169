//! A bulk operation's bookkeeping: what became of each record, and how it was before.

use std::collections::{BTreeMap, HashSet};

use clock::Timestamp;
use serde::{Deserialize, Serialize};

/// How a record or job was before a change: only what is needed to put it back.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Was {
    /// A person's decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curation: Option<String>,
    /// The state of a job, or how far a record's processing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When a job was due, or had ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<i64>,
    /// A job was queued for the record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub queued: bool,
}

/// What became of the records of a part.
#[derive(Debug, Default)]
pub(crate) struct Outcomes {
    seen: HashSet<i64>,
    changed: BTreeMap<Was, Vec<i64>>,
    skipped: BTreeMap<String, u64>,
    /// Running jobs were taken from their workers.
    pub revoked: bool,
}

impl Outcomes {
    /// That a record was changed, and how it was.
    pub(crate) fn changed(&mut self, id: i64, was: Was) {
        self.seen.insert(id);
        self.changed.entry(was).or_default().push(id);
    }

    /// That a record was left alone, and why.
    pub(crate) fn skipped(&mut self, id: i64, reason: &str) {
        self.seen.insert(id);
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }

    /// Whether it was told what became of a record.
    pub(crate) fn knows(&self, id: i64) -> bool {
        self.seen.contains(&id)
    }

    pub(crate) fn updated(&self) -> u64 {
        self.changed.values().map(|ids| ids.len() as u64).sum()
    }

    pub(crate) fn matched(&self) -> u64 {
        self.seen.len() as u64
    }

    pub(crate) const fn skips(&self) -> &BTreeMap<String, u64> {
        &self.skipped
    }

    /// What is kept so that it can be taken back.
    pub(crate) fn kept(self, at: Timestamp) -> Part {
        let groups = self.changed.into_iter().map(|(was, ids)| Group { was, ids }).collect();
        Part { at: at.0, groups }
    }
}

/// What is kept of a part.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    /// When it was done.
    pub at: i64,
    pub groups: Vec<Group>,
}

/// Records that were alike before.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    pub was: Was,
    pub ids: Vec<i64>,
}

impl Part {
    /// Each record with how it was.
    pub(crate) fn records(self) -> Vec<(i64, Was)> {
        let each = |group: Group| group.ids.into_iter().map(move |id| (id, group.was.clone()));
        self.groups.into_iter().flat_map(each).collect()
    }
}
