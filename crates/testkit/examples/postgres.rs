//! A private PostgreSQL as a process of its own: `postgres SETTING=VALUE ...`. Prints its address, then serves until its
//! standard input ends.

use std::io::{Read, Write};

use testkit::pg::Cluster;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let settings: Vec<String> = std::env::args().skip(1).collect();
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let cluster = Cluster::start_in(&std::env::temp_dir(), &settings)?;
    println!("{}/postgres", cluster.url());
    std::io::stdout().flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
