//! Writing contacts to a file or to standard output; a file appears whole or not at all.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;
use tempfile::NamedTempFile;

use super::Found;
use crate::failure::Failure;

/// The columns of the CSV. Those after `pages` are filled where they belong to the kind of contact.
const COLUMNS: [&str; 17] = [
    "domain",
    "kind",
    "value",
    "source",
    "page_url",
    "page_type",
    "pages",
    "type",
    "raw",
    "extension",
    "network",
    "street",
    "city",
    "region",
    "postal_code",
    "country",
    "context",
];
/// How many of the columns are fields of [`Found`] itself.
const OWN_COLUMNS: usize = 7;

/// Where contacts are written.
pub enum Sink {
    /// Comma-separated values.
    Csv(Box<csv::Writer<Target>>),
    /// JSON lines.
    Jsonl(Target),
}

/// A file in the making, or standard output.
pub enum Target {
    /// A file that takes its name when it is whole.
    File(BufWriter<NamedTempFile>, PathBuf),
    /// Standard output.
    Stdout(BufWriter<std::io::Stdout>),
}

impl Sink {
    /// Begins a file at `path` (`-`: standard output); none if no path is given.
    ///
    /// # Errors
    /// If the file can't be made.
    pub fn open(path: Option<&Path>, json_lines: bool) -> Result<Option<Self>, Failure> {
        let Some(path) = path else { return Ok(None) };
        let target = Target::open(path)?;
        if json_lines {
            return Ok(Some(Self::Jsonl(target)));
        }
        let mut writer = csv::Writer::from_writer(target);
        writer.write_record(COLUMNS).map_err(anyhow::Error::from)?;
        Ok(Some(Self::Csv(Box::new(writer))))
    }

    /// Writes one contact.
    ///
    /// # Errors
    /// If the disk is full, or whoever reads has gone.
    pub fn write(&mut self, found: &Found) -> Result<(), Failure> {
        match self {
            Self::Jsonl(target) => {
                let line = serde_json::to_string(found).map_err(anyhow::Error::from)?;
                writeln!(target, "{line}")?;
            }
            Self::Csv(writer) => writer.write_record(record(found)).map_err(anyhow::Error::from)?,
        }
        Ok(())
    }

    /// Ends the file; its path, if it is one.
    ///
    /// # Errors
    /// If it can't be written to its end or put in its place.
    pub fn close(self) -> Result<Option<PathBuf>, Failure> {
        let target = match self {
            Self::Jsonl(target) => target,
            Self::Csv(writer) => writer.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error()))?,
        };
        target.close()
    }
}

impl Target {
    fn open(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self::Stdout(BufWriter::new(std::io::stdout())));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = NamedTempFile::new_in(folder)
            .with_context(|| format!("cannot write into {}", folder.display()))?;
        Ok(Self::File(BufWriter::new(file), path.to_owned()))
    }

    fn close(self) -> Result<Option<PathBuf>, Failure> {
        match self {
            Self::Stdout(mut out) => {
                out.flush()?;
                Ok(None)
            }
            Self::File(out, path) => {
                let file = out.into_inner().map_err(|error| anyhow::anyhow!("{}", error.error()))?;
                file.as_file().sync_all()?;
                readable(file.as_file())?;
                file.persist(&path).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(Some(path))
            }
        }
    }
}

/// A temporary file is for its owner alone; a result is as readable as any new file.
fn readable(file: &std::fs::File) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    Ok(file.set_permissions(std::fs::Permissions::from_mode(0o644))?)
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::File(out, _) => out.write(bytes),
            Self::Stdout(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::File(out, _) => out.flush(),
            Self::Stdout(out) => out.flush(),
        }
    }
}

fn record(found: &Found) -> Vec<String> {
    let mut record = vec![
        found.domain.clone(),
        found.kind.to_string(),
        found.value.clone(),
        found.source.clone(),
        found.page_url.clone(),
        found.page_type.to_string(),
        found.page_count.to_string(),
    ];
    record.extend(COLUMNS[OWN_COLUMNS..].iter().map(|column| match found.detail.get(column) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }));
    record.into_iter().map(harmless).collect()
}

/// A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV Injection"). A plus with
/// digits behind it is a telephone number, and stays one.
fn harmless(cell: String) -> String {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b' ');
    match cell.chars().next() {
        Some('=' | '@' | '-' | '\t' | '\r' | '\n') => format!("'{cell}"),
        Some('+') if !is_number(&cell[1..]) => format!("'{cell}"),
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_becomes_a_formula() {
        for (cell, wanted) in [
            ("=1+1", "'=1+1"),
            ("+4930123", "+4930123"),
            ("+cmd|x", "'+cmd|x"),
            ("@a", "'@a"),
            ("a@b.de", "a@b.de"),
        ] {
            assert_eq!(harmless(cell.to_owned()), wanted);
        }
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contacts.csv");
        let sink = Sink::open(Some(&path), false).unwrap().unwrap();
        assert!(!path.exists());
        assert_eq!(sink.close().unwrap().as_deref(), Some(path.as_path()));
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("domain,kind,value,"));
    }
}
