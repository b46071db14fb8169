//! What came back: status, where from, the few headers that matter, and the body still to be read.

use std::time::Duration;

use clock::Timestamp;
use http::HeaderMap;
use http::header::{self, HeaderName};
use url::Url;

use crate::body::Body;
use crate::headers;
use crate::request::Validators;

/// An answer. Error statuses are answers too; what they mean is the caller's to decide.
#[derive(Debug)]
pub struct Response {
    /// The HTTP status; 304 only when validators were sent.
    pub status: u16,
    /// Where it came from after all redirects; no fragment, no userinfo.
    pub url: Url,
    /// The redirects on the way, in order.
    pub redirects: Vec<Hop>,
    /// True if the body is as it was when the validators were given (status 304).
    pub not_modified: bool,
    /// When the headers arrived.
    pub received_at: Timestamp,
    /// From the request (of the last hop) to its headers: what the site took to answer.
    pub time_to_headers: Duration,
    /// The body, unread but for its first part.
    pub body: Body,
    pub(crate) headers: HeaderMap,
}

/// One redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Who redirected.
    pub from: Url,
    /// To where.
    pub to: Url,
    /// With which status: 301, 302, 303, 307 or 308.
    pub status: u16,
    /// Whether the host (name or port) changed.
    pub cross_host: bool,
    /// Whether it led from https to http.
    pub downgrade: bool,
}

impl Hop {
    /// Whether the redirect says that it is for good (301, 308).
    pub fn is_permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }
}

impl Response {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether any redirect led to another host.
    pub fn crossed_hosts(&self) -> bool {
        self.redirects.iter().any(|hop| hop.cross_host)
    }

    /// A header's value, if it is there and readable as text. Names are case-insensitive.
    pub fn header(&self, name: &str) -> Option<&str> {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        self.headers.get(name)?.to_str().ok()
    }

    /// The declared type without parameters, lower-case: `text/html`.
    pub fn content_type(&self) -> Option<String> {
        headers::essence(self.headers.get(header::CONTENT_TYPE)?)
    }

    /// The `charset` parameter of the declared type, as written.
    pub fn charset(&self) -> Option<String> {
        headers::charset(self.headers.get(header::CONTENT_TYPE)?)
    }

    /// The `ETag`.
    pub fn etag(&self) -> Option<&str> {
        self.headers.get(header::ETAG)?.to_str().ok()
    }

    /// The `Last-Modified` date as written.
    pub fn last_modified(&self) -> Option<&str> {
        self.headers.get(header::LAST_MODIFIED)?.to_str().ok()
    }

    /// What to send next time so that an unchanged body need not come again; none if the site gave nothing.
    pub fn validators(&self) -> Option<Validators> {
        let own = |text: &str| Some(text.to_owned());
        let validators =
            Validators { etag: self.etag().and_then(own), last_modified: self.last_modified().and_then(own) };
        (!validators.is_empty()).then_some(validators)
    }

    /// How long the site asks to be left alone (`Retry-After` as seconds or date), not yet capped.
    pub fn retry_after(&self) -> Option<Duration> {
        headers::retry_after(self.headers.get(header::RETRY_AFTER)?, self.received_at)
    }

    /// The declared length of the body on the wire, in bytes. A claim, not a measure.
    pub fn content_length(&self) -> Option<u64> {
        self.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
    }

    /// How long the site lets the answer be kept (`Cache-Control: max-age`; zero for `no-store` and `no-cache`).
    pub fn max_age(&self) -> Option<Duration> {
        headers::max_age(&self.headers)
    }
}
