//! How fast a sitemap becomes typed records, and in how much memory.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::generate::{self, Shape};
use super::peers::{self, Rates};
use super::report::{Row, Unit};
use super::setup::Setup;
use super::timed::{self, Series};

/// How many URLs a sitemap may list (sitemaps.org), and large ones do.
const URLS: usize = 50_000;
/// How often each reader reads the file in one run.
const ROUNDS: &str = "5";
/// The size of the input over which memory has to stay flat.
const LARGE_BYTES: usize = 1_000_000_000;

const RECORDS: Unit = Unit::PerSecond("URLs");

/// Measures the parser beside others, and its memory.
///
/// # Errors
/// If a reader fails.
pub fn measure(setup: &Setup) -> Result<Vec<Row>> {
    let folder = setup.empty_folder("sitemap")?;
    let program = setup.rust_peers()?;
    let mut rows = Vec::new();
    for shape in [Shape::Plain, Shape::Extended] {
        let file = folder.join(format!("{}.xml", shape.name()));
        fs::write(&file, generate::sitemap(shape, setup.size(URLS)))?;
        let mut rates = Rates::new();
        for _ in 0..setup.runs {
            peers::add_run(&mut rates, Command::new(&program).arg("sitemap").arg(&file).arg(ROUNDS))?;
            if setup.peers {
                peers::add_run(&mut rates, setup.python_peer("usp_parse.py")?.arg(&file))?;
            }
        }
        rows.extend(speed(shape, &rates, setup.peers)?);
    }
    rows.push(memory(setup)?);
    Ok(rows)
}

fn speed(shape: Shape, rates: &Rates, python: bool) -> Result<Vec<Row>> {
    let own = peers::of(rates, "sitelode")?;
    let beside = |reader: &str, words: &str| -> Result<Row> {
        let theirs = peers::of(rates, reader)?;
        let what = format!("{} sitemap to typed records", shape.name());
        Ok(Row::new(what, RECORDS, own).against(words, theirs, own.times(theirs)))
    };
    let mut rows = vec![
        beside("quick-xml", "bare quick-xml 0.42 event loop")?.at_least_times(0.5).goal(1.0),
        beside("sitemapo", "sitemapo 0.3")?.at_least_times(3.0),
        beside("memmem", "memmem for `<loc>`")?,
    ];
    if python {
        rows.push(beside("usp", "ultimate-sitemap-parser 1.8")?.at_least_times(20.0));
    }
    Ok(rows)
}

/// The most memory that `parse-sitemap` takes while a large sitemap runs through its standard input.
fn memory(setup: &Setup) -> Result<Row> {
    let program = setup.sitelode()?;
    let mut peaks = Series::default();
    for _ in 0..setup.runs.min(3) {
        peaks.push(peak_over(&program, setup.size(LARGE_BYTES))?);
    }
    let size = setup.size(LARGE_BYTES) / 1_000_000;
    Ok(Row::new(format!("peak memory of parse-sitemap over {size} MB"), Unit::Bytes, &peaks).at_most(16e6))
}

fn peak_over(program: &Path, bytes: usize) -> Result<f64> {
    let mut child = Command::new(program)
        .args(["parse-sitemap", "-"])
        .stderr(Stdio::null())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let (Some(input), Some(output)) = (input, output) else { bail!("the program has no pipes") };
    let ((written, read), peak) = timed::with_peak(child, |mut child| {
        let both = std::thread::scope(|scope| {
            let reading = scope.spawn(|| count_lines(output));
            (write_large(input, bytes), reading.join().unwrap_or(0))
        });
        let _ = child.wait();
        both
    })?;
    let written = written.context("the parser stopped reading")?;
    ensure!(written == read, "{written} URLs went in, {read} came out");
    Ok(peak)
}

/// Writes a sitemap of that size, and says of how many URLs.
fn write_large(mut pipe: impl Write, bytes: usize) -> std::io::Result<usize> {
    let (mut urls, mut written) = (0, 0);
    pipe.write_all(generate::HEAD.as_bytes())?;
    while written < bytes {
        let piece: String = (urls..urls + 1_000).map(generate::plain_entry).collect();
        pipe.write_all(piece.as_bytes())?;
        written += piece.len();
        urls += 1_000;
    }
    pipe.write_all(generate::TAIL.as_bytes())?;
    Ok(urls)
}

fn count_lines(mut pipe: impl Read) -> usize {
    let mut buffer = vec![0; 64 * 1024];
    let mut lines = 0;
    while let Ok(length @ 1..) = pipe.read(&mut buffer) {
        lines += buffer[..length].iter().filter(|byte| **byte == b'\n').count();
    }
    lines
}
