//! What is old goes, in batches that others hardly notice.

use clock::Timestamp;
use engine::JobState;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{JobFilter, Prune, Store};
use utoipa::ToSchema;

use super::{Told, Work};
use crate::error::ActionError;

/// Rows in one batch.
const BATCH: usize = 2_000;
/// Files in one batch.
const ARTIFACTS: usize = 20;
/// Most rows that a dry run counts of one kind.
const COUNTED_MAX: u64 = 1_000_000;

/// What can be old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OldData {
    CompleteJobs,
    FailedJobs,
    CancelledJobs,
    Artifacts,
}

impl OldData {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::CompleteJobs => "complete_jobs",
            Self::FailedJobs => "failed_jobs",
            Self::CancelledJobs => "cancelled_jobs",
            Self::Artifacts => "artifacts",
        }
    }

    const fn state(self) -> Option<JobState> {
        match self {
            Self::CompleteJobs => Some(JobState::Complete),
            Self::FailedJobs => Some(JobState::Failed),
            Self::CancelledJobs => Some(JobState::Cancelled),
            Self::Artifacts => None,
        }
    }

    /// How much of it is older than that, counted up to a million.
    pub(crate) async fn count(self, store: &Store, before: Timestamp) -> Result<u64, ActionError> {
        let Some(state) = self.state() else {
            return Ok(store.count_artifacts(before).await?);
        };
        let filter = JobFilter { states: vec![state], finished_before: Some(before), ..JobFilter::default() };
        let (mut after, mut total) = (0, 0);
        loop {
            let ids = store.select_jobs(&filter, (after, i64::MAX), BATCH).await?;
            total += ids.len() as u64;
            match ids.last() {
                Some(last) if ids.len() == BATCH && total < COUNTED_MAX => after = *last,
                _ => return Ok(total),
            }
        }
    }

    /// Deletes a batch; how many rows went.
    async fn delete(self, store: &Store, before: Timestamp) -> Result<u64, ActionError> {
        Ok(match self.state() {
            Some(state) => store.prune_jobs(Prune { state, before, limit: BATCH }, store.now()).await?.jobs,
            None => store.delete_artifacts(before, ARTIFACTS).await?,
        })
    }
}

impl Work<'_> {
    /// Deletes all of these kinds that is older than that.
    pub(super) async fn clean_up(&self, before: Timestamp, kinds: &[OldData]) -> Told {
        let mut deleted = serde_json::Map::new();
        for (done, kind) in kinds.iter().enumerate() {
            let mut total = 0;
            loop {
                let gone = kind.delete(&self.shared.store, before).await?;
                total += gone;
                let percent = u8::try_from(done * 100 / kinds.len().max(1)).unwrap_or(99);
                self.cx.progress(percent, format!("{}: {total} went", kind.as_str()));
                if gone == 0 {
                    break;
                }
            }
            deleted.insert(kind.as_str().into(), total.into());
        }
        Ok(json!({"deleted": deleted}))
    }
}
