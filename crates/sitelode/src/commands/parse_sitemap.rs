//! `sitelode parse-sitemap`: the parser alone, streaming JSON lines.

use std::collections::{HashSet, VecDeque};
use std::io::{BufWriter, Read, StdoutLock, Write};
use std::process::ExitCode;

use clock::SystemClock;
use fetch::{Fetcher, Kind};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sitemap::{ChangeFreq, Entry, EntryKind, Extensions, LastMod, Limits, Parser};
use url::Url;

use crate::commands::input::{self, Input};
use crate::config::Config;
use crate::failure::Failure;
use crate::wire;

/// How many sitemaps are followed.
const FOLLOWED_MAX: usize = 50_000;
/// How much of a file is read at a time, in bytes.
const CHUNK_BYTES: usize = 64 << 10;

/// Prints the entries of a sitemap as JSON lines.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode parse-sitemap https://example.com/sitemap.xml
  sitelode parse-sitemap --follow https://example.com/sitemap_index.xml | wc -l
  sitelode parse-sitemap sitemap.xml.gz")]
pub struct ParseSitemap {
    /// A file, a URL, or - for standard input
    #[arg(value_name = "FILE|URL|-")]
    input: String,
    /// Also read the sitemaps that an index lists
    #[arg(long)]
    follow: bool,
}

impl ParseSitemap {
    /// Streams the entries. A child that can't be read is one warning on standard error.
    ///
    /// # Errors
    /// If the sitemap itself can't be read.
    pub async fn run(self, config: &Config) -> Result<ExitCode, Failure> {
        let fetcher = wire::fetcher(config, SystemClock::shared())?;
        let limits = Limits { unpacked_bytes: config.fetch.sitemap_bytes_max, ..Limits::default() };
        let mut walk = Walk::new(self.follow, limits);
        walk.read(&fetcher, Input::parse(&self.input)).await?;
        while let Some(url) = walk.next() {
            if let Err(failure) = walk.read(&fetcher, Input::Url(url.clone())).await {
                walk.out.flush()?;
                eprintln!("warning: {url}: {failure}");
            }
        }
        walk.out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A walk over sitemaps, each read once.
struct Walk {
    follow: bool,
    limits: Limits,
    out: BufWriter<StdoutLock<'static>>,
    waiting: VecDeque<Url>,
    seen: HashSet<String>,
    /// The first failure to write.
    broken: Option<std::io::Error>,
}

impl Walk {
    fn new(follow: bool, limits: Limits) -> Self {
        let out = BufWriter::new(std::io::stdout().lock());
        Self { follow, limits, out, waiting: VecDeque::new(), seen: HashSet::new(), broken: None }
    }

    fn next(&mut self) -> Option<Url> {
        self.waiting.pop_front()
    }

    async fn read(&mut self, fetcher: &Fetcher, input: Input) -> Result<(), Failure> {
        let Input::Url(url) = &input else { return self.read_local(&input) };
        self.seen.insert(url.to_string());
        let mut response = input::get(fetcher, url, Kind::Sitemap).await?;
        // A place that leads to a sitemap already read is that sitemap.
        if response.url != *url && !self.seen.insert(response.url.to_string()) {
            return Ok(());
        }
        let mut parser = self.parser(Some(response.url.clone()), response.charset());
        while let Some(chunk) = response.body.chunk().await? {
            self.feed(&mut parser, &chunk)?;
            if parser.is_done() {
                break;
            }
        }
        self.finish(parser, &input)
    }

    fn read_local(&mut self, input: &Input) -> Result<(), Failure> {
        let mut reader = input.open()?;
        let mut parser = self.parser(None, None);
        let mut buffer = vec![0; CHUNK_BYTES];
        loop {
            let length = reader.read(&mut buffer)?;
            if length == 0 || parser.is_done() {
                return self.finish(parser, input);
            }
            self.feed(&mut parser, &buffer[..length])?;
        }
    }

    fn parser(&self, base: Option<Url>, charset: Option<String>) -> Parser {
        Parser::new(sitemap::Options { base, charset, limits: self.limits.clone() })
    }

    fn feed(&mut self, parser: &mut Parser, bytes: &[u8]) -> Result<(), Failure> {
        parser.feed(bytes, &mut |entry| self.take(&entry)).map_err(anyhow::Error::from)?;
        self.broken.take().map_or(Ok(()), |error| Err(error.into()))
    }

    fn finish(&mut self, mut parser: Parser, input: &Input) -> Result<(), Failure> {
        let summary = parser.finish(&mut |entry| self.take(&entry)).map_err(anyhow::Error::from)?;
        if let Some(error) = self.broken.take() {
            return Err(error.into());
        }
        for warning in &summary.warnings {
            eprintln!("warning: {input}: {warning}");
        }
        let silent = summary.warning_count.saturating_sub(summary.warnings.len() as u64);
        if silent > 0 {
            eprintln!("warning: {input}: {silent} more warnings");
        }
        Ok(())
    }

    fn write(&mut self, line: &Line<'_>) -> std::io::Result<()> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }

    fn take(&mut self, entry: &Entry<'_>) {
        if entry.kind == EntryKind::Sitemap && self.follow {
            let Ok(url) = Url::parse(&entry.loc) else { return };
            if self.seen.len() < FOLLOWED_MAX && self.seen.insert(url.to_string()) {
                self.waiting.push_back(url);
            }
            return;
        }
        if self.broken.is_none() {
            self.broken = self.write(&Line::of(entry)).err();
        }
    }
}

/// An entry as JSON; what it does not say is left out.
#[derive(Serialize)]
struct Line<'a> {
    loc: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sitemap: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    lastmod: Option<Shown<LastMod>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changefreq: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<f64>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    extensions: Option<Map<String, Value>>,
}

/// A value as it is shown.
struct Shown<T>(T);

impl<T: std::fmt::Display> Serialize for Shown<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'a> Line<'a> {
    fn of(entry: &'a Entry<'_>) -> Self {
        Self {
            loc: &entry.loc,
            sitemap: entry.kind == EntryKind::Sitemap,
            lastmod: entry.lastmod.map(Shown),
            changefreq: entry.changefreq.map(word),
            priority: entry.priority.map(|priority| (f64::from(priority) * 1_000.0).round() / 1_000.0),
            extensions: (!entry.extensions.is_empty()).then(|| extensions(&entry.extensions)),
        }
    }
}

/// The protocol's word for how often a page changes.
fn word(changefreq: ChangeFreq) -> &'static str {
    match changefreq {
        ChangeFreq::Always => "always",
        ChangeFreq::Hourly => "hourly",
        ChangeFreq::Daily => "daily",
        ChangeFreq::Weekly => "weekly",
        ChangeFreq::Monthly => "monthly",
        ChangeFreq::Yearly => "yearly",
        ChangeFreq::Never => "never",
    }
}

fn extensions(extensions: &Extensions<'_>) -> Map<String, Value> {
    let mut all = Map::new();
    if extensions.image_count > 0 {
        let images = extensions.images().map(|image| json!(image.loc));
        all.insert("images".into(), images.collect());
    }
    if extensions.video_count > 0 {
        let videos = extensions.videos().map(|video| {
            json!({ "content_loc": video.content_loc, "player_loc": video.player_loc, "title": video.title })
        });
        all.insert("videos".into(), videos.collect());
    }
    if extensions.news_count > 0 {
        let news = extensions.news().map(|news| {
            let published = news.published.map(|published| published.to_string());
            json!({ "publication": news.publication, "title": news.title, "published": published })
        });
        all.insert("news".into(), news.collect());
    }
    if extensions.alternate_count > 0 {
        let alternates = extensions.alternates();
        let alternates =
            alternates.map(|alternate| json!({ "hreflang": alternate.hreflang, "href": alternate.href }));
        all.insert("alternates".into(), alternates.collect());
    }
    all
}
