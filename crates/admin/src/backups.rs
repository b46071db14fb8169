//! The backups of this node: copies of the database, each with a note beside it that tells what it is.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::Store;
use utoipa::ToSchema;

use crate::error::ActionError;
use crate::selector::written;

/// Most backups that are listed.
const LISTED_MAX: usize = 1_000;
/// How much of a file is read at a time.
const CHUNK: usize = 1 << 20;

/// The backups, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Backups {
    /// Each of them.
    pub backups: Vec<BackupNote>,
}

/// A backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupNote {
    /// The file's name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// When it was made.
    #[schema(format = "date-time")]
    pub created_at: Option<String>,
    /// Its SHA-256 in hexadecimal; none if it was made elsewhere.
    pub sha256: Option<String>,
    /// The version of its schema; none if it was made elsewhere.
    pub schema: Option<i64>,
    /// Whether it was opened and found sound.
    pub verified: bool,
}

impl Backups {
    pub(crate) fn sample() -> Value {
        let backup = BackupNote {
            name: "sitelode-20260131-080000-before-upgrade.db".into(),
            bytes: 48_000_000,
            created_at: Some("2026-01-31T08:00:00Z".into()),
            sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
            schema: Some(6),
            verified: true,
        };
        json!(Self { backups: vec![backup] })
    }
}

/// Makes a backup in `folder`. `label` becomes part of its name and is plain.
pub(crate) async fn make(
    store: &Store,
    folder: &Path,
    label: Option<&str>,
) -> Result<BackupNote, ActionError> {
    tokio::fs::create_dir_all(folder).await.map_err(|error| away(folder, &error))?;
    let now = store.now();
    let stamp: String = written(now).chars().filter(char::is_ascii_digit).take(14).collect();
    let (date, time) = stamp.split_at_checked(8).unwrap_or((&stamp, ""));
    let label = label.map(|label| format!("-{label}")).unwrap_or_default();
    let name = format!("sitelode-{date}-{time}{label}.db");
    let path = folder.join(&name);
    let backup = store.backup(&path).await?;
    let note = BackupNote {
        name,
        bytes: backup.bytes,
        created_at: Some(written(now)),
        sha256: Some(sum(&path).await?),
        schema: Some(backup.schema),
        verified: true,
    };
    let text = serde_json::to_vec_pretty(&note).map_err(|error| ActionError::Internal(error.to_string()))?;
    let beside = note_of(&path);
    tokio::fs::write(&beside, text).await.map_err(|error| away(&beside, &error))?;
    Ok(note)
}

/// The backups in `folder`, newest first.
pub(crate) async fn list(folder: &Path) -> Result<Vec<BackupNote>, ActionError> {
    let mut entries = match tokio::fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(away(folder, &error)),
    };
    let mut backups = Vec::new();
    while let Some(entry) = entries.next_entry().await.map_err(|error| away(folder, &error))? {
        let path = entry.path();
        if path.extension().is_none_or(|suffix| suffix != "db") || backups.len() >= LISTED_MAX {
            continue;
        }
        let known = tokio::fs::read(note_of(&path)).await.ok();
        let note = known.and_then(|text| serde_json::from_slice(&text).ok());
        backups.push(match note {
            Some(note) => note,
            None => BackupNote {
                name: entry.file_name().to_string_lossy().into_owned(),
                bytes: entry.metadata().await.map_or(0, |file| file.len()),
                created_at: None,
                sha256: None,
                schema: None,
                verified: false,
            },
        });
    }
    backups.sort_by(|a: &BackupNote, b| (&b.created_at, &b.name).cmp(&(&a.created_at, &a.name)));
    Ok(backups)
}

/// The SHA-256 of a file.
async fn sum(path: &Path) -> Result<String, ActionError> {
    use tokio::io::AsyncReadExt;
    let mut file = tokio::fs::File::open(path).await.map_err(|error| away(path, &error))?;
    let (mut digest, mut chunk) = (Sha256::new(), vec![0; CHUNK]);
    loop {
        let read = file.read(&mut chunk).await.map_err(|error| away(path, &error))?;
        if read == 0 {
            break;
        }
        digest.update(&chunk[..read]);
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn note_of(path: &Path) -> PathBuf {
    path.with_extension("json")
}

fn away(path: &Path, error: &std::io::Error) -> ActionError {
    ActionError::Unavailable(format!("{}: {error}", path.display()))
}
