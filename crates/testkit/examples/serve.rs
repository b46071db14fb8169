//! The fake web as a process of its own: `serve index CHILDREN URLS_EACH` (one site with a large sitemap) or
//! `serve sites COUNT PAGES_EACH` (a port each). Prints the addresses and an empty line, then serves until its
//! standard input ends.

use std::io::{Read, Write};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use testkit::site::{Site, Web};

const USAGE: &str = "usage: serve index CHILDREN URLS_EACH | serve sites COUNT PAGES_EACH";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [kind, first, second] = args.as_slice() else { return Err(USAGE.into()) };
    let (count, each) = (first.parse()?, second.parse()?);
    let sites: Vec<Site> = match kind.as_str() {
        "index" => vec![Site::new("index.localhost").sitemap_index(count, each)],
        "sites" => (0..count).map(|at| Site::new(&format!("site-{at}.localhost")).generated(each)).collect(),
        _ => return Err(USAGE.into()),
    };
    // Each listener and each connection is an open file.
    let files = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: files.maximum, ..files })?;
    let web = Web::builder().sites(sites).port_each().log_hits(0).start_on_thread()?;
    let mut out = std::io::stdout().lock();
    for host in web.hosts() {
        writeln!(out, "{}", web.origin(host))?;
    }
    writeln!(out)?;
    out.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
