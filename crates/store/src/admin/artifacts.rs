//! Files to download: written part by part by whoever makes them, handed out by every node, gone after a while.

use clock::Timestamp;
use engine::JobId;

use crate::db::transaction;
use crate::gate::Size;
use crate::sql::{Row, sql, sql_built};
use crate::{Store, StoreError};

/// A file to download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactRow {
    /// Its number.
    pub id: i64,
    /// What it is saved as; made by the program, never by a caller.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size so far.
    pub bytes: u64,
    /// How many parts it has so far.
    pub parts: i64,
    /// Its SHA-256 in hexadecimal, once it is complete.
    pub sha256: Option<String>,
    /// When it was complete.
    pub finished_at: Option<Timestamp>,
    /// The job that writes it.
    pub job: Option<JobId>,
    /// Who asked for it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it goes.
    pub expires_at: Timestamp,
}

const COLUMNS: &str =
    "id, name, media_type, bytes, parts, sha256, finished_at, job_id, created_by, created_at, expires_at";

impl ArtifactRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            media_type: row.get(2)?,
            bytes: u64::try_from(row.get::<i64>(3)?).unwrap_or(0),
            parts: row.get(4)?,
            sha256: row.get(5)?,
            finished_at: row.get::<Option<i64>>(6)?.map(Timestamp),
            job: row.get::<Option<i64>>(7)?.map(JobId),
            created_by: row.get(8)?,
            created_at: Timestamp(row.get(9)?),
            expires_at: Timestamp(row.get(10)?),
        })
    }
}

impl Store {
    /// Begins a file; its number.
    pub async fn begin_artifact(
        &self,
        name: &str,
        media_type: &str,
        job: Option<JobId>,
        by: &str,
        (now, expires_at): (Timestamp, Timestamp),
    ) -> Result<i64, StoreError> {
        let text = "INSERT INTO artifacts (name, media_type, job_id, created_by, created_at, expires_at) \
                    VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
        let row = transaction!(self.db, Size::Small, |tx| {
            let query = sql(text).bind(name).bind(media_type).bind(job.map(|job| job.0));
            tx.row(query.bind(by).bind(now).bind(expires_at)).await
        })?;
        row.ok_or_else(|| StoreError::Corrupt("a file got no number".into()))?.get(0)
    }

    /// Adds a part to a file that is not complete.
    pub async fn add_to_artifact(&self, id: i64, data: Vec<u8>) -> Result<(), StoreError> {
        transaction!(self.db, Size::Bulk, |tx| {
            let text = "UPDATE artifacts SET bytes = bytes + $2, parts = parts + 1 WHERE id = $1 \
                        AND finished_at IS NULL RETURNING parts";
            let row = tx.row(sql(text).bind(id).bind(data.len())).await?;
            let part: i64 = row.ok_or_else(|| StoreError::not_found("artifact", id))?.get(0)?;
            let text = "INSERT INTO artifact_parts (artifact_id, part, data) VALUES ($1, $2, $3)";
            tx.run(sql(text).bind(id).bind(part - 1).bind(data.clone())).await?;
            Ok(())
        })
    }

    /// Completes a file.
    pub async fn finish_artifact(
        &self,
        id: i64,
        sha256: &str,
        now: Timestamp,
    ) -> Result<ArtifactRow, StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            let text = format!(
                "UPDATE artifacts SET sha256 = $2, finished_at = $3 WHERE id = $1 RETURNING {COLUMNS}"
            );
            let row = tx.row(sql_built(text).bind(id).bind(sha256).bind(now)).await?;
            ArtifactRow::read(&row.ok_or_else(|| StoreError::not_found("artifact", id))?)
        })
    }

    /// A file, complete or not.
    pub async fn artifact(&self, id: i64) -> Result<ArtifactRow, StoreError> {
        let row =
            self.db.row(sql_built(format!("SELECT {COLUMNS} FROM artifacts WHERE id = $1")).bind(id)).await?;
        ArtifactRow::read(&row.ok_or_else(|| StoreError::not_found("artifact", id))?)
    }

    /// A part of a file, counted from 0.
    pub async fn artifact_part(&self, id: i64, part: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let text = "SELECT data FROM artifact_parts WHERE artifact_id = $1 AND part = $2";
        self.db.row(sql(text).bind(id).bind(part)).await?.map(|row| row.get(0)).transpose()
    }

    /// Files, newest first, with smaller numbers than `before`.
    pub async fn artifacts(&self, before: Option<i64>, limit: usize) -> Result<Vec<ArtifactRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM artifacts WHERE id < $1 ORDER BY id DESC LIMIT $2");
        let rows =
            self.db.rows(sql_built(text).bind(before.unwrap_or(i64::MAX)).bind(limit.min(500))).await?;
        rows.iter().map(ArtifactRow::read).collect()
    }

    /// How many files were made before that.
    pub async fn count_artifacts(&self, before: Timestamp) -> Result<u64, StoreError> {
        let row =
            self.db.row(sql("SELECT count(*) FROM artifacts WHERE created_at < $1").bind(before)).await?;
        Ok(u64::try_from(row.map_or(Ok(0), |row| row.get::<i64>(0))?).unwrap_or(0))
    }

    /// Deletes files that were made before that, at most so many; how many went.
    pub async fn delete_artifacts(&self, before: Timestamp, limit: usize) -> Result<u64, StoreError> {
        let text = "SELECT id FROM artifacts WHERE created_at < $1 ORDER BY id LIMIT $2";
        self.drop_artifacts(text, before, limit).await
    }

    /// Deletes files whose time is over; how many went.
    pub async fn prune_artifacts(&self, limit: usize, now: Timestamp) -> Result<u64, StoreError> {
        let text = "SELECT id FROM artifacts WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
        self.drop_artifacts(text, now, limit).await
    }

    async fn drop_artifacts(
        &self,
        which: &'static str,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        transaction!(self.db, Size::Bulk, |tx| {
            let rows = tx.rows(sql(which).bind(before).bind(limit)).await?;
            let ids = rows.iter().map(|row| row.get(0)).collect::<Result<Vec<i64>, _>>()?;
            tx.run_ids("DELETE FROM artifact_parts WHERE artifact_id IN ({ids})", &[], &ids).await?;
            tx.run_ids("DELETE FROM artifacts WHERE id IN ({ids})", &[], &ids).await
        })
    }
}
