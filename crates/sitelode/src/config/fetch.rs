//! `[fetch]`: how the outside web is fetched.

use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;

use super::{ConfigError, Provider};

/// How the outside web is fetched.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fetch {
    /// The `User-Agent`.
    pub user_agent: String,
    /// The `Accept-Language`.
    pub accept_language: String,
    /// Between two requests to one host.
    pub delay_ms: u64,
    /// Requests to one host at the same time.
    pub per_host: usize,
    /// The longest Crawl-delay obeyed.
    pub crawl_delay_max_s: u64,
    /// Waiting for a turn.
    pub max_wait_ms: u64,
    /// Opening a connection.
    pub connect_timeout_ms: u64,
    /// The answer's headers.
    pub headers_timeout_ms: u64,
    /// Silence within a body.
    pub idle_timeout_ms: u64,
    /// A whole page.
    pub page_timeout_ms: u64,
    /// A whole sitemap.
    pub sitemap_timeout_ms: u64,
    /// The largest page.
    pub page_bytes_max: u64,
    /// The largest sitemap.
    pub sitemap_bytes_max: u64,
    /// Redirects followed.
    pub redirects_max: usize,
    /// Whether HTTP/2 is offered.
    pub http2: bool,
    /// Whether non-public addresses may be fetched.
    pub allow_private_networks: bool,
    /// `name=address` pairs.
    pub resolve: Vec<String>,
}

impl Fetch {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let range = |key, value: String, range| Err(ConfigError::Range { key, value, range });
        if self.delay_ms > 600_000 {
            return range("fetch.delay_ms", self.delay_ms.to_string(), "0 to 600000");
        }
        if !(1..=64).contains(&self.per_host) {
            return range("fetch.per_host", self.per_host.to_string(), "1 to 64");
        }
        if self.user_agent.trim().is_empty() {
            return range(
                "fetch.user_agent",
                "empty".to_owned(),
                "a name such as \"acme-bot/1.0 (+https://acme.org)\"",
            );
        }
        if let Some(pair) = self.resolve.iter().find(|pair| parse_pair(pair).is_none()) {
            return range("fetch.resolve", format!("\"{pair}\""), "pairs such as \"acme.org=192.0.2.7\"");
        }
        Ok(())
    }

    /// The fetcher's configuration.
    ///
    /// # Errors
    /// If the provider can't be used as it is set.
    pub fn to_config(&self, provider: &Provider) -> Result<fetch::Config, ConfigError> {
        let ms = Duration::from_millis;
        let mut config = fetch::Config::default();
        config.user_agent.clone_from(&self.user_agent);
        config.accept_language.clone_from(&self.accept_language);
        config.allow_private_networks = self.allow_private_networks;
        config.host_overrides = self.resolve.iter().filter_map(|pair| parse_pair(pair)).collect();
        config.http2 = self.http2;
        config.timeouts.connect = ms(self.connect_timeout_ms);
        config.timeouts.headers = ms(self.headers_timeout_ms);
        config.timeouts.idle = ms(self.idle_timeout_ms);
        config.timeouts.total = ms(self.page_timeout_ms);
        config.timeouts.total_sitemap = ms(self.sitemap_timeout_ms);
        config.limits.page_bytes = self.page_bytes_max;
        config.limits.sitemap_bytes = self.sitemap_bytes_max;
        config.limits.redirects = self.redirects_max;
        config.pace.min_delay = ms(self.delay_ms);
        config.pace.max_concurrent = self.per_host;
        config.pace.max_wait = ms(self.max_wait_ms);
        config.pace.max_crawl_delay = Duration::from_secs(self.crawl_delay_max_s);
        config.routes = provider.to_routes()?;
        Ok(config)
    }
}

fn parse_pair(pair: &str) -> Option<(String, Vec<IpAddr>)> {
    let (name, address) = pair.split_once('=')?;
    Some((name.trim().to_ascii_lowercase(), vec![address.trim().parse().ok()?]))
}
