//! What a command reads: a file, a URL, or standard input.

use std::io::Read;
use std::path::Path;

use anyhow::Context;
use fetch::{Fetcher, Kind, Request, Response};
use url::Url;

use crate::failure::Failure;

/// The most bytes that are read of a local file or of standard input at once.
const BYTES_MAX: u64 = 1 << 30;

/// Where a command reads from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// An http or https address.
    Url(Url),
    /// A local file.
    File(String),
}

impl Input {
    /// Reads an argument: `-`, a URL, or a path.
    pub fn parse(argument: &str) -> Self {
        if argument == "-" {
            return Self::Stdin;
        }
        match Url::parse(argument) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Self::Url(url),
            _ => Self::File(argument.to_owned()),
        }
    }

    /// A reader of a local input.
    ///
    /// # Errors
    /// If the file can't be opened. A URL has no local reader.
    pub fn open(&self) -> Result<Box<dyn Read>, Failure> {
        match self {
            Self::Stdin => Ok(Box::new(std::io::stdin())),
            Self::File(path) => {
                let file =
                    std::fs::File::open(Path::new(path)).with_context(|| format!("cannot read {path}"))?;
                Ok(Box::new(file.take(BYTES_MAX)))
            }
            Self::Url(url) => Err(Failure::usage(format!("{url} is not a local file"))),
        }
    }

    /// Everything of a local input.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        self.open()?.read_to_end(&mut bytes).with_context(|| format!("cannot read {self}"))?;
        Ok(bytes)
    }
}

impl std::fmt::Display for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::Url(url) => url.fmt(f),
            Self::File(path) => f.write_str(path),
        }
    }
}

/// Fetches what a person named: their word goes before robots.txt.
///
/// # Errors
/// If it can't be fetched or the answer is no success.
pub async fn get(fetcher: &Fetcher, url: &Url, kind: Kind) -> Result<Response, Failure> {
    let response = fetcher.get(&Request::new(url.clone(), kind).ignoring_robots()).await?;
    if !response.is_success() {
        return Err(anyhow::anyhow!("{} answered {}", response.url, response.status).into());
    }
    Ok(response)
}
