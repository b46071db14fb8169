//! What a scan found: the contacts, and a summary of the domains.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use comfy_table::Table;
use model::{ContactKind, DomainId, ProcessingStatus};
use serde_json::{Value, json};
use store::{DomainRow, Store};

use super::Format;
use super::run::Finished;
use crate::failure::Failure;
use crate::results::{self, Found};

/// How many domains and contacts a table on the screen shows.
const SHOWN_MAX: usize = 200;

/// Where the contacts go and how.
#[derive(Clone, Debug)]
pub struct Output {
    path: Option<PathBuf>,
    format: Format,
    json: bool,
}

impl Output {
    /// Finds out whether the output can be written, before the work begins.
    ///
    /// # Errors
    /// If its folder does not exist.
    pub fn new(path: Option<PathBuf>, given: Option<Format>, json: bool) -> Result<Self, Failure> {
        let by_name = path.as_deref().and_then(|path| path.extension()).and_then(|end| end.to_str());
        let format = given.unwrap_or(match by_name {
            Some("jsonl" | "ndjson" | "json") => Format::Jsonl,
            _ => Format::Csv,
        });
        let folder =
            path.as_deref().and_then(|path| path.parent()).filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Failure::usage(format!("--output: the folder {} does not exist", folder.display())));
        }
        // JSON lines without a file are meant for a pipe.
        let to_pipe = path.is_none() && !json && given == Some(Format::Jsonl);
        let path = if to_pipe { Some(PathBuf::from("-")) } else { path };
        Ok(Self { path, format, json })
    }
}

/// Writes the contacts and prints the summary; the exit code of the scan.
///
/// # Errors
/// If the database can't be read or the output not written.
pub async fn print(store: &Store, finished: &Finished, output: &Output) -> Result<ExitCode, Failure> {
    let ids: Vec<DomainId> = finished.domains.iter().map(|domain| domain.id).collect();
    let rows = store.domains(&ids).await?;
    let mut sum = Sum::default();
    let mut listed = Vec::new();
    let mut sink = results::Sink::open(output.path.as_deref(), output.format == Format::Jsonl)?;
    for row in &rows {
        sum.domain(row);
        for found in results::of_domain(row, store.contacts_of(row.id).await?) {
            *sum.contacts.entry(found.kind).or_default() += 1;
            match &mut sink {
                Some(sink) => sink.write(&found)?,
                None => listed.push(found),
            }
        }
    }
    let written_to = sink.map(results::Sink::close).transpose()?;
    if output.json {
        println!("{}", json_summary(&rows, &sum, finished, &listed));
    } else {
        if output.path.is_none() {
            print_contacts(&listed)?;
        }
        print_summary(&rows, &sum, finished)?;
        if let Some(path) = written_to.flatten() {
            eprintln!("contacts written to {}", path.display());
        }
    }
    Ok(code(&sum, finished))
}

fn code(sum: &Sum, finished: &Finished) -> ExitCode {
    match (finished.stopped, sum.failed) {
        (true, _) => ExitCode::from(130),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::FAILURE,
    }
}

/// What the domains have together.
#[derive(Debug, Default)]
struct Sum {
    complete: usize,
    failed: usize,
    waiting: usize,
    sitemap_files: i64,
    pages: i64,
    contacts: BTreeMap<ContactKind, usize>,
}

impl Sum {
    fn domain(&mut self, row: &DomainRow) {
        match row.analysis_status {
            Some(ProcessingStatus::Complete) => self.complete += 1,
            Some(ProcessingStatus::Error) => self.failed += 1,
            _ => self.waiting += 1,
        }
        self.sitemap_files += row.sitemap_file_count;
        self.pages += row.page_count;
    }
}

fn json_summary(rows: &[DomainRow], sum: &Sum, finished: &Finished, listed: &[Found]) -> Value {
    let domains: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "domain": row.domain, "base_url": row.base_url, "status": row.analysis_status,
                "error": row.analysis_error, "note": row.analysis_note, "sitemap_files": row.sitemap_file_count,
                "pages": row.page_count,
            })
        })
        .collect();
    let contacts: BTreeMap<&str, usize> =
        sum.contacts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
    json!({
        "complete": sum.complete, "failed": sum.failed, "waiting": sum.waiting, "stopped": finished.stopped,
        "duration_ms": u64::try_from(finished.took.as_millis()).unwrap_or(u64::MAX),
        "sitemap_files": sum.sitemap_files, "pages": sum.pages, "contact_counts": contacts, "domains": domains,
        "contacts": listed,
    })
}

fn print_contacts(listed: &[Found]) -> Result<(), Failure> {
    if listed.is_empty() {
        return Ok(());
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", contact_table(&listed[..listed.len().min(SHOWN_MAX)]))?;
    if listed.len() > SHOWN_MAX {
        writeln!(out, "... and {} more; --output contacts.csv writes all", listed.len() - SHOWN_MAX)?;
    }
    Ok(())
}

/// The contacts as a table for the screen.
pub fn contact_table(listed: &[Found]) -> Table {
    let mut table = results::plain_table();
    table.set_header(["domain", "kind", "contact", "found by", "page"]);
    for found in listed {
        table.add_row([
            found.domain.as_str(),
            found.kind.as_str(),
            &found.value,
            &found.source,
            &found.page_url,
        ]);
    }
    table
}

/// The summary goes to standard error, so that standard output holds contacts alone.
fn print_summary(rows: &[DomainRow], sum: &Sum, finished: &Finished) -> Result<(), Failure> {
    let mut out = std::io::stderr().lock();
    let troubled: Vec<&DomainRow> =
        rows.iter().filter(|row| row.analysis_error.is_some() || row.analysis_note.is_some()).collect();
    if !troubled.is_empty() {
        let mut table = results::plain_table();
        table.set_header(["domain", "status", "what to know"]);
        for row in troubled.iter().take(SHOWN_MAX) {
            let status = row.analysis_status.map_or("", ProcessingStatus::as_str);
            let what = row.analysis_error.as_deref().or(row.analysis_note.as_deref()).unwrap_or_default();
            table.add_row([row.domain.as_str(), status, what]);
        }
        writeln!(out, "{table}")?;
    }
    let contacts: Vec<String> = sum.contacts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let contacts = if contacts.is_empty() { "no contacts".to_owned() } else { contacts.join(", ") };
    writeln!(
        out,
        "{} domains done, {} failed{}; {} sitemap files, {} pages; {contacts}; {:.1} s",
        sum.complete,
        sum.failed,
        if sum.waiting > 0 { format!(", {} waiting", sum.waiting) } else { String::new() },
        sum.sitemap_files,
        sum.pages,
        finished.took.as_secs_f64(),
    )?;
    if finished.stopped {
        writeln!(out, "stopped before the end: the same command again goes on from here")?;
    }
    Ok(())
}
