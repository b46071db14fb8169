//! How soon after its start the program asks for the first thing, and how large it is.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::report::{Row, Unit};
use super::setup::Setup;
use super::timed::{Series, Stopwatch};

/// A start is short: several of them are one run.
const STARTS: usize = 5;

/// Measures starts of `scan`, which makes a new database first, and of `extract`, and the program's size.
///
/// # Errors
/// If the program can't be started or asks for nothing.
pub fn measure(setup: &Setup) -> Result<Vec<Row>> {
    let program = setup.sitelode()?;
    let (mut scan, mut extract, mut size) = (Series::default(), Series::default(), Series::default());
    for _ in 0..setup.runs * STARTS {
        let data = setup.empty_folder("start")?;
        scan.push(until_first_request(Command::new(&program).args(["scan", "--data"]).arg(&data))?);
        extract.push(until_first_request(Command::new(&program).arg("extract"))?);
    }
    size.push(size_of(&program)?);
    Ok(vec![
        Row::new("start of scan, new database, to the first request", Unit::Milliseconds, &scan)
            .at_most(0.050),
        Row::new("start of extract to the first request", Unit::Milliseconds, &extract).at_most(0.050),
        Row::new("size of the program", Unit::Bytes, &size).at_most(40e6),
    ])
}

/// Seconds from before the start until the first bytes of a request are there.
fn until_first_request(command: &mut Command) -> Result<f64> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("http://{}/", listener.local_addr()?);
    command.args(["--allow-private-networks", &url]);
    let watch = Stopwatch::start();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let asked = first_bytes(&listener);
    let seconds = watch.seconds();
    // It waits for an answer that never comes.
    let _ = child.kill();
    let _ = child.wait();
    ensure!(asked.context("no request")? > 0, "{command:?} connected and asked for nothing");
    Ok(seconds)
}

fn first_bytes(listener: &TcpListener) -> std::io::Result<usize> {
    let (mut stream, _) = listener.accept()?;
    stream.read(&mut [0; 64])
}

fn size_of(program: &Path) -> Result<f64> {
    let file = std::fs::metadata(program).with_context(|| format!("no {}", program.display()))?;
    Ok(file.len() as f64)
}
