//! Rows written to files to download.

use model::RecordKind;
use serde_json::{Value, json};
use store::{EXPORTS, JobCursor, JobView};

use super::{Told, Work};
use crate::artifact::{Artifact, Format};
use crate::error::ActionError;
use crate::selector::{JobsFilter, written};

/// Rows read at a time.
const BATCH: usize = 500;
/// What is told of a job.
const JOB_COLUMNS: &[&str] = &[
    "id",
    "queue",
    "state",
    "priority",
    "attempt",
    "max_attempts",
    "error_code",
    "error",
    "created_by",
    "created_at",
    "run_at",
    "started_at",
    "finished_at",
];

impl Work<'_> {
    /// Writes tables, each to a file of its own.
    pub(super) async fn export_tables(&self, tables: &[String], format: Format) -> Told {
        let mut files = Vec::new();
        for table in tables {
            let columns = EXPORTS.iter().find(|(name, _)| name == table).map(|(_, columns)| *columns);
            let columns = columns.ok_or_else(|| ActionError::not_found("table", table))?;
            let name = format!("{table}.{}", format.suffix());
            let by = self.by();
            let store = &self.shared.store;
            let mut file = Artifact::of_rows(store, name, format, columns, Some(self.job.id), by).await?;
            let (mut after, mut rows) = (0, 0);
            loop {
                let (lines, last) = store.export_rows(table, after, BATCH).await?;
                for line in &lines {
                    let row: Value = serde_json::from_str(line)
                        .map_err(|error| ActionError::Internal(error.to_string()))?;
                    file.row(format, columns, &row).await?;
                }
                rows += lines.len();
                self.cx.progress(50, format!("{table}: {rows} rows"));
                match last {
                    Some(last) if lines.len() == BATCH => after = last,
                    _ => break,
                }
            }
            files.push(json!(file.finish().await?));
        }
        Ok(json!({"artifacts": files}))
    }

    /// Writes the jobs that match, newest first.
    pub(super) async fn export_jobs(&self, filter: &JobsFilter, format: Format) -> Told {
        let filter = filter.to_store(&[])?;
        let name = format!("jobs.{}", format.suffix());
        let store = &self.shared.store;
        let mut file =
            Artifact::of_rows(store, name, format, JOB_COLUMNS, Some(self.job.id), self.by()).await?;
        let (mut after, mut rows) = (None::<JobCursor>, 0);
        loop {
            let (jobs, next) = store.jobs(&filter, after, BATCH).await?;
            for job in &jobs {
                file.row(format, JOB_COLUMNS, &row(job)).await?;
            }
            rows += jobs.len();
            self.cx.progress(50, format!("{rows} jobs"));
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        Ok(json!({"artifacts": [file.finish().await?], "rows": rows}))
    }
}

fn row(job: &JobView) -> Value {
    json!({
        "id": RecordKind::Job.id(job.id.0),
        "queue": job.queue.as_str(),
        "state": job.state.as_str(),
        "priority": job.priority.level(),
        "attempt": job.attempt,
        "max_attempts": job.max_attempts,
        "error_code": job.error.as_ref().map(|error| error.code.as_ref()),
        "error": job.error.as_ref().map(|error| error.message.as_str()),
        "created_by": job.created_by,
        "created_at": written(job.created_at),
        "run_at": written(job.run_at),
        "started_at": job.started_at.map(written),
        "finished_at": job.finished_at.map(written),
    })
}
