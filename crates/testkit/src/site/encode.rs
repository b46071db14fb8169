//! Bodies as the wire carries them: compressed, in old charsets, or packed to burst.
//!
//! Brotli and Zstandard are written as stored blocks: valid streams, without the encoders' weight.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

/// Bytes in one stored block of Brotli (RFC 7932 section 9.2) or Zstandard (RFC 8878 section 3.1.1.2).
const STORED_BLOCK_BYTES: usize = 64 * 1024;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// RFC 1952.
    Gzip,
    /// Zlib-wrapped deflate, what `deflate` means in HTTP (RFC 9110 section 8.4.1.2).
    Deflate,
    /// Deflate without its wrapper, what some servers send as `deflate`.
    RawDeflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

impl Coding {
    /// Its name in `Content-Encoding`.
    pub fn token(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate | Self::RawDeflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }

    /// The body in this coding.
    pub fn encode(self, body: &[u8]) -> Vec<u8> {
        match self {
            Self::Gzip => gzip(body),
            Self::Deflate => {
                packed(ZlibEncoder::new(Vec::new(), Compression::fast()), body, ZlibEncoder::finish)
            }
            Self::RawDeflate => {
                packed(DeflateEncoder::new(Vec::new(), Compression::fast()), body, DeflateEncoder::finish)
            }
            Self::Brotli => stored_brotli(body),
            Self::Zstd => stored_zstd(body),
        }
    }
}

/// A character encoding that is not UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-16, low byte first, with its byte order mark.
    Utf16Le,
    /// UTF-16, high byte first, with its byte order mark.
    Utf16Be,
    /// ISO 8859-1; what it lacks becomes `?`.
    Latin1,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
}

impl Charset {
    /// The text in this encoding; what is no UTF-8 is left as it is.
    pub fn encode(self, body: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(body) else { return body.to_vec() };
        match self {
            Self::Utf16Le => utf16(text, u16::to_le_bytes),
            Self::Utf16Be => utf16(text, u16::to_be_bytes),
            Self::Latin1 => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
            Self::Utf8Bom => [b"\xEF\xBB\xBF", body].concat(),
        }
    }
}

/// The bytes as one gzip member.
pub fn gzip(body: &[u8]) -> Vec<u8> {
    packed(GzEncoder::new(Vec::new(), Compression::fast()), body, GzEncoder::finish)
}

/// A gzip member that unpacks to `unpacked_bytes` spaces, about a thousand times its size.
pub fn gzip_bomb(unpacked_bytes: u64) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let _ = std::io::copy(&mut std::io::Read::take(std::io::repeat(b' '), unpacked_bytes), &mut encoder);
    encoder.finish().unwrap_or_default()
}

/// Writing to a vector cannot fail; an empty answer would show at once in any test.
fn packed<W: Write>(
    mut encoder: W,
    body: &[u8],
    finish: impl FnOnce(W) -> std::io::Result<Vec<u8>>,
) -> Vec<u8> {
    encoder.write_all(body).and_then(|()| finish(encoder)).unwrap_or_default()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
}

/// Window of 16 bits ('0'), then one stored meta-block after another, then the empty last one ('11').
fn stored_brotli(body: &[u8]) -> Vec<u8> {
    let mut out = Bits::default();
    out.push(0, 1);
    for block in body.chunks(STORED_BLOCK_BYTES) {
        out.push(0, 1); // not the last
        out.push(0, 2); // four nibbles of length
        out.push(u32::try_from(block.len() - 1).unwrap_or(0), 16);
        out.push(1, 1); // stored
        out.align();
        out.bytes.extend_from_slice(block);
    }
    out.push(0b11, 2);
    out.align();
    out.bytes
}

/// Bits, lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    waiting: u64,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, bits: u32) {
        self.waiting |= u64::from(value) << self.count;
        self.count += bits;
        while self.count >= 8 {
            self.bytes.push((self.waiting & 0xFF) as u8);
            self.waiting >>= 8;
            self.count -= 8;
        }
    }

    fn align(&mut self) {
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
    }
}

/// Magic number, a header with an eight-byte content size, then raw blocks.
fn stored_zstd(body: &[u8]) -> Vec<u8> {
    let mut out = vec![0x28, 0xB5, 0x2F, 0xFD, 0b1110_0000];
    out.extend_from_slice(&(body.len() as u64).to_le_bytes());
    let blocks = body.chunks(STORED_BLOCK_BYTES).count().max(1);
    for at in 0..blocks {
        let block = body.chunks(STORED_BLOCK_BYTES).nth(at).unwrap_or_default();
        let header = (u32::try_from(block.len()).unwrap_or(0) << 3) | u32::from(at + 1 == blocks);
        out.extend_from_slice(&header.to_le_bytes()[..3]);
        out.extend_from_slice(block);
    }
    out
}
