//! The body of a response: decoded, counted and timed as it is read.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use clock::SharedClock;
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::config::Limits;
use crate::decode::{Decoder, Pulled};
use crate::error::{Error, LimitKind, Phase};
use crate::pace::{BusyReason, Turn};
use crate::sniff::{SNIFFED_BYTES, Sniffed, sniff};

/// A body that nobody wants is read up to here, to keep the connection; a longer one ends it.
const DRAINED_BYTES: usize = 16 * 1024;
/// And no longer than this.
const DRAINED_FOR: Duration = Duration::from_secs(1);

/// A body still to be read. It holds the host's turn until it is read to its end or dropped.
pub struct Body {
    /// None once the wire has ended or failed.
    wire: Option<Incoming>,
    decoder: Option<Decoder>,
    /// What was read ahead to look at.
    ahead: Bytes,
    bounds: Bounds,
    wire_bytes: u64,
    decoded_bytes: u64,
    truncated: bool,
    turn: Option<Turn>,
}

/// What a body may cost.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    pub(crate) host: String,
    pub(crate) max_bytes: u64,
    /// Whether more than `max_bytes` is cut off rather than refused.
    pub(crate) cut: bool,
    pub(crate) max_ratio: u64,
    pub(crate) idle: Duration,
    /// On the clock's elapsed scale.
    pub(crate) deadline: Duration,
    pub(crate) clock: SharedClock,
}

impl Body {
    pub(crate) fn new(wire: Incoming, decoder: Option<Decoder>, bounds: Bounds, turn: Turn) -> Self {
        Self {
            wire: Some(wire),
            decoder,
            ahead: Bytes::new(),
            bounds,
            wire_bytes: 0,
            decoded_bytes: 0,
            truncated: false,
            turn: Some(turn),
        }
    }

    /// The next part, decoded and never empty; none at the end.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Timeout`], [`Error::Decode`], [`Error::Protocol`]; the parts before stay good.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        if !self.ahead.is_empty() {
            return Ok(Some(std::mem::take(&mut self.ahead)));
        }
        self.next_piece().await
    }

    /// The whole body.
    ///
    /// # Errors
    /// Those of [`Body::chunk`].
    pub async fn bytes(mut self) -> Result<Bytes, Error> {
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        let Some(second) = self.chunk().await? else { return Ok(first) };
        let mut whole = BytesMut::from(first);
        whole.extend_from_slice(&second);
        while let Some(piece) = self.chunk().await? {
            whole.extend_from_slice(&piece);
        }
        Ok(whole.freeze())
    }

    /// What the body looks like, whatever the headers say. Reads ahead as far as that takes; nothing is lost to [`Body::chunk`].
    ///
    /// # Errors
    /// Those of [`Body::chunk`].
    pub async fn sniff(&mut self) -> Result<Sniffed, Error> {
        while self.ahead.len() < SNIFFED_BYTES {
            let Some(piece) = self.next_piece().await? else { break };
            if self.ahead.is_empty() {
                self.ahead = piece;
            } else {
                self.ahead = [&*self.ahead, &*piece].concat().into();
            }
        }
        Ok(sniff(&self.ahead))
    }

    /// Ends without reading, but keeps the connection for the next request if little is left.
    pub async fn discard(mut self) {
        if let Some(wire) = self.wire.take() {
            drain(wire).await;
        }
    }

    /// Bytes read from the wire so far.
    pub fn wire_bytes(&self) -> u64 {
        self.wire_bytes
    }

    /// Bytes decoded so far.
    pub fn decoded_bytes(&self) -> u64 {
        self.decoded_bytes
    }

    /// Whether the body was longer than allowed and cut (only ever a robots.txt is).
    pub fn is_truncated(&self) -> bool {
        self.truncated
    }

    async fn next_piece(&mut self) -> Result<Option<Bytes>, Error> {
        let piece = match self.decoder {
            None => self.next_from_wire().await,
            Some(_) => self.next_decoded().await,
        };
        match piece.and_then(|piece| self.admit(piece)) {
            Ok(Some(piece)) => Ok(Some(piece)),
            end => {
                self.close();
                end
            }
        }
    }

    async fn next_decoded(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let Some(decoder) = self.decoder.as_mut() else { return Ok(None) };
            match decoder.pull()? {
                Pulled::Piece(piece) => return Ok(Some(piece)),
                Pulled::End => return Ok(None),
                Pulled::Hungry => {}
            }
            let wire = self.next_from_wire().await?;
            let Some(decoder) = self.decoder.as_mut() else { return Ok(None) };
            match wire {
                Some(bytes) => decoder.feed(bytes),
                None => decoder.end(),
            }
        }
    }

    async fn next_from_wire(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let Some(wire) = self.wire.as_mut() else { return Ok(None) };
            if self.turn.as_ref().is_some_and(Turn::is_void) {
                let (host, retry_at) = (self.bounds.host.clone(), self.bounds.clock.now());
                return Err(Error::Busy { host, retry_at, reason: BusyReason::Elsewhere });
            }
            let left = self.bounds.deadline.saturating_sub(self.bounds.clock.elapsed());
            let (wait, phase) =
                if left < self.bounds.idle { (left, Phase::Total) } else { (self.bounds.idle, Phase::Idle) };
            let host = || self.bounds.host.clone();
            let frame = match tokio::time::timeout(wait, wire.frame()).await {
                Err(_) => return Err(Error::Timeout { host: host(), phase }),
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => return Err(crate::transport::hyper_error(&host(), &error)),
                Ok(Some(Ok(frame))) => frame,
            };
            // An endless trickle never idles: the deadline is looked at with every part.
            if left.is_zero() {
                return Err(Error::Timeout { host: host(), phase: Phase::Total });
            }
            let Ok(data) = frame.into_data() else { continue };
            if data.is_empty() {
                continue;
            }
            self.wire_bytes += data.len() as u64;
            if self.decoder.is_some() && self.wire_bytes > self.bounds.max_bytes {
                return Err(Error::TooLarge { limit: self.bounds.max_bytes, kind: LimitKind::WireBytes });
            }
            return Ok(Some(data));
        }
    }

    /// Counts a piece, and refuses or cuts what is too much.
    fn admit(&mut self, piece: Option<Bytes>) -> Result<Option<Bytes>, Error> {
        let Some(mut piece) = piece else { return Ok(None) };
        let allowed = self.bounds.max_bytes.saturating_sub(self.decoded_bytes);
        if piece.len() as u64 > allowed {
            if !self.bounds.cut {
                return Err(Error::TooLarge { limit: self.bounds.max_bytes, kind: LimitKind::BodyBytes });
            }
            self.truncated = true;
            piece.truncate(usize::try_from(allowed).unwrap_or(usize::MAX));
            self.wire = None;
            self.decoder = None;
        }
        self.decoded_bytes += piece.len() as u64;
        let bomb = self.decoded_bytes > Limits::RATIO_GRACE_BYTES
            && self.decoded_bytes / self.wire_bytes.max(1) > self.bounds.max_ratio;
        if bomb {
            return Err(Error::TooLarge { limit: self.bounds.max_ratio, kind: LimitKind::Ratio });
        }
        Ok((!piece.is_empty()).then_some(piece))
    }

    fn close(&mut self) {
        self.wire = None;
        self.decoder = None;
        self.turn = None;
    }
}

/// Reads what little is left of a body, so that its connection can be used again.
pub(crate) async fn drain(mut wire: Incoming) {
    let reading = async {
        let mut left = DRAINED_BYTES;
        while let Some(Ok(frame)) = wire.frame().await {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            let Some(rest) = left.checked_sub(bytes) else { return };
            left = rest;
        }
    };
    let _ = tokio::time::timeout(DRAINED_FOR, reading).await;
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("wire_bytes", &self.wire_bytes)
            .field("decoded_bytes", &self.decoded_bytes)
            .field("ended", &self.wire.is_none())
            .finish_non_exhaustive()
    }
}
