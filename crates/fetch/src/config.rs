//! Everything that can be set about fetching, each with its default and unit.

use std::net::IpAddr;
use std::time::Duration;

use crate::Kind;
use crate::pace::PaceConfig;
use crate::provider::Provider;
use crate::robots::RobotsConfig;

/// The configuration of a [`crate::Fetcher`].
#[derive(Clone, Debug)]
pub struct Config {
    /// The `User-Agent` header. Its first product token (before `/`) is the name robots.txt is read for.
    pub user_agent: String,
    /// The `Accept-Language` header; empty to send none.
    pub accept_language: String,
    /// Whether loopback, private and other non-public addresses may be fetched. Schemes stay limited to http(s).
    pub allow_private_networks: bool,
    /// Names answered here instead of by DNS, as `--resolve` of curl does. The guard still judges the addresses.
    pub host_overrides: Vec<(String, Vec<IpAddr>)>,
    /// Further trusted root certificates, DER, beside Mozilla's.
    pub extra_roots: Vec<Vec<u8>>,
    /// Whether HTTP/2 is offered.
    pub http2: bool,
    /// Time limits.
    pub timeouts: Timeouts,
    /// Size and count limits.
    pub limits: Limits,
    /// How each host is paced.
    pub pace: PaceConfig,
    /// How robots.txt is kept.
    pub robots: RobotsConfig,
    /// Through what requests go.
    pub routes: Routes,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            user_agent: concat!("sitelode/", env!("CARGO_PKG_VERSION"), " (+https://sitelode.example/bot)")
                .into(),
            accept_language: "en;q=0.8, *;q=0.5".into(),
            allow_private_networks: false,
            host_overrides: Vec::new(),
            extra_roots: Vec::new(),
            http2: true,
            timeouts: Timeouts::default(),
            limits: Limits::default(),
            pace: PaceConfig::default(),
            robots: RobotsConfig::default(),
            routes: Routes::default(),
        }
    }
}

/// Time limits, one a phase.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Resolving a name. Default 5 s.
    pub dns: Duration,
    /// Opening a TCP connection, over all addresses of the name. Default 8 s.
    pub connect: Duration,
    /// A proxy's CONNECT or SOCKS handshake. Default 10 s.
    pub tunnel: Duration,
    /// The TLS handshake. Default 8 s.
    pub tls: Duration,
    /// From the request to the end of the response's headers, connecting included. Default 30 s.
    pub headers: Duration,
    /// Between two parts of a body. Default 15 s.
    pub idle: Duration,
    /// The whole fetch with redirects and body, waits for a turn not counted. Default 120 s.
    pub total: Duration,
    /// The whole of a sitemap, which may be far longer than a page. Default 15 min.
    pub total_sitemap: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self {
            dns: s(5),
            connect: s(8),
            tunnel: s(10),
            tls: s(8),
            headers: s(30),
            idle: s(15),
            total: s(120),
            total_sitemap: s(900),
        }
    }
}

impl Timeouts {
    /// The whole time allowed for a request of `kind`.
    pub fn total_for(&self, kind: Kind) -> Duration {
        if kind == Kind::Sitemap { self.total_sitemap } else { self.total }
    }
}

/// Size and count limits.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Decoded bytes of a page. Default 10 MiB.
    pub page_bytes: u64,
    /// Decoded bytes of a sitemap. Default 1 GiB: it is read as a stream, nothing holds it whole.
    pub sitemap_bytes: u64,
    /// Decoded bytes for each byte on the wire, once [`Limits::RATIO_GRACE_BYTES`] have come. Default 300.
    pub max_ratio: u64,
    /// Redirects followed for a page or sitemap. Default 10.
    pub redirects: usize,
    /// Redirects followed for a robots.txt; RFC 9309 section 2.3.1.2 asks for at least five. Default 5.
    pub robots_redirects: usize,
    /// Response headers. Default 128.
    pub headers: usize,
    /// Bytes of a response's status line and headers together. Default 64 KiB.
    pub header_bytes: usize,
    /// Idle connections kept for one host. Default 1.
    pub idle_per_host: usize,
    /// How long an idle connection is kept. Default 4 s: thousands of hosts must not hold thousands of sockets, and many
    /// servers close theirs after 5 s, which is better not raced.
    pub idle_timeout: Duration,
}

impl Limits {
    /// Decoded bytes that are let through before the ratio is looked at: small repetitive pages are no bombs.
    pub const RATIO_GRACE_BYTES: u64 = 1024 * 1024;
    /// Content encodings stacked on one body.
    pub const MAX_ENCODINGS: usize = 3;

    /// The body limit of `kind`, in decoded bytes.
    pub fn body_bytes(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Page => self.page_bytes,
            Kind::Sitemap => self.sitemap_bytes,
            Kind::Robots => crate::robots::MAX_BYTES as u64,
        }
    }

    /// The redirects followed for `kind`.
    pub fn redirects_for(&self, kind: Kind) -> usize {
        if kind == Kind::Robots { self.robots_redirects } else { self.redirects }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_bytes: 10 * 1024 * 1024,
            sitemap_bytes: 1024 * 1024 * 1024,
            max_ratio: 300,
            redirects: 10,
            robots_redirects: 5,
            headers: 128,
            header_bytes: 64 * 1024,
            idle_per_host: 1,
            idle_timeout: Duration::from_secs(4),
        }
    }
}

/// Which provider carries which kind of request.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// For pages.
    pub page: Provider,
    /// For sitemaps.
    pub sitemap: Provider,
    /// For robots.txt.
    pub robots: Provider,
}

impl Routes {
    /// One provider for everything.
    pub fn all(provider: Provider) -> Self {
        Self { page: provider.clone(), sitemap: provider.clone(), robots: provider }
    }

    /// The provider of `kind`.
    pub fn of(&self, kind: Kind) -> &Provider {
        match kind {
            Kind::Page => &self.page,
            Kind::Sitemap => &self.sitemap,
            Kind::Robots => &self.robots,
        }
    }
}
