//! Copying the embedded database in turn, and keeping the last copies.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clock::Timestamp;
use fetch::BoxFuture;

use crate::options::BackupPlan;
use crate::supervise::{Service, ServiceError, Turn};

/// Between two looks whether a copy is due.
const INTERVAL: Duration = Duration::from_secs(60);
/// What the names of scheduled copies begin and end with: only those are ever deleted.
const PREFIX: &str = "scheduled-";
const SUFFIX: &str = ".db";
/// The time in a name, in UTC; names sort by time.
const FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// The scheduled backup.
pub(crate) struct Backup {
    pub(crate) plan: BackupPlan,
}

impl Backup {
    async fn back_up(&self, turn: Turn<'_>) -> Result<String, ServiceError> {
        std::fs::create_dir_all(&self.plan.folder).map_err(|error| about(&self.plan.folder, &error))?;
        let copies = copies(&self.plan.folder)?;
        let last = copies.last().and_then(|copy| time_of(copy));
        if last.is_some_and(|last| turn.now.since(last) < self.plan.every) {
            return Ok(String::new());
        }
        let backup = turn.store.backup(&self.plan.folder.join(name_at(turn.now)?)).await?;
        let surplus = (copies.len() + 1).saturating_sub(self.plan.keep.max(1));
        for old in copies.iter().take(surplus) {
            std::fs::remove_file(old).map_err(|error| about(old, &error))?;
        }
        Ok(format!("copied the database to {} ({} bytes)", backup.path.display(), backup.bytes))
    }
}

impl Service for Backup {
    fn name(&self) -> &'static str {
        "backup"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(self.back_up(turn))
    }
}

fn about(path: &Path, error: &std::io::Error) -> ServiceError {
    ServiceError::Other(format!("{}: {error}", path.display()))
}

/// The scheduled copies in a folder, oldest first.
fn copies(folder: &Path) -> Result<Vec<PathBuf>, ServiceError> {
    let entries = std::fs::read_dir(folder).map_err(|error| about(folder, &error))?;
    let mut copies: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| time_of(path).is_some()).collect();
    copies.sort_unstable();
    Ok(copies)
}

fn name_at(time: Timestamp) -> Result<String, ServiceError> {
    let time = jiff::Timestamp::from_millisecond(time.0);
    let time = time.map_err(|error| ServiceError::Other(format!("the clock shows no date: {error}")))?;
    Ok(format!("{PREFIX}{}{SUFFIX}", time.strftime(FORMAT)))
}

/// When a scheduled copy was made, by its name; none for other files.
fn time_of(path: &Path) -> Option<Timestamp> {
    let name = path.file_name()?.to_str()?.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let time = jiff::civil::DateTime::strptime(FORMAT, name).ok()?;
    let time = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some(Timestamp(time.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copys_name_tells_its_time_and_other_files_are_none() {
        let time = Timestamp(1_750_000_000_000);
        let name = name_at(time).unwrap();
        assert_eq!(name, "scheduled-20250615T150640Z.db");
        assert_eq!(time_of(Path::new(&name)), Some(time));
        for other in
            ["sitelode.db", "scheduled-mine.db", "before-upgrade.db", "scheduled-20250615T150640Z.db.partial"]
        {
            assert_eq!(time_of(Path::new(other)), None, "{other}");
        }
    }
}
