//! The schedulers: whatever is wanted and was never queued is queued. Mostly they find nothing, since records are queued
//! in the transaction that selects them; they are the net below.

use std::time::Duration;

use fetch::BoxFuture;
use model::PageUrl;
use pipeline::plan;
use store::{FollowUp, LeftBehind, RecordsLeftBehind};

use crate::supervise::{Service, ServiceError, Turn};

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(15);
/// Records looked through in one transaction.
const PART: usize = 500;
/// Parts of one run: what is behind them is for the next.
const PARTS_MAX: usize = 200;

/// The scheduler of one kind of record.
pub(crate) struct Scheduler {
    name: &'static str,
    records: RecordsLeftBehind,
    job: FollowUp,
}

impl Scheduler {
    pub(crate) fn domains(created_by: Option<String>) -> Self {
        let job = plan::discoveries(created_by);
        Self { name: "domain_submission", records: RecordsLeftBehind::Domains, job }
    }

    pub(crate) fn sitemap_files(created_by: Option<String>) -> Self {
        let job = plan::imports(created_by);
        Self { name: "sitemap_import", records: RecordsLeftBehind::SitemapFiles, job }
    }

    pub(crate) fn pages(created_by: Option<String>) -> Self {
        let job = plan::scrapes(created_by);
        Self { name: "page_curation", records: RecordsLeftBehind::Pages, job }
    }

    async fn queue_all(&self, turn: Turn<'_>) -> Result<String, ServiceError> {
        let (mut queued, mut unusable, mut after) = (0, 0, 0);
        for _ in 0..PARTS_MAX {
            let part = turn.store.left_behind(self.records, after, PART).await?;
            let wanted = part.left_behind.len();
            let found: Vec<(LeftBehind, i64)> = part.left_behind.into_iter().filter_map(with_lane).collect();
            unusable += wanted - found.len();
            let now = turn.store.now();
            queued += turn.store.queue_left_behind(turn.term, self.records, &found, &self.job, now).await?;
            match part.next {
                Some(next) => after = next,
                None => break,
            }
        }
        Ok(match (queued, unusable) {
            (0, 0) => String::new(),
            (queued, 0) => format!("queued {queued} records that were left behind"),
            (queued, bad) => {
                format!("queued {queued} records that were left behind; {bad} have no usable address")
            }
        })
    }
}

/// A record with the lane of its host; none if its address is none.
fn with_lane(record: LeftBehind) -> Option<(LeftBehind, i64)> {
    let lane = plan::lane(&PageUrl::parse(&record.url).ok()?);
    Some((record, lane))
}

impl Service for Scheduler {
    fn name(&self) -> &'static str {
        self.name
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(self.queue_all(turn))
    }
}
