//! Files to download as they are written: in parts, summed, with cells that no spreadsheet takes for formulas.

use std::time::Duration;

use engine::JobId;
use model::{PublicId, RecordKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::Store;
use utoipa::ToSchema;

use crate::audit::csv_cell;
use crate::error::ActionError;

/// How long a file is kept.
pub const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// Bytes of a part.
const PART_BYTES: usize = 256 << 10;
/// Most bytes of a file.
pub const BYTES_MAX: u64 = 1 << 30;

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// With a header, for spreadsheets.
    #[default]
    Csv,
    /// A JSON object a line.
    Jsonl,
}

impl Format {
    /// How a file's name ends.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/x-ndjson",
        }
    }
}

/// A file that was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArtifactMade {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub artifact_id: PublicId,
    /// What it is saved as.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Where it is to be had.
    pub download: String,
}

/// A file that is being written.
pub(crate) struct Artifact<'a> {
    store: &'a Store,
    id: i64,
    name: String,
    buffer: Vec<u8>,
    bytes: u64,
    digest: Sha256,
}

impl<'a> Artifact<'a> {
    /// Begins a file of that name.
    pub(crate) async fn begin(
        store: &'a Store,
        name: String,
        media_type: &str,
        job: Option<JobId>,
        by: &str,
    ) -> Result<Self, ActionError> {
        let now = store.now();
        let id = store.begin_artifact(&name, media_type, job, by, (now, now.after(KEPT_FOR))).await?;
        Ok(Self { store, id, name, buffer: Vec::new(), bytes: 0, digest: Sha256::new() })
    }

    /// Begins a file of rows, with its header.
    pub(crate) async fn of_rows(
        store: &'a Store,
        name: String,
        format: Format,
        columns: &[&str],
        job: Option<JobId>,
        by: &str,
    ) -> Result<Self, ActionError> {
        let mut file = Self::begin(store, name, format.media_type(), job, by).await?;
        if format == Format::Csv {
            file.write(format!("{}\r\n", columns.join(",")).as_bytes()).await?;
        }
        Ok(file)
    }

    /// Adds a row.
    pub(crate) async fn row(
        &mut self,
        format: Format,
        columns: &[&str],
        row: &Value,
    ) -> Result<(), ActionError> {
        let line = match format {
            Format::Jsonl => format!("{row}\n"),
            Format::Csv => {
                let cells: Vec<String> = columns.iter().map(|column| cell(row.get(*column))).collect();
                format!("{}\r\n", cells.join(","))
            }
        };
        self.write(line.as_bytes()).await
    }

    /// Adds bytes.
    pub(crate) async fn write(&mut self, data: &[u8]) -> Result<(), ActionError> {
        self.bytes += data.len() as u64;
        if self.bytes > BYTES_MAX {
            let detail = format!("the file would be larger than {} MiB: choose less", BYTES_MAX >> 20);
            return Err(ActionError::conflict(detail, "too_large", &["a smaller choice"]));
        }
        self.digest.update(data);
        self.buffer.extend_from_slice(data);
        if self.buffer.len() >= PART_BYTES {
            self.store.add_to_artifact(self.id, std::mem::take(&mut self.buffer)).await?;
        }
        Ok(())
    }

    /// Completes it.
    pub(crate) async fn finish(mut self) -> Result<ArtifactMade, ActionError> {
        if !self.buffer.is_empty() {
            self.store.add_to_artifact(self.id, std::mem::take(&mut self.buffer)).await?;
        }
        let sha256: String = self.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        self.store.finish_artifact(self.id, &sha256, self.store.now()).await?;
        let artifact_id = RecordKind::Artifact.id(self.id);
        Ok(ArtifactMade {
            artifact_id,
            name: self.name,
            bytes: self.bytes,
            sha256,
            download: format!("/api/admin/artifacts/{artifact_id}"),
        })
    }
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => csv_cell(text),
        Some(other) => csv_cell(&other.to_string()),
    }
}
