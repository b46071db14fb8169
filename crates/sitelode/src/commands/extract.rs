//! `sitelode extract`: the contacts of pages, one JSON line each.

use std::io::Write;
use std::process::ExitCode;

use clock::SystemClock;
use contacts::{Contacts, Options};
use fetch::{Fetcher, Kind};
use serde::Serialize;

use crate::commands::input::{self, Input};
use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

/// Prints the contacts of each page as one JSON line.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode extract https://example.com/contact
  sitelode extract saved.html --base-url https://example.com/contact --region GB
  curl -s https://example.com/ | sitelode extract -")]
pub struct Extract {
    /// HTML files, URLs, or - for standard input
    #[arg(required = true, value_name = "FILE|URL|-")]
    inputs: Vec<String>,
    /// The address a file came from: resolves its links and hints at its country
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The country whose national phone numbers are read, such as US; empty: inferred
    #[arg(long, value_name = "CC")]
    region: Option<String>,
}

/// A page's contacts with where they stand.
#[derive(Serialize)]
struct Line<'a> {
    url: Option<&'a str>,
    #[serde(flatten)]
    contacts: &'a Contacts,
}

impl Extract {
    /// Reads each input; what can't be read is told, and does not stop the others.
    ///
    /// # Errors
    /// If the output can't be written.
    pub async fn run(self, config: &Config) -> Result<ExitCode, Failure> {
        let region = self.region.clone().unwrap_or_else(|| config.scan.region.clone());
        if !region.is_empty() && (region.len() != 2 || !region.bytes().all(|b| b.is_ascii_alphabetic())) {
            return Err(Failure::usage(format!("--region {region}: a country has two letters, such as US")));
        }
        let region = Some(region.to_ascii_uppercase()).filter(|region| !region.is_empty());
        let fetcher = wire::fetcher(config, SystemClock::shared())?;
        let mut code = ExitCode::SUCCESS;
        let mut out = std::io::stdout().lock();
        for argument in &self.inputs {
            match self.read(&fetcher, argument, region.clone()).await {
                Ok((html, options)) => {
                    let contacts = contacts::extract(&html, &options);
                    let line = Line { url: options.url.as_deref(), contacts: &contacts };
                    writeln!(out, "{}", serde_json::to_string(&line).map_err(anyhow::Error::from)?)?;
                }
                Err(failure) => {
                    eprintln!("error: {argument}: {failure}");
                    code = ExitCode::FAILURE;
                }
            }
        }
        Ok(code)
    }

    async fn read(
        &self,
        fetcher: &Fetcher,
        argument: &str,
        region: Option<String>,
    ) -> Result<(Vec<u8>, Options), Failure> {
        let base_url = self.base_url.clone().filter(|url| !url.is_empty());
        let mut options = Options { url: base_url, region, ..Options::default() };
        match Input::parse(argument) {
            Input::Url(url) => {
                let response = input::get(fetcher, &url, Kind::Page).await?;
                options.url = options.url.or_else(|| Some(response.url.to_string()));
                options.charset = response.charset();
                options.language = response.header("content-language").map(str::to_owned);
                Ok((response.body.bytes().await?.to_vec(), options))
            }
            local => Ok((local.bytes()?, options)),
        }
    }
}
