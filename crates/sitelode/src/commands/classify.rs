//! `sitelode classify`: what URLs seem to lead to, and which rule says so.

use std::io::Write;
use std::process::ExitCode;

use comfy_table::Table;
use model::PageUrl;
use pipeline::classify::Profile;

use crate::config::Config;
use crate::failure::Failure;
use crate::wire::{self, Global};

/// Says what kind of page each URL seems to lead to.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  sitelode classify https://example.com/de/impressum https://example.com/blog/hello"
)]
pub struct Classify {
    /// URLs, or paths such as /contact
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
}

impl Classify {
    /// Prints a line a URL.
    ///
    /// # Errors
    /// If the rules can't be read.
    pub fn run(self, global: &Global, config: &Config) -> Result<ExitCode, Failure> {
        let rules = wire::rules(config)?;
        let mut table = crate::results::plain_table();
        table.set_header(["url", "page type", "confidence", "depth", "priority", "rule", "selected by"]);
        let mut out = std::io::stdout().lock();
        for url in &self.urls {
            let normal = PageUrl::parse(url).map_or_else(|_| url.clone(), PageUrl::into_string);
            let class = rules.classify(&normal);
            let selected: Vec<String> = [Profile::Auto, Profile::Wide, Profile::All]
                .into_iter()
                .filter(|profile| class.selected(*profile))
                .map(|profile| profile.to_string())
                .collect();
            let confidence = (f64::from(class.confidence) * 100.0).round() / 100.0;
            if global.json {
                let line = serde_json::json!({
                    "url": url, "page_type": class.page_type, "confidence": confidence, "depth": class.depth,
                    "priority_level": class.priority_level, "rule": class.rule, "selected_by": selected,
                });
                writeln!(out, "{line}")?;
            } else {
                add(&mut table, url, &class, confidence, &selected);
            }
        }
        if !global.json {
            writeln!(out, "{table}")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn add(
    table: &mut Table,
    url: &str,
    class: &pipeline::classify::Classification<'_>,
    confidence: f64,
    selected: &[String],
) {
    table.add_row([
        url.to_owned(),
        class.page_type.to_string(),
        format!("{confidence:.2}"),
        class.depth.to_string(),
        i64::from(class.priority_level).to_string(),
        class.rule.to_owned(),
        selected.join(", "),
    ]);
}
