//! The repository's own rules, each a function: what they find is listed all at once.

mod licences;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::run::root;

/// The most lines that a hand-written source file may have.
const FILE_LINES_MAX: usize = 600;
/// Names under which everything and nothing would gather.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc"];
/// Which crates of the workspace a crate may use: arrows point downward only.
const ARROWS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("model", &[]),
    ("engine", &["clock"]),
    ("sitemap", &["model", "clock"]),
    ("contacts", &["model", "clock"]),
    ("fetch", &["model", "clock"]),
    ("testkit", &["clock"]),
    ("store", &["engine", "model", "clock"]),
    ("pipeline", &["fetch", "sitemap", "contacts", "store", "engine", "model", "clock"]),
    ("node", &["pipeline", "fetch", "store", "engine", "model", "clock"]),
    ("admin", &["pipeline", "store", "engine", "model", "clock"]),
    ("server", &["admin", "pipeline", "store", "engine", "model", "clock"]),
    (
        "sitelode",
        &[
            "server", "admin", "node", "pipeline", "store", "fetch", "sitemap", "contacts", "engine",
            "model", "clock", "testkit",
        ],
    ),
    ("xtask", &[]),
];
/// Words that only one crate may write, each with the reason.
const BELONGINGS: &[(&str, &str, &str)] = &[
    ("sqlx::", "store", "all SQL of the product stands in store"),
    ("hyper::", "fetch", "only fetch speaks HTTP to the outside (testkit plays the outside)"),
];

/// Checks all rules.
///
/// # Errors
/// If one is broken; all findings are printed first.
pub fn run() -> Result<()> {
    let files = source_files()?;
    let mut findings = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(root()).unwrap_or(file).to_string_lossy().into_owned();
        check_file(&name, &text, &mut findings);
    }
    check_arrows(&mut findings)?;
    licences::check(&mut findings)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} finding(s) in {} files", findings.len(), files.len());
    }
    println!("tidy: {} files, nothing to say", files.len());
    Ok(())
}

/// The Rust files of the project.
fn source_files() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in ["crates", "xtask", "fuzz"] {
        collect(&root().join(folder), &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn check_file(name: &str, text: &str, findings: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        findings.push(format!("{name}: {lines} lines, more than {FILE_LINES_MAX}: cut it into rooms"));
    }
    if !text.starts_with("//!") {
        findings.push(format!("{name}: does not begin with a //! sentence that says what it promises"));
    }
    let stem = Path::new(name).components().filter_map(|part| part.as_os_str().to_str());
    for part in stem.map(|part| part.trim_end_matches(".rs")).filter(|part| EMPTY_NAMES.contains(part)) {
        findings.push(format!("{name}: \"{part}\" says nothing of what is inside"));
    }
    for (word, home, reason) in BELONGINGS {
        let at_home = [home, &"testkit", &"xtask"]
            .iter()
            .any(|c| name.starts_with(&format!("crates/{c}/")) || name.starts_with(&format!("{c}/")));
        if !at_home && text.contains(word) {
            findings.push(format!("{name}: {word} stands here, but {reason}"));
        }
    }
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.starts_with("#[ignore") {
            findings.push(format!("{name}:{}: a test that is not run promises nothing", number + 1));
        }
    }
}

/// Each crate uses only the crates below it. Tests may use `testkit` too.
fn check_arrows(findings: &mut Vec<String>) -> Result<()> {
    for (name, allowed) in ARROWS {
        let folder = if *name == "xtask" { root().join("xtask") } else { root().join("crates").join(name) };
        let manifest = fs::read_to_string(folder.join("Cargo.toml"))
            .with_context(|| format!("no manifest of {name}"))?;
        let (own, tests) = manifest.split_once("[dev-dependencies]").unwrap_or((&manifest, ""));
        let uses = |text: &str, other: &str| {
            text.lines()
                .any(|line| line.starts_with(&format!("{other}.")) || line.starts_with(&format!("{other} =")))
        };
        for (other, _) in ARROWS.iter().filter(|(other, _)| other != name) {
            if uses(own, other) && !allowed.contains(other) {
                findings.push(format!(
                    "crates/{name}: uses {other}, an arrow that ARCHITECTURE.md does not have"
                ));
            }
            if uses(tests, other) && !allowed.contains(other) && *other != "testkit" {
                findings.push(format!(
                    "crates/{name}: its tests use {other}, an arrow that ARCHITECTURE.md does not have"
                ));
            }
        }
    }
    for entry in fs::read_dir(root().join("crates"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !ARROWS.iter().any(|(known, _)| *known == name) {
            findings.push(format!("crates/{name}: has no line in the table of arrows"));
        }
    }
    Ok(())
}
