//! Records left behind: wanted, but for some reason never queued. The schedulers queue them.

use std::collections::HashSet;

use clock::Timestamp;
use engine::{Enqueued, Priority, SubjectKind};

use super::terms::{Term, hold};
use crate::catalog::{Record, follow};
use crate::db::transaction;
use crate::dialect::Dialect;
use crate::effect::FollowUp;
use crate::gate::Size;
use crate::sql::sql;
use crate::subjects::{DOMAIN, PAGE, SITEMAP_FILE};
use crate::{Store, StoreError, jobs};

/// Which records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordsLeftBehind {
    /// Domains that were never analysed.
    Domains,
    /// Sitemap files that were never imported.
    SitemapFiles,
    /// Pages that were never scraped, of domains whose pages are to be.
    Pages,
}

/// A record that is wanted and was never queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftBehind {
    /// Its key.
    pub id: i64,
    /// Its domain.
    pub domain_id: i64,
    /// Its address.
    pub url: String,
    /// How likely it is to bring contacts: 1 to 3, for pages; else 0.
    pub priority_level: i64,
}

/// Some records that were looked through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookedThrough {
    /// Those that are to be queued.
    pub left_behind: Vec<LeftBehind>,
    /// Where to go on; none at the end.
    pub next: Option<i64>,
}

impl RecordsLeftBehind {
    const fn kind(self) -> SubjectKind {
        match self {
            Self::Domains => DOMAIN,
            Self::SitemapFiles => SITEMAP_FILE,
            Self::Pages => PAGE,
        }
    }

    /// The records behind a key, in order, with whether they are to be queued at all.
    const fn walk(self) -> &'static str {
        match self {
            Self::Domains => {
                "SELECT id, id, base_url, CAST(0 AS BIGINT), CAST(1 AS BIGINT) FROM domains \
                 WHERE sitemap_curation_status = 'Selected' AND sitemap_analysis_status IS NULL AND id > $1 \
                 ORDER BY id LIMIT $2"
            }
            Self::SitemapFiles => {
                "SELECT id, domain_id, url, CAST(0 AS BIGINT), CAST(1 AS BIGINT) FROM sitemap_files \
                 WHERE sitemap_curation_status = 'Selected' AND sitemap_import_status IS NULL AND id > $1 \
                 ORDER BY id LIMIT $2"
            }
            Self::Pages => {
                "SELECT p.id, p.domain_id, p.url, p.priority_level, CAST(d.auto_scrape AS BIGINT) FROM \
                 (SELECT id, domain_id, url, priority_level FROM pages WHERE page_curation_status = 'Selected' \
                 AND page_processing_status IS NULL AND id > $1 ORDER BY id LIMIT $2) AS p \
                 JOIN domains AS d ON d.id = p.domain_id ORDER BY p.id"
            }
        }
    }

    /// Those of some records that are still left behind; nobody else can queue them until the transaction ends.
    const fn still(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::Domains, Dialect::Sqlite) => {
                "SELECT id FROM domains WHERE id IN ({ids}) AND sitemap_analysis_status IS NULL"
            }
            (Self::Domains, Dialect::Postgres) => {
                "SELECT id FROM domains WHERE id IN ({ids}) AND sitemap_analysis_status IS NULL ORDER BY id FOR UPDATE"
            }
            (Self::SitemapFiles, Dialect::Sqlite) => {
                "SELECT id FROM sitemap_files WHERE id IN ({ids}) AND sitemap_import_status IS NULL"
            }
            (Self::SitemapFiles, Dialect::Postgres) => {
                "SELECT id FROM sitemap_files WHERE id IN ({ids}) AND sitemap_import_status IS NULL ORDER BY id FOR UPDATE"
            }
            (Self::Pages, Dialect::Sqlite) => {
                "SELECT id FROM pages WHERE id IN ({ids}) AND page_processing_status IS NULL"
            }
            (Self::Pages, Dialect::Postgres) => {
                "SELECT id FROM pages WHERE id IN ({ids}) AND page_processing_status IS NULL ORDER BY id FOR UPDATE"
            }
        }
    }
}

impl Store {
    /// Looks through up to `limit` records that were never queued, from behind the key `after` on.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn left_behind(
        &self,
        records: RecordsLeftBehind,
        after: i64,
        limit: usize,
    ) -> Result<LookedThrough, StoreError> {
        let rows = self.db.rows(sql(records.walk()).bind(after).bind(limit)).await?;
        let mut looked_through = LookedThrough::default();
        for row in &rows {
            let id = row.get(0)?;
            looked_through.next = Some(id).filter(|_| rows.len() == limit);
            if row.get::<i64>(4)? != 0 {
                looked_through.left_behind.push(LeftBehind {
                    id,
                    domain_id: row.get(1)?,
                    url: row.get(2)?,
                    priority_level: row.get(3)?,
                });
            }
        }
        Ok(looked_through)
    }

    /// Queues `job` for each record that is still left behind, in the lane beside it; how many.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn queue_left_behind(
        &self,
        term: &Term,
        records: RecordsLeftBehind,
        found: &[(LeftBehind, i64)],
        job: &FollowUp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        if found.is_empty() {
            return Ok(0);
        }
        let ids: Vec<i64> = found.iter().map(|(record, _)| record.id).collect();
        let numbers = self.job_ids.take(&self.db, found.len()).await?;
        let queued = transaction!(self.db, Size::Bulk, |tx| {
            hold(tx, term, now).await?;
            let rows = tx.rows_ids(records.still(tx.dialect()), &[], &ids).await?;
            let still = rows.iter().map(|row| row.get(0)).collect::<Result<HashSet<i64>, _>>()?;
            let jobs: Vec<_> = found
                .iter()
                .filter(|(record, _)| still.contains(&record.id))
                .map(|(record, lane)| {
                    let priority = match record.priority_level {
                        0 => Priority::default(),
                        level => Priority::new(level * 2).unwrap_or_default(),
                    };
                    let subject = Record { id: record.id, url: &record.url, lane: *lane, priority };
                    follow(job, records.kind(), record.domain_id, subject)
                })
                .collect();
            let enqueued = jobs::enqueue_counted(tx, &jobs, &numbers[..jobs.len()], now).await?;
            Ok(enqueued.iter().filter(|what| matches!(what, Enqueued::Added(_))).count() as u64)
        })?;
        self.signals.jobs_added();
        Ok(queued)
    }
}
