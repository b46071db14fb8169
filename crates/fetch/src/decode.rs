//! Undoes content encodings, a bounded piece at a time, so that no input makes it hold or produce more than was asked for.

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use crate::config::Limits;
use crate::error::{Error, LimitKind};

mod codec;

use codec::{Codec, Step};

/// Decoded bytes produced at a time.
const PIECE_BYTES: usize = 32 * 1024;

/// One content coding (RFC 9110 section 8.4.1, RFC 7932, RFC 8878).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// The codings of a body, undone one after the other.
pub(crate) struct Decoder {
    /// The coding nearest to the wire first.
    stages: Vec<Stage>,
}

/// What asking for more gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pulled {
    /// A piece of the body; never empty.
    Piece(Bytes),
    /// Nothing until more of the wire is fed.
    Hungry,
    /// The body is complete.
    End,
}

struct Stage {
    coding: Coding,
    codec: Codec,
    input: Bytes,
    /// Whether any input ever came: a body without bytes is complete in every coding.
    fed: bool,
    /// No more input will come.
    ended: bool,
    done: bool,
}

impl Decoder {
    /// The decoder that a response's headers ask for; none if the body is as it is.
    pub(crate) fn for_headers(headers: &HeaderMap) -> Result<Option<Self>, Error> {
        let codings = codings(headers)?;
        if codings.is_empty() {
            return Ok(None);
        }
        let mut stages = Vec::with_capacity(codings.len());
        // What was applied last is undone first.
        for coding in codings.into_iter().rev() {
            stages.push(Stage::new(coding)?);
        }
        Ok(Some(Self { stages }))
    }

    /// Gives bytes from the wire. Only after [`Pulled::Hungry`].
    pub(crate) fn feed(&mut self, wire: Bytes) {
        if let Some(first) = self.stages.first_mut() {
            first.add(wire);
        }
    }

    /// Says that the wire has ended.
    pub(crate) fn end(&mut self) {
        if let Some(first) = self.stages.first_mut() {
            first.ended = true;
        }
    }

    /// Asks for the next piece.
    pub(crate) fn pull(&mut self) -> Result<Pulled, Error> {
        pull(&mut self.stages)
    }
}

fn pull(stages: &mut [Stage]) -> Result<Pulled, Error> {
    let Some((stage, before)) = stages.split_last_mut() else { return Ok(Pulled::Hungry) };
    loop {
        if stage.wants_input() {
            match pull(before)? {
                Pulled::Piece(bytes) => stage.add(bytes),
                Pulled::End => stage.ended = true,
                Pulled::Hungry => return Ok(Pulled::Hungry),
            }
        }
        match stage.advance()? {
            Some(pulled) => return Ok(pulled),
            None => continue,
        }
    }
}

impl Stage {
    fn new(coding: Coding) -> Result<Self, Error> {
        let codec = Codec::new(coding).map_err(|detail| failure(coding, detail))?;
        Ok(Self { coding, codec, input: Bytes::new(), fed: false, ended: false, done: false })
    }

    fn add(&mut self, bytes: Bytes) {
        self.fed = true;
        if self.input.is_empty() {
            self.input = bytes;
        } else {
            let mut joined = BytesMut::with_capacity(self.input.len() + bytes.len());
            joined.extend_from_slice(&self.input);
            joined.extend_from_slice(&bytes);
            self.input = joined.freeze();
        }
    }

    fn wants_input(&self) -> bool {
        !self.done && !self.ended && self.input.len() < self.codec.needs()
    }

    /// One step; none if it only took input in.
    fn advance(&mut self) -> Result<Option<Pulled>, Error> {
        if self.done || (self.ended && !self.fed) {
            return Ok(Some(Pulled::End));
        }
        let mut piece = BytesMut::zeroed(PIECE_BYTES);
        let step = self.codec.step(&self.input, &mut piece, self.ended);
        let Step { taken, made, done } = step.map_err(|detail| failure(self.coding, detail))?;
        self.input.advance(taken.min(self.input.len()));
        self.done = done;
        if made > 0 {
            piece.truncate(made);
            return Ok(Some(Pulled::Piece(piece.freeze())));
        }
        if done {
            return Ok(Some(Pulled::End));
        }
        if taken == 0 && self.ended {
            return Err(failure(self.coding, "the body ends too early".into()));
        }
        // Nothing taken, nothing made, more to come: only more input helps.
        Ok((taken == 0).then_some(Pulled::Hungry))
    }
}

fn failure(coding: Coding, detail: String) -> Error {
    Error::Decode { encoding: coding.name().into(), detail }
}

/// The codings in the order they were applied. Names that are no coding (`utf-8`, `none`) are common mistakes for "as it is".
fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, Error> {
    let mut found = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for name in String::from_utf8_lossy(value.as_bytes()).split(',') {
            found.extend(match name.trim().to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => Some(Coding::Gzip),
                "deflate" => Some(Coding::Deflate),
                "br" => Some(Coding::Brotli),
                "zstd" => Some(Coding::Zstd),
                name @ ("compress" | "x-compress" | "exi" | "pack200-gzip" | "dcb" | "dcz") => {
                    return Err(Error::Decode {
                        encoding: name.into(),
                        detail: "it was not asked for".into(),
                    });
                }
                _ => None,
            });
            if found.len() > Limits::MAX_ENCODINGS {
                return Err(Error::TooLarge {
                    limit: Limits::MAX_ENCODINGS as u64,
                    kind: LimitKind::Encodings,
                });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
