//! Answers rows `{"key","path","url","region","lang"}` on standard input with the contacts of each page, one
//! JSON object a line; `pages_per_s` of the extraction alone goes to standard error.

use std::io::{BufRead, Write};

use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    key: String,
    path: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    lang: String,
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[expect(clippy::disallowed_methods, reason = "measures itself; not a part of the product")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let rounds: u32 = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    let (mut pages, mut spent) = (0u32, std::time::Duration::ZERO);
    for line in std::io::stdin().lock().lines() {
        let row: Row = serde_json::from_str(&line?)?;
        let html = std::fs::read(&row.path)?;
        let options = contacts::Options {
            url: some(row.url),
            region: some(row.region),
            language: some(row.lang),
            charset: None,
        };
        let start = std::time::Instant::now();
        let mut found = contacts::extract(&html, &options);
        for _ in 1..rounds {
            found = contacts::extract(&html, &options);
        }
        spent += start.elapsed();
        pages += rounds;
        let mut answer = serde_json::to_value(&found)?;
        answer["key"] = row.key.into();
        answer["orgs"] = found.organisation.map_or_else(Vec::new, |name| vec![name.name]).into();
        writeln!(out, "{answer}")?;
    }
    out.flush()?;
    eprintln!("pages_per_s {:.1}", f64::from(pages) / spent.as_secs_f64());
    Ok(())
}
