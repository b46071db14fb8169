//! The store on PostgreSQL: jobs beside other queues, imports beside a bare COPY, large changes beside one UPDATE, and what
//! a job costs in a full table. All on one private server, turn by turn.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::report::{Row, Unit};
use super::setup::Setup;
use super::timed::{self, Series};

/// Set as a small production server would be: nothing is left out that keeps data safe.
const SETTINGS: [&str; 4] = ["fsync=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=4GB"];
const JOBS: usize = 100_000;
const TRICKLE: usize = 1_000;
const ROWS: usize = 1_000_000;
const FULL_TABLE: usize = 5_000_000;
/// The longest that a part of a change may make others wait, in seconds.
const WAIT: f64 = 0.25;

/// Figures by their names, one a run.
type Figures = BTreeMap<String, Series>;

/// Measures all of it.
///
/// # Errors
/// If something fails.
pub fn measure(setup: &Setup) -> Result<Vec<Row>> {
    let server = Server::start(&setup.postgres()?)?;
    let (jobs, bench) = (setup.store_bench("jobs")?, setup.store_bench("server")?);
    let mut rows = queues(setup, &server, &jobs)?;
    rows.extend(tables(setup, &server, &bench)?);
    Ok(rows)
}

/// Jobs queued, drained and trickled, beside peers if they are asked for.
fn queues(setup: &Setup, server: &Server, program: &Path) -> Result<Vec<Row>> {
    let (jobs, trickle) = (setup.size(JOBS).max(1_000).to_string(), setup.size(TRICKLE).to_string());
    let mut own = Figures::new();
    let mut peers =
        [("graphile_worker 0.14", "graphile", Figures::new()), ("apalis 1.0", "apalis", Figures::new())];
    let program_of_peers = if setup.peers { Some(setup.job_peers()?) } else { None };
    for _ in 0..setup.runs {
        let (url, args) = (server.database()?, [jobs.as_str(), "0", "1", trickle.as_str()]);
        add(&mut own, Command::new(program).args(args).env("SITELODE_TEST_POSTGRES", url))?;
        let Some(program) = &program_of_peers else { continue };
        for (_, name, figures) in &mut peers {
            add(figures, Command::new(program).args([*name, &server.database()?, &jobs, &trickle]))?;
        }
    }
    let mut rows = Vec::new();
    let unit = Unit::PerSecond("jobs");
    for (word, what, limit) in [
        ("queued", format!("{jobs} no-op jobs queued on PostgreSQL"), 190_000.0),
        ("drained", format!("{jobs} no-op jobs run and kept on PostgreSQL"), 126_000.0),
    ] {
        let figures = of(&own, word)?;
        rows.push(Row::new(&what, unit, figures).goal(limit));
        for (name, _, theirs) in peers.iter().filter(|_| setup.peers) {
            let theirs = of(theirs, word)?;
            rows.push(
                Row::new(&what, unit, figures)
                    .against(*name, theirs, figures.times(theirs))
                    .at_least_times(1.5),
            );
        }
    }
    for (word, what) in
        [("p50", "median wait of a single job"), ("p99", "wait of one single job in a hundred")]
    {
        let figures = of(&own, word)?.map(|ms| ms / 1e3);
        rows.push(Row::new(what, Unit::Milliseconds, &figures));
        for (name, _, theirs) in peers.iter().filter(|_| setup.peers) {
            let theirs = of(theirs, word)?.map(|ms| ms / 1e3);
            rows.push(Row::new(what, Unit::Milliseconds, &figures).against(
                *name,
                &theirs,
                theirs.times(&figures),
            ));
        }
    }
    Ok(rows)
}

/// What is done to very many rows, beside bare SQL, and jobs in a full table.
fn tables(setup: &Setup, server: &Server, program: &Path) -> Result<Vec<Row>> {
    let mut figures = Figures::new();
    for _ in 0..setup.runs {
        for (what, size) in [("import", ROWS), ("change", ROWS), ("flat", FULL_TABLE)] {
            let size = setup.size(size).to_string();
            let mut command = Command::new(program);
            add(&mut figures, command.args([what, &size]).env("SITELODE_TEST_POSTGRES", server.database()?))?;
        }
    }
    let figure = |word| of(&figures, word);
    let (imported, copied) = (figure("imported")?, figure("copied")?);
    let (parts, whole) = (figure("by_parts")?, figure("at_once")?);
    let (few, many) = (figure("few")?, figure("many")?);
    let (first, last) = (figure("held_first")?, figure("held_last")?);
    let (rows, full) = (setup.size(ROWS), setup.size(FULL_TABLE));
    let jobs = Unit::PerSecond("jobs");
    Ok(vec![
        Row::new(format!("{rows} URLs to rows in PostgreSQL"), Unit::PerSecond("URLs"), imported)
            .against("bare COPY", copied, imported.times(copied))
            .at_least_times(0.7),
        Row::new(format!("a decision on {rows} pages, part by part"), Unit::Seconds, parts)
            .against("one UPDATE", whole, whole.times(parts))
            .at_least_times(1.0 / 1.3),
        Row::new("the longest wait of a writer meanwhile", Unit::Milliseconds, figure("longest_wait")?)
            .at_most(WAIT),
        Row::new(format!("jobs run with {full} in the table"), jobs, many)
            .against("with 10,000", few, many.times(few))
            .at_least_times(0.8),
        Row::new(format!("jobs run after {} under an old snapshot", full / 10), jobs, last)
            .against("the first of them", first, last.times(first))
            .at_least_times(0.8),
    ])
}

/// Runs a program that prints a word and a figure a line, parted by a tab.
fn add(figures: &mut Figures, command: &mut Command) -> Result<()> {
    for line in timed::run(command)?.stdout.lines() {
        let Some((word, figure)) = line.split_once('\t') else { continue };
        let figure = figure.parse().with_context(|| format!("no figure: {line}"))?;
        figures.entry(word.to_owned()).or_default().push(figure);
    }
    Ok(())
}

fn of<'a>(figures: &'a Figures, word: &str) -> Result<&'a Series> {
    figures.get(word).with_context(|| format!("\"{word}\" was not measured"))
}

/// The private server, in a process of its own; ends when it is dropped.
struct Server {
    process: Child,
    url: String,
    made: std::cell::Cell<usize>,
}

impl Server {
    fn start(program: &Path) -> Result<Self> {
        let mut process = Command::new(program)
            .args(SETTINGS)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let out = process.stdout.take().context("the server has no output")?;
        let mut url = String::new();
        BufReader::new(out).read_line(&mut url)?;
        Ok(Self { process, url: url.trim().to_owned(), made: std::cell::Cell::new(0) })
    }

    /// The address of a fresh database.
    fn database(&self) -> Result<String> {
        let name = format!("bench_{}", self.made.replace(self.made.get() + 1));
        let create = format!("CREATE DATABASE {name}");
        timed::run(Command::new("psql").args(["-XAtq", "-c", &create, &self.url]))?;
        let (server, _) = self.url.rsplit_once('/').context("the server says no address")?;
        Ok(format!("{server}/{name}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input tells it to stop; it may have ended already.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
