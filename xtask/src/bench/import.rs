//! How fast a large site's sitemaps become deduplicated, classified rows in SQLite: the real program over loopback
//! HTTP.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use super::report::{Row, Unit};
use super::setup::Setup;
use super::timed::{self, Run, Series};
use super::web::Web;

const CHILDREN: usize = 20;
const URLS_EACH: usize = 50_000;

/// Measures scans of an index of many URLs, each beside a scan of the same index with one URL a sitemap: what both
/// have in common (start, a new database, robots.txt, discovery, 21 requests, the end) is not import.
///
/// # Errors
/// If a scan fails or does not keep every page.
pub fn measure(setup: &Setup) -> Result<Vec<Row>> {
    let (program, web) = (setup.sitelode()?, setup.web()?);
    let (children, each) = (CHILDREN.to_string(), setup.size(URLS_EACH));
    let large = Web::start(&web, &["index", &children, &each.to_string()])?;
    let small = Web::start(&web, &["index", &children, "1"])?;
    let (mut import, mut whole, mut peak) = (Series::default(), Series::default(), Series::default());
    for _ in 0..setup.runs {
        let base = scan(setup, &program, &small.origins[0], CHILDREN)?;
        let run = scan(setup, &program, &large.origins[0], CHILDREN * each)?;
        let urls = (CHILDREN * each) as f64;
        import.push(urls / (run.seconds - base.seconds));
        whole.push(urls / run.seconds);
        peak.push(run.peak_bytes);
    }
    let what = format!("{CHILDREN} x {each} URLs to rows in SQLite");
    Ok(vec![
        Row::new(&what, Unit::PerSecond("URLs"), &import).at_least(200_000.0),
        Row::new(format!("{what}, whole scan"), Unit::PerSecond("URLs"), &whole),
        Row::new("peak memory of it", Unit::Bytes, &peak).at_most(150e6),
    ])
}

fn scan(setup: &Setup, program: &Path, origin: &str, pages: usize) -> Result<Run> {
    let data = setup.empty_folder("import")?;
    let run = timed::run(
        Command::new(program)
            .args([
                "scan",
                origin,
                "--no-scrape",
                "--delay",
                "0",
                "--allow-private-networks",
                "--json",
                "--data",
            ])
            .arg(&data)
            .env("SITELODE_FETCH_PER_HOST", "2"),
    )?;
    std::fs::remove_dir_all(&data)?;
    ensure!(run.stdout.contains(&format!("\"pages\":{pages},")), "not {pages} pages: {}", run.stdout);
    Ok(run)
}
