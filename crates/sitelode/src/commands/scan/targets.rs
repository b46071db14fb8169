//! What is to be scanned: domains from the command line and from lists, each once; what is no domain is told line by
//! line and stops nothing.

use std::collections::HashSet;

use model::Site;
use pipeline::intake::{self, Outcome};

use crate::commands::input::Input;
use crate::failure::Failure;

/// How many bad lines of one list are printed; more are counted.
const PRINTED_MAX: usize = 50;

/// The sites to scan, in order.
///
/// # Errors
/// If a list can't be read at all, or an argument names no site.
pub fn collect(domains: &[String], files: &[String]) -> Result<Vec<Site>, Failure> {
    let mut sites = Vec::new();
    let mut seen = HashSet::new();
    for text in domains {
        let site = Site::parse(text).map_err(|error| Failure::usage(format!("\"{text}\": {error}")))?;
        if seen.insert(site.name().to_owned()) {
            sites.push(site);
        }
    }
    for file in files {
        let bytes = Input::parse(file).bytes()?;
        let lines = intake::read(&bytes).map_err(|error| Failure::usage(format!("{file}: {error}")))?;
        let mut told = Told { file, printed: 0, duplicates: 0, rejected: 0 };
        for line in lines {
            match line.outcome {
                Outcome::Accepted(site) if seen.insert(site.name().to_owned()) => sites.push(site),
                Outcome::Accepted(_) => told.duplicate(line.number, &line.text, None),
                Outcome::Duplicate { first_line } => {
                    told.duplicate(line.number, &line.text, Some(first_line))
                }
                Outcome::Rejected { reason } => told.rejected(line.number, &line.text, &reason),
            }
        }
        told.sum();
    }
    Ok(sites)
}

/// What was said of a list.
struct Told<'a> {
    file: &'a str,
    printed: usize,
    duplicates: usize,
    rejected: usize,
}

impl Told<'_> {
    fn duplicate(&mut self, number: usize, text: &str, first_line: Option<usize>) {
        self.duplicates += 1;
        match first_line {
            Some(first) => self.print(number, text, &format!("duplicate of line {first}")),
            None => self.print(number, text, "duplicate of an earlier domain"),
        }
    }

    fn rejected(&mut self, number: usize, text: &str, reason: &str) {
        self.rejected += 1;
        self.print(number, text, reason);
    }

    fn print(&mut self, number: usize, text: &str, what: &str) {
        self.printed += 1;
        if self.printed <= PRINTED_MAX {
            eprintln!("{}:{number}: {text:?}: {what}", self.file);
        }
    }

    fn sum(&self) {
        let silent = self.printed.saturating_sub(PRINTED_MAX);
        if silent > 0 {
            eprintln!("{}: {silent} more lines like these", self.file);
        }
        if self.printed > 0 {
            eprintln!("{}: {} duplicate and {} rejected lines", self.file, self.duplicates, self.rejected);
        }
    }
}
