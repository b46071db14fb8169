//! An answer made ready when the web starts, so that serving it is one write.

use std::io::Write;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::encode::Coding;
use super::reply::{Body, Chunks, Delivery, Reply, Step};
use super::request::Request;
use super::served::Addresses;

/// Fills in `{origin}` and `{origin:host}`.
pub(super) struct Origins<'a> {
    pub(super) own: &'a str,
    pub(super) addresses: &'a Addresses,
}

/// A reply ready to send.
pub(super) struct Prepared {
    pub(super) status: u16,
    pub(super) head: Bytes,
    pub(super) body: Ready,
    pub(super) delivery: Delivery,
    not_modified: Option<NotModified>,
}

pub(super) enum Ready {
    /// Head and body in one piece; the body starts where the head ends.
    Whole(Bytes),
    Stream(Arc<dyn Fn() -> Chunks + Send + Sync>),
    Endless(Bytes),
}

struct NotModified {
    etag: Option<String>,
    last_modified: Option<String>,
    head: Bytes,
}

impl Prepared {
    pub(super) fn new(reply: &Reply, origins: &Origins<'_>) -> Self {
        let headers: Vec<(String, String)> =
            reply.headers.iter().map(|(name, value)| (name.clone(), origins.fill(value))).collect();
        let body = match &reply.body {
            Body::Text(text) => ReadyBody::Bytes(stepped(Bytes::from(origins.fill(text)), &reply.steps)),
            Body::Bytes(bytes) => ReadyBody::Bytes(stepped(bytes.clone(), &reply.steps)),
            Body::Stream(make) => {
                ReadyBody::Stream(lazily(make.clone(), origins.own.to_owned(), &reply.steps))
            }
            Body::Endless(piece) => ReadyBody::Endless(piece.clone()),
        };
        let length = match &body {
            ReadyBody::Bytes(bytes) => Some(reply.delivery.claimed_length.unwrap_or(bytes.len() as u64)),
            _ => reply.delivery.claimed_length,
        };
        let head = head(reply.status, &headers, length);
        let body = match body {
            ReadyBody::Bytes(bytes) => Ready::Whole([&head[..], &bytes[..]].concat().into()),
            ReadyBody::Stream(make) => Ready::Stream(make),
            ReadyBody::Endless(piece) => Ready::Endless(piece),
        };
        let not_modified = NotModified::of(reply.status, &headers);
        Self { status: reply.status, head, body, delivery: reply.delivery, not_modified }
    }

    /// The 304 that this request deserves, if any (RFC 9110 section 13.2.2: the tag goes before the date).
    pub(super) fn unchanged_for(&self, request: &Request<'_>) -> Option<&Bytes> {
        let unchanged = self.not_modified.as_ref()?;
        let matches = match request.header("if-none-match") {
            Some(tags) => unchanged.etag.as_deref().is_some_and(|tag| tags == "*" || tags.contains(tag)),
            None => {
                unchanged.last_modified.is_some()
                    && request.header("if-modified-since") == unchanged.last_modified.as_deref()
            }
        };
        matches.then_some(&unchanged.head)
    }
}

enum ReadyBody {
    Bytes(Bytes),
    Stream(Arc<dyn Fn() -> Chunks + Send + Sync>),
    Endless(Bytes),
}

impl NotModified {
    fn of(status: u16, headers: &[(String, String)]) -> Option<Self> {
        let value = |wanted: &str| {
            headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone())
        };
        let (etag, last_modified) = (value("etag"), value("last-modified"));
        if status != 200 || (etag.is_none() && last_modified.is_none()) {
            return None;
        }
        let kept: Vec<_> = headers
            .iter()
            .filter(|(name, _)| {
                ["etag", "last-modified", "cache-control"].contains(&&*name.to_ascii_lowercase())
            })
            .cloned()
            .collect();
        Some(Self { etag, last_modified, head: head(304, &kept, Some(0)) })
    }
}

impl Origins<'_> {
    fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("{origin") {
            let (before, mark) = rest.split_at(at);
            out.push_str(before);
            let Some(end) = mark.find('}') else {
                rest = mark;
                break;
            };
            match mark[7..end].strip_prefix(':') {
                Some(host) => out.push_str(&self.addresses.origin(host)),
                None if end == 7 => out.push_str(self.own),
                None => out.push_str(&mark[..=end]),
            }
            rest = &mark[end + 1..];
        }
        out.push_str(rest);
        out
    }
}

/// Status line and headers, with the empty line. No length means chunks.
fn head(status: u16, headers: &[(String, String)], length: Option<u64>) -> Bytes {
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match length {
        Some(length) => head.push_str(&format!("Content-Length: {length}\r\n\r\n")),
        None => head.push_str("Transfer-Encoding: chunked\r\n\r\n"),
    }
    Bytes::from(head)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        410 => "Gone",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Scripted",
    }
}

fn stepped(body: Bytes, steps: &[Step]) -> Bytes {
    steps.iter().fold(body, |body, step| match step {
        Step::Charset(charset) => charset.encode(&body).into(),
        Step::Coding(coding) => coding.encode(&body).into(),
    })
}

/// A stream with its steps: gzip is done while it runs; anything else is done piece by piece.
fn lazily(
    make: Arc<dyn Fn(&str) -> Chunks + Send + Sync>,
    origin: String,
    steps: &[Step],
) -> Arc<dyn Fn() -> Chunks + Send + Sync> {
    let steps = steps.to_vec();
    Arc::new(move || {
        steps.iter().fold(make(&origin), |chunks, step| match *step {
            Step::Coding(Coding::Gzip) => Box::new(Gzipped::new(chunks)),
            step => Box::new(chunks.map(move |chunk| stepped(chunk, &[step]))) as Chunks,
        })
    })
}

/// One gzip member over all pieces.
struct Gzipped {
    chunks: Chunks,
    encoder: Option<GzEncoder<bytes::buf::Writer<BytesMut>>>,
}

impl Gzipped {
    fn new(chunks: Chunks) -> Self {
        Self { chunks, encoder: Some(GzEncoder::new(BytesMut::new().writer(), Compression::fast())) }
    }
}

impl Iterator for Gzipped {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        let encoder = self.encoder.as_mut()?;
        for chunk in self.chunks.by_ref() {
            encoder.write_all(&chunk).ok()?;
            let packed = encoder.get_mut().get_mut();
            if !packed.is_empty() {
                return Some(packed.split().freeze());
            }
        }
        let packed = self.encoder.take()?.finish().ok()?.into_inner().freeze();
        Some(packed)
    }
}
