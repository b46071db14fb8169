//! One answer of a scripted site: what it says, how it is packed, and how badly it is delivered.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::encode::{self, Charset, Coding};

/// A body made while it is sent, piece by piece, so that a gigabyte needs no gigabyte.
pub type Chunks = Box<dyn Iterator<Item = Bytes> + Send>;

/// An answer. Text bodies and header values may hold `{origin}` (this site's `http://host:port`) and
/// `{origin:other.localhost}` (another site's); both are filled in when the web starts.
#[derive(Clone)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
    pub(super) steps: Vec<Step>,
    pub(super) delivery: Delivery,
}

#[derive(Clone)]
pub(super) enum Body {
    /// Filled in: `{origin}` stands for something.
    Text(String),
    Bytes(Bytes),
    Stream(Arc<dyn Fn(&str) -> Chunks + Send + Sync>),
    /// The same piece again and again until the client hangs up.
    Endless(Bytes),
}

/// What is done to a body before it is sent, in order.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Charset(Charset),
    Coding(Coding),
}

/// How an answer is delivered.
#[derive(Clone, Copy, Default)]
pub(super) struct Delivery {
    pub(super) head_delay: Duration,
    /// So many bytes at a time, with a pause before each piece.
    pub(super) trickle: Option<(usize, Duration)>,
    pub(super) cut_after: Option<usize>,
    pub(super) claimed_length: Option<u64>,
    pub(super) reset: bool,
    pub(super) close: bool,
}

impl Reply {
    /// 200 with an HTML page in UTF-8.
    pub fn html(page: impl Into<String>) -> Self {
        Self::text_as("text/html; charset=utf-8", page)
    }

    /// 200 with plain text in UTF-8.
    pub fn text(text: impl Into<String>) -> Self {
        Self::text_as("text/plain; charset=utf-8", text)
    }

    /// 200 with XML; the document says its own encoding.
    pub fn xml(document: impl Into<String>) -> Self {
        Self::text_as("application/xml", document)
    }

    /// 200 with JSON.
    pub fn json(document: impl Into<String>) -> Self {
        Self::text_as("application/json", document)
    }

    /// 200 with text of any content type.
    pub fn text_as(content_type: &str, text: impl Into<String>) -> Self {
        Self::new(200, Body::Text(text.into())).header("Content-Type", content_type)
    }

    /// 200 with bytes, sent as they are.
    pub fn bytes(content_type: &str, body: impl Into<Bytes>) -> Self {
        Self::new(200, Body::Bytes(body.into())).header("Content-Type", content_type)
    }

    /// 200 with a body that is made while it is sent; `make` gets the site's origin.
    pub fn stream(content_type: &str, make: impl Fn(&str) -> Chunks + Send + Sync + 'static) -> Self {
        Self::new(200, Body::Stream(Arc::new(make))).header("Content-Type", content_type)
    }

    /// 200 with `piece` repeated until the client hangs up.
    pub fn endless(content_type: &str, piece: impl Into<Bytes>) -> Self {
        Self::new(200, Body::Endless(piece.into())).header("Content-Type", content_type)
    }

    /// That status with a short page.
    pub fn status(status: u16) -> Self {
        Self::html(format!("<!doctype html><title>{status}</title><h1>{status}</h1>")).with_status(status)
    }

    /// A redirect with that status (301, 302, 303, 307 or 308).
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).header("Location", location)
    }

    /// 429 with `Retry-After` in seconds.
    pub fn too_many_requests(retry_after_s: u32) -> Self {
        Self::status(429).header("Retry-After", &retry_after_s.to_string())
    }

    /// 503 with `Retry-After` in seconds.
    pub fn unavailable(retry_after_s: u32) -> Self {
        Self::status(503).header("Retry-After", &retry_after_s.to_string())
    }

    /// 200 with a gzip body, announced, that unpacks to `unpacked_bytes`.
    pub fn gzip_bomb(content_type: &str, unpacked_bytes: u64) -> Self {
        Self::bytes(content_type, encode::gzip_bomb(unpacked_bytes)).header("Content-Encoding", "gzip")
    }

    /// The connection is reset (RST) once the request has been read.
    pub fn reset() -> Self {
        let mut reply = Self::new(0, Body::Bytes(Bytes::new()));
        reply.delivery.reset = true;
        reply
    }

    /// Nothing is ever answered; the connection stays open.
    pub fn silence() -> Self {
        Self::status(200).slow_head(Duration::MAX)
    }

    fn new(status: u16, body: Body) -> Self {
        Self { status, headers: Vec::new(), body, steps: Vec::new(), delivery: Delivery::default() }
    }

    /// The same with another status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same with this header set, in place of any of that name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without that header.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(found, _)| !found.eq_ignore_ascii_case(name));
        self
    }

    /// The body in another character encoding; the headers go on saying what they said.
    #[must_use]
    pub fn in_charset(mut self, charset: Charset) -> Self {
        self.steps.push(Step::Charset(charset));
        self
    }

    /// The body in a content coding, announced by `Content-Encoding`. Twice nests, and is announced as such.
    #[must_use]
    pub fn coded(self, coding: Coding) -> Self {
        let before = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
        let said =
            before.map_or_else(|| coding.token().to_owned(), |(_, v)| format!("{v}, {}", coding.token()));
        self.coded_silently(coding).header("Content-Encoding", &said)
    }

    /// The body in a content coding that no header announces: a `.gz` file, or a broken server.
    #[must_use]
    pub fn coded_silently(mut self, coding: Coding) -> Self {
        self.steps.push(Step::Coding(coding));
        self
    }

    /// Waits before the status line.
    #[must_use]
    pub fn slow_head(mut self, wait: Duration) -> Self {
        self.delivery.head_delay = wait;
        self
    }

    /// Sends the body `bytes` at a time, with a pause before each piece.
    #[must_use]
    pub fn slow_body(mut self, bytes: usize, pause: Duration) -> Self {
        self.delivery.trickle = Some((bytes.max(1), pause));
        self
    }

    /// Promises the whole body and hangs up after so many bytes of it.
    #[must_use]
    pub fn cut_after(mut self, bytes: usize) -> Self {
        self.delivery.cut_after = Some(bytes);
        self.delivery.close = true;
        self
    }

    /// Says this `Content-Length` whatever the body's length is, and hangs up after the body.
    #[must_use]
    pub fn claiming_length(mut self, bytes: u64) -> Self {
        self.delivery.claimed_length = Some(bytes);
        self.delivery.close = true;
        self
    }

    /// Hangs up after the answer, as `Connection: close` says.
    #[must_use]
    pub fn closing(mut self) -> Self {
        self.delivery.close = true;
        self.header("Connection", "close")
    }

    /// With an entity tag (give the quotes too); a request with a matching `If-None-Match` gets 304.
    #[must_use]
    pub fn etag(self, tag: &str) -> Self {
        self.header("ETag", tag)
    }

    /// With that `Last-Modified`; a request with the same `If-Modified-Since` gets 304.
    #[must_use]
    pub fn last_modified(self, http_date: &str) -> Self {
        self.header("Last-Modified", http_date)
    }
}

impl From<&str> for Reply {
    /// An HTML page.
    fn from(page: &str) -> Self {
        Self::html(page)
    }
}

impl From<String> for Reply {
    /// An HTML page.
    fn from(page: String) -> Self {
        Self::html(page)
    }
}
