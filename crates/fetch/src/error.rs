//! What can go wrong with a fetch, told apart by what the caller can do about it.

use std::time::Duration;

use clock::Timestamp;

/// Why a fetch gave no response. HTTP error statuses are not errors: they come as a [`crate::Response`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address guard does not let this URL be fetched. Asking again is useless.
    #[error("{url} is refused: {reason}")]
    Refused {
        /// The URL, without userinfo.
        url: String,
        /// Which rule refused it.
        reason: Refusal,
    },
    /// The site's robots.txt forbids this URL.
    #[error("robots.txt forbids {url} by the rule `{rule}`")]
    RobotsDisallowed {
        /// The URL.
        url: String,
        /// The `Disallow` pattern that matched, as the file spells it.
        rule: String,
    },
    /// The site's robots.txt answers with a server error, which RFC 9309 reads as "everything is forbidden for now".
    #[error(
        "robots.txt of {origin} is unavailable (status {status}); everything there is off limits until it answers"
    )]
    RobotsUnavailable {
        /// Scheme, host and port.
        origin: String,
        /// The HTTP status it gave.
        status: u16,
        /// When it will be asked again.
        retry_at: Timestamp,
    },
    /// The host's pace has no turn within the wait that was allowed. Put the work off until `retry_at`.
    #[error("{host} is busy ({reason})")]
    Busy {
        /// The host whose pace it is.
        host: String,
        /// When to ask again; spread, so that those put off do not come back together.
        retry_at: Timestamp,
        /// What keeps it busy.
        reason: crate::pace::BusyReason,
    },
    /// The name could not be resolved.
    #[error("cannot resolve {host}: {detail}")]
    Dns {
        /// The name.
        host: String,
        /// True if the name does not exist, as against a resolver that did not answer.
        missing: bool,
        /// The resolver's words.
        detail: String,
    },
    /// No connection could be made.
    #[error("cannot connect to {host}: {detail}")]
    Connect {
        /// Host and port.
        host: String,
        /// The system's words.
        detail: String,
    },
    /// The TLS handshake failed, most often for the certificate.
    #[error("TLS with {host} failed: {detail}")]
    Tls {
        /// The host.
        host: String,
        /// The TLS library's words.
        detail: String,
    },
    /// A phase took longer than its limit.
    #[error("time-out while {phase} {host}")]
    Timeout {
        /// The host.
        host: String,
        /// Which phase.
        phase: Phase,
    },
    /// More came than is allowed.
    #[error("more than {limit} {kind}")]
    TooLarge {
        /// The limit that was passed.
        limit: u64,
        /// What was counted.
        kind: LimitKind,
    },
    /// A redirect led back to a URL of the same chain.
    #[error("the redirects lead back to {url}")]
    RedirectLoop {
        /// The URL seen twice.
        url: String,
    },
    /// The chain of redirects is longer than allowed.
    #[error("more than {limit} redirects")]
    TooManyRedirects {
        /// The limit.
        limit: usize,
    },
    /// A redirect without a usable `Location`.
    #[error("status {status} from {url} names no usable Location")]
    BadRedirect {
        /// Who redirected.
        url: String,
        /// With which status.
        status: u16,
    },
    /// What came is not HTTP, or the connection ended in the middle.
    #[error("bad HTTP from {host}: {detail}")]
    Protocol {
        /// The host.
        host: String,
        /// True if the connection broke off, as against bytes that are not HTTP.
        cut: bool,
        /// What was wrong.
        detail: String,
    },
    /// The body is not what its `Content-Encoding` says.
    #[error("the body cannot be decoded as {encoding}: {detail}")]
    Decode {
        /// The encoding, as the header names it.
        encoding: String,
        /// What was wrong.
        detail: String,
    },
    /// The proxy or scraping API itself failed or refused.
    #[error("provider {provider}: {detail}")]
    Provider {
        /// Which provider.
        provider: &'static str,
        /// True if it may work later.
        transient: bool,
        /// What it said.
        detail: String,
    },
    /// The scraping API's budget of credits is spent.
    #[error("the credit budget of {budget} is spent")]
    BudgetSpent {
        /// The budget, in credits.
        budget: u64,
    },
    /// The configuration cannot be used.
    #[error("fetch configuration: {detail}")]
    Config {
        /// What is wrong with it.
        detail: String,
    },
}

/// Why the guard refuses a URL or an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Only http and https are fetched.
    #[error("the scheme {0} is not http or https")]
    Scheme(String),
    /// The port belongs to another protocol (WHATWG fetch, "bad ports").
    #[error("port {0} belongs to another protocol")]
    Port(u16),
    /// The address is not one of the public internet.
    #[error("its address {0} is not a public one (allow private networks to fetch it)")]
    Address(std::net::IpAddr),
    /// The name is one of a cloud's metadata service.
    #[error("{0} is a metadata service")]
    Metadata(String),
    /// The URL has no host.
    #[error("it has no host")]
    NoHost,
    /// The URL cannot be written into a request.
    #[error("it cannot be written into a request")]
    Malformed,
    /// The URL is longer than [`crate::guard::MAX_URL_BYTES`].
    #[error("it is longer than {} bytes", crate::guard::MAX_URL_BYTES)]
    TooLong,
}

/// The part of a fetch that a time-out ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Resolving the name.
    Dns,
    /// Opening the TCP connection.
    Connect,
    /// The proxy's own handshake.
    Tunnel,
    /// The TLS handshake.
    Tls,
    /// Waiting for the status line and headers.
    Headers,
    /// Waiting for the next part of the body.
    Idle,
    /// The whole fetch, body included.
    Total,
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Dns => "resolving",
            Self::Connect => "connecting to",
            Self::Tunnel => "asking the proxy for",
            Self::Tls => "greeting (TLS)",
            Self::Headers => "waiting for the headers of",
            Self::Idle => "waiting for more of the body of",
            Self::Total => "fetching from",
        })
    }
}

/// What a size limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Bytes as they came over the wire.
    WireBytes,
    /// Bytes after decoding.
    BodyBytes,
    /// Decoded bytes for one byte on the wire: a decompression bomb.
    Ratio,
    /// Stacked content encodings.
    Encodings,
    /// Response headers.
    Headers,
}

impl std::fmt::Display for LimitKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::WireBytes => "bytes on the wire",
            Self::BodyBytes => "bytes of body",
            Self::Ratio => "decoded bytes for each one on the wire",
            Self::Encodings => "stacked content encodings",
            Self::Headers => "response headers",
        })
    }
}

impl Error {
    /// Whether the same request may succeed later without anyone changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Busy { .. } | Self::RobotsUnavailable { .. } => true,
            Self::Connect { .. } | Self::Timeout { .. } => true,
            Self::Dns { missing, .. } => !missing,
            Self::Protocol { cut, .. } => *cut,
            Self::Provider { transient, .. } => *transient,
            _ => false,
        }
    }

    /// How long after `now` to wait before asking again, where the error knows.
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        self.retry_at().map(|at| at.since(now))
    }

    /// When to ask again, where the error knows.
    pub fn retry_at(&self) -> Option<Timestamp> {
        match self {
            Self::Busy { retry_at, .. } | Self::RobotsUnavailable { retry_at, .. } => Some(*retry_at),
            _ => None,
        }
    }

    /// A stable name for logs, rows and metrics, in snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::RobotsDisallowed { .. } => "robots_disallowed",
            Self::RobotsUnavailable { .. } => "robots_unavailable",
            Self::Busy { .. } => "busy",
            Self::Dns { .. } => "dns",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::Timeout { .. } => "timeout",
            Self::TooLarge { .. } => "too_large",
            Self::RedirectLoop { .. } => "redirect_loop",
            Self::TooManyRedirects { .. } => "too_many_redirects",
            Self::BadRedirect { .. } => "bad_redirect",
            Self::Protocol { .. } => "protocol",
            Self::Decode { .. } => "decode",
            Self::Provider { .. } => "provider",
            Self::BudgetSpent { .. } => "budget_spent",
            Self::Config { .. } => "config",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_host_says_when_to_come_back() {
        let error = Error::Busy {
            host: "a.example".into(),
            retry_at: Timestamp(5_000),
            reason: crate::pace::BusyReason::Queue,
        };
        assert!(error.is_transient());
        assert_eq!(error.retry_after(Timestamp(2_000)), Some(Duration::from_secs(3)));
        assert_eq!(error.code(), "busy");
    }

    #[test]
    fn a_refusal_is_final() {
        let error = Error::Refused { url: "ftp://a/".into(), reason: Refusal::Scheme("ftp".into()) };
        assert!(!error.is_transient());
        assert_eq!(error.retry_at(), None);
    }
}
