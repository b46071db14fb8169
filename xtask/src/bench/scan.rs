//! A whole run over many sites, beside Scrapy doing the same.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::report::{Row, Unit};
use super::setup::Setup;
use super::timed::{self, Run, Series};
use super::web::Web;

const SITES: usize = 1_000;
const PAGES_EACH: usize = 20;
const CONCURRENCY: &str = "100";

/// Measures scans of all sites, each beside Scrapy's if the peers are wanted.
///
/// # Errors
/// If one fails or does not read every page.
pub fn measure(setup: &Setup) -> Result<Vec<Row>> {
    let (program, web) = (setup.sitelode()?, setup.web()?);
    let (sites, pages) = (setup.size(SITES), PAGES_EACH * setup.size(SITES));
    let web = Web::start(&web, &["sites", &sites.to_string(), &PAGES_EACH.to_string()])?;
    let folder = setup.empty_folder("scan")?;
    let list = folder.join("sites.txt");
    fs::write(&list, web.origins.join("\n") + "\n")?;
    let (mut own, mut own_peak) = (Series::default(), Series::default());
    let (mut theirs, mut their_peak) = (Series::default(), Series::default());
    for _ in 0..setup.runs {
        let run = sitelode(&program, &list, &folder, pages)?;
        own.push(run.seconds);
        own_peak.push(run.peak_bytes);
        if setup.peers {
            let run = scrapy(setup, &list, &folder, pages)?;
            theirs.push(run.seconds);
            their_peak.push(run.peak_bytes);
        }
    }
    let what = format!("{sites} sites x {PAGES_EACH} pages, whole run");
    let mut rows = vec![
        Row::new(what, Unit::Seconds, &own),
        Row::new("the same, pages", Unit::PerSecond("pages"), &own.map(|seconds| pages as f64 / seconds)),
        Row::new("peak memory of it", Unit::Bytes, &own_peak),
    ];
    if setup.peers {
        rows[0] = rows[0].clone().against("Scrapy 2.19", &theirs, theirs.times(&own)).at_least_times(3.0);
        rows[2] = rows[2].clone().against("Scrapy 2.19", &their_peak, their_peak.times(&own_peak));
    }
    Ok(rows)
}

fn sitelode(program: &Path, list: &Path, folder: &Path, pages: usize) -> Result<Run> {
    let (data, contacts) = (folder.join("data"), folder.join("sitelode.jsonl"));
    let run = timed::run(
        Command::new(program)
            .args(["scan", "--select", "all", "--delay", "0", "--allow-private-networks", "--json"])
            .args(["--concurrency", CONCURRENCY, "--file"])
            .arg(list)
            .arg("--output")
            .arg(&contacts)
            .arg("--data")
            .arg(&data),
    )?;
    fs::remove_dir_all(&data)?;
    let found = fs::read_to_string(&contacts).context("the scan wrote no contacts")?;
    let emails = found.matches("\"kind\":\"email\"").count();
    ensure!(emails >= pages, "Sitelode found {emails} emails on {pages} pages");
    Ok(run)
}

fn scrapy(setup: &Setup, list: &Path, folder: &Path, pages: usize) -> Result<Run> {
    let items = folder.join("scrapy.jsonl");
    let run = timed::run(setup.python_peer("scrapy_scan.py")?.arg(list).arg(&items).arg(CONCURRENCY))?;
    let found = fs::read_to_string(&items).context("Scrapy wrote no items")?.lines().count();
    ensure!(found == pages, "Scrapy wrote {found} items for {pages} pages");
    Ok(run)
}
