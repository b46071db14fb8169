//! Every limit of the HTTP side, by name.

use std::time::Duration;

/// Most bytes of a JSON body: room for 100,000 ids.
pub const JSON_BYTES_MAX: usize = 4 << 20;
/// Most bytes of an uploaded list as it is sent; what it may unpack to is `pipeline::intake::BYTES_MAX`.
pub const UPLOAD_BYTES_MAX: usize = 32 << 20;
/// Most bytes of a request's path and query.
pub const URI_BYTES_MAX: usize = 8 << 10;
/// Most bytes of all headers of a request together.
pub const HEADER_BYTES_MAX: usize = 32 << 10;
/// Requests that are answered at the same time; more are turned away at once.
pub const REQUESTS_MAX: usize = 512;
/// How long a request may take until its answer begins.
pub const ANSWER_TIME_MAX: Duration = Duration::from_secs(30);
/// How long those who are turned away are told to wait.
pub const RETRY_AFTER: Duration = Duration::from_secs(2);
/// Event streams that are open at the same time.
pub const STREAMS_MAX: usize = 1_000;
/// How long open requests may take to end when the server stops.
pub const GRACE: Duration = Duration::from_secs(10);
/// Most ids in one request.
pub const IDS_MAX: usize = 100_000;
/// Most domains in one JSON request.
pub const DOMAINS_MAX: usize = 10_000;
/// Most lines that a report of an upload repeats.
pub const REPORTED_LINES_MAX: usize = 1_000;
/// Most characters of a text that is searched for.
pub const TEXT_CHARS_MAX: usize = 512;
/// Most rows of an export.
pub const EXPORTED_ROWS_MAX: usize = 1_000_000;
