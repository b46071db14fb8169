//! What follows what: the queues of the stages, their jobs, and which record each is for.

use engine::QueueName;
use model::PageUrl;
use serde::{Deserialize, Serialize};
use store::FollowUp;

/// Domains to look through for sitemaps.
pub const DISCOVERY: QueueName = QueueName::known("discovery");
/// Sitemap files to import.
pub const IMPORT: QueueName = QueueName::known("import");
/// Pages to scrape.
pub const SCRAPE: QueueName = QueueName::known("scrape");

/// How often a discovery is tried.
const DISCOVERY_ATTEMPTS: u32 = 3;
/// How often an import is tried.
const IMPORT_ATTEMPTS: u32 = 3;
/// How often a page is tried.
const SCRAPE_ATTEMPTS: u32 = 3;

/// Error codes of causes that may have gone by themselves: what is retried when everything failed overnight.
pub const TRANSIENT: &[&str] = &[
    "busy",
    "connect",
    "dns",
    "provider",
    "robots_unavailable",
    "server_error",
    "store_unavailable",
    "throttled",
    "timeout",
    "tls",
];

/// What a job of any stage carries beside its subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The address to begin with.
    pub url: String,
    /// Whether it was read before: then it need not come whole if it is as it was.
    #[serde(default)]
    pub again: bool,
}

impl Payload {
    /// The payload of a job, or none if it is not one of ours.
    pub fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}

/// The jobs that look domains through.
pub fn discoveries(created_by: Option<String>) -> FollowUp {
    FollowUp { queue: DISCOVERY, max_attempts: DISCOVERY_ATTEMPTS, created_by }
}

/// The jobs that import the files a discovery finds.
pub fn imports(created_by: Option<String>) -> FollowUp {
    FollowUp { queue: IMPORT, max_attempts: IMPORT_ATTEMPTS, created_by }
}

/// The jobs that scrape the pages an import finds.
pub fn scrapes(created_by: Option<String>) -> FollowUp {
    FollowUp { queue: SCRAPE, max_attempts: SCRAPE_ATTEMPTS, created_by }
}

/// The lane of a page: one for each host and port, whatever the scheme.
pub fn lane(url: &PageUrl) -> i64 {
    lane_of(url.authority())
}

/// The lane of an address as it is kept; an address that is none has a lane of its own.
pub fn lane_of_url(url: &str) -> i64 {
    PageUrl::parse(url).map_or_else(|_| lane_of(url), |url| lane(&url))
}

/// The lane of a host and port.
fn lane_of(authority: &str) -> i64 {
    // FNV-1a, 64 bits (Fowler, Noll, Vo): the same on every node and for ever, as lanes are stored.
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    authority.bytes().fold(0xcbf2_9ce4_8422_2325, step).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_one_host_whatever_the_scheme_and_path() {
        let lane = |url: &str| lane(&PageUrl::parse(url).unwrap());
        assert_eq!(lane("http://acme.org/a"), lane("https://acme.org/b"));
        assert_ne!(lane("http://acme.org:8080/"), lane("http://acme.org/"));
    }

    #[test]
    fn a_payload_is_read_back() {
        let payload = |again| Some(Payload { url: "https://acme.org/".into(), again });
        assert_eq!(Payload::read(r#"{"url":"https://acme.org/"}"#), payload(false));
        assert_eq!(Payload::read(r#"{"url":"https://acme.org/","again":true}"#), payload(true));
        assert_eq!(Payload::read("[]"), None);
    }
}
