//! Takes off gzip layers as bytes arrive: found by their magic bytes, nested, of several members, damaged or cut.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::error::{Error, Warning};
use crate::limits::Limits;

/// How many bytes one step unpacks at most.
const STEP_BYTES: usize = 32 << 10;

/// A stack of layers, each of which finds out from its first bytes whether it is gzip.
#[derive(Debug)]
pub(crate) struct Gunzip {
    layers: Vec<Layer>,
    tally: Tally,
}

#[derive(Debug)]
enum Layer {
    /// Fewer bytes than the magic has.
    Unknown(Vec<u8>),
    Plain,
    Packed(Box<Packed>),
}

/// What the layers have seen together.
#[derive(Debug)]
struct Tally {
    unpacked_limit: u64,
    ratio: u64,
    bytes_in: u64,
    /// Bytes that came out of any layer.
    unpacked: u64,
    found: usize,
    warnings: Vec<Warning>,
    /// Some data may be missing.
    lossy: bool,
}

impl Gunzip {
    pub(crate) fn new(limits: &Limits) -> Self {
        let layers = (0..=limits.gzip_layers).map(|_| Layer::Unknown(Vec::new())).collect();
        let (unpacked_limit, ratio) = (limits.unpacked_bytes, limits.unpack_ratio);
        let tally = Tally {
            unpacked_limit,
            ratio,
            bytes_in: 0,
            unpacked: 0,
            found: 0,
            warnings: Vec::new(),
            lossy: false,
        };
        Self { layers, tally }
    }

    /// Unpacks `bytes` and gives what comes out of the last layer to `out`.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Out<'_>) -> Result<(), Error> {
        self.tally.bytes_in += bytes.len() as u64;
        push(&mut self.layers, &mut self.tally, bytes, out)
    }

    /// Says that the input has ended.
    pub(crate) fn finish(&mut self, out: &mut Out<'_>) -> Result<(), Error> {
        for layer in &mut self.layers {
            match layer {
                Layer::Packed(packed) => packed.finish(&mut self.tally),
                Layer::Plain => return Ok(()),
                Layer::Unknown(head) => {
                    let head = std::mem::take(head);
                    *layer = Layer::Plain;
                    return out(&head);
                }
            }
        }
        Ok(())
    }

    /// How many gzip layers were found.
    pub(crate) fn found(&self) -> usize {
        self.tally.found
    }

    /// Whether some data may be missing.
    pub(crate) fn is_lossy(&self) -> bool {
        self.tally.lossy
    }

    pub(crate) fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.tally.warnings)
    }
}

/// Where unpacked bytes go.
pub(crate) type Out<'a> = dyn FnMut(&[u8]) -> Result<(), Error> + 'a;

fn push(layers: &mut [Layer], tally: &mut Tally, bytes: &[u8], out: &mut Out<'_>) -> Result<(), Error> {
    let Some((layer, inner)) = layers.split_first_mut() else {
        return Err(Error::TooDeeplyCompressed { limit: tally.found.saturating_sub(1) });
    };
    match layer {
        Layer::Plain => out(bytes),
        Layer::Packed(packed) => packed.unpack(bytes, inner, tally, out),
        Layer::Unknown(head) => {
            let missing = 3_usize.saturating_sub(head.len()).min(bytes.len());
            head.extend_from_slice(&bytes[..missing]);
            if head.len() < 3 && [0x1F, 0x8B, 0x08].starts_with(head) {
                return Ok(());
            }
            let head = std::mem::take(head);
            *layer = if head.starts_with(&[0x1F, 0x8B, 0x08]) {
                tally.found += 1;
                if inner.is_empty() {
                    return Err(Error::TooDeeplyCompressed { limit: tally.found - 1 });
                }
                Layer::Packed(Box::new(Packed::new()))
            } else {
                Layer::Plain
            };
            push(layers, tally, &head, out)?;
            push(layers, tally, &bytes[missing..], out)
        }
    }
}

impl Tally {
    fn count(&mut self, bytes: usize) -> Result<(), Error> {
        self.unpacked += bytes as u64;
        if self.unpacked > self.unpacked_limit {
            return Err(Error::TooManyBytes { limit: self.unpacked_limit });
        }
        if self.unpacked > Limits::FREE_UNPACKED_BYTES && self.unpacked / self.ratio.max(1) > self.bytes_in {
            return Err(Error::TooCompressed { ratio: self.ratio });
        }
        Ok(())
    }

    fn damaged(&mut self, warning: Warning) {
        self.lossy |= warning != Warning::GzipChecksum && warning != Warning::GzipTrailingJunk;
        self.warnings.push(warning);
    }
}

/// One gzip stream: members one behind the other. Source: RFC 1952.
#[derive(Debug)]
struct Packed {
    part: Part,
    inflate: Decompress,
    check: Crc,
    unpacked: Vec<u8>,
}

/// Which part of a member comes next.
#[derive(Debug)]
enum Part {
    /// The ten bytes of fixed header, as far as they have come.
    Header(Vec<u8>),
    /// The optional parts of the header that are still to come, by its flags.
    Optional {
        flags: u8,
        length: Vec<u8>,
    },
    /// So many bytes to pass over, then the optional parts left.
    Skip {
        flags: u8,
        bytes: usize,
    },
    Body,
    /// Checksum and length.
    Trailer(Vec<u8>),
    /// Behind a member, as far as it has come: another one, padding, or junk.
    Between(Vec<u8>),
    /// Nothing more is read.
    Over,
}

const HAS_CHECKSUM: u8 = 2;
const HAS_EXTRA: u8 = 4;
const HAS_NAME: u8 = 8;
const HAS_COMMENT: u8 = 16;

impl Packed {
    fn new() -> Self {
        Self {
            part: Part::Header(Vec::new()),
            inflate: Decompress::new(false),
            check: Crc::new(),
            unpacked: vec![0; STEP_BYTES],
        }
    }

    fn unpack(
        &mut self,
        mut bytes: &[u8],
        inner: &mut [Layer],
        tally: &mut Tally,
        out: &mut Out<'_>,
    ) -> Result<(), Error> {
        while !bytes.is_empty() {
            let used = match &mut self.part {
                Part::Over => return Ok(()),
                Part::Body => self.inflate(bytes, inner, tally, out)?,
                Part::Optional { .. } | Part::Skip { .. } => self.pass_over(bytes),
                Part::Header(_) | Part::Trailer(_) | Part::Between(_) => self.frame(bytes, tally),
            };
            bytes = &bytes[used..];
        }
        Ok(())
    }

    /// Collects the parts of fixed length and acts when one is whole. Gives how many bytes were used.
    fn frame(&mut self, bytes: &[u8], tally: &mut Tally) -> usize {
        let (Part::Header(held) | Part::Trailer(held) | Part::Between(held)) = &mut self.part else {
            return 0;
        };
        held.push(bytes[0]);
        self.part = match std::mem::replace(&mut self.part, Part::Over) {
            Part::Header(held) if held.len() == 10 => optional(held[3]),
            Part::Trailer(held) if held.len() == 8 => {
                if held[..4] != self.check.sum().to_le_bytes()
                    || held[4..] != self.check.amount().to_le_bytes()
                {
                    tally.damaged(Warning::GzipChecksum);
                }
                Part::Between(Vec::new())
            }
            Part::Between(held) => match held.as_slice() {
                // Padding, as tape blocks have it.
                [0] => Part::Between(Vec::new()),
                [0x1F] | [0x1F, 0x8B] => Part::Between(held),
                [0x1F, 0x8B, 0x08] => {
                    self.inflate.reset(false);
                    self.check.reset();
                    Part::Header(held)
                }
                _ => {
                    tally.damaged(Warning::GzipTrailingJunk);
                    Part::Over
                }
            },
            part => part,
        };
        1
    }

    /// Passes over the extra field, the file name, the comment and the header checksum.
    fn pass_over(&mut self, bytes: &[u8]) -> usize {
        match &mut self.part {
            Part::Skip { flags, bytes: left } => {
                let used = bytes.len().min(*left);
                *left -= used;
                if *left == 0 {
                    self.part = optional(*flags);
                }
                used
            }
            Part::Optional { flags, length } if *flags & HAS_EXTRA != 0 => {
                length.push(bytes[0]);
                if let [low, high] = length[..] {
                    let bytes = usize::from(u16::from_le_bytes([low, high]));
                    self.part = skip(bytes, *flags & !HAS_EXTRA);
                }
                1
            }
            // A name, then a comment, each up to a zero byte.
            Part::Optional { flags, .. } => match memchr::memchr(0, bytes) {
                Some(end) => {
                    let done = if *flags & HAS_NAME != 0 { HAS_NAME } else { HAS_COMMENT };
                    self.part = optional(*flags & !done);
                    end + 1
                }
                None => bytes.len(),
            },
            _ => 0,
        }
    }

    fn inflate(
        &mut self,
        bytes: &[u8],
        inner: &mut [Layer],
        tally: &mut Tally,
        out: &mut Out<'_>,
    ) -> Result<usize, Error> {
        let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
        let status = self.inflate.decompress(bytes, &mut self.unpacked, FlushDecompress::None);
        let used = usize::try_from(self.inflate.total_in() - before_in).unwrap_or(bytes.len());
        let made = usize::try_from(self.inflate.total_out() - before_out).unwrap_or(0);
        let fresh = &self.unpacked[..made];
        self.check.update(fresh);
        tally.count(made)?;
        push(inner, tally, fresh, out)?;
        match status {
            Ok(Status::StreamEnd) => self.part = Part::Trailer(Vec::new()),
            Ok(_) if used > 0 || made > 0 => {}
            Ok(_) | Err(_) => {
                tally.damaged(Warning::GzipDamaged { unpacked: self.inflate.total_out() });
                self.part = Part::Over;
            }
        }
        Ok(used)
    }

    fn finish(&mut self, tally: &mut Tally) {
        match &self.part {
            Part::Over => {}
            Part::Between(held) if held.is_empty() => {}
            Part::Between(_) => tally.damaged(Warning::GzipTrailingJunk),
            // The data are whole, only their checksum is missing.
            Part::Trailer(_) => tally.damaged(Warning::GzipChecksum),
            _ => tally.damaged(Warning::GzipTruncated),
        }
        self.part = Part::Over;
    }
}

/// What comes next of a header with these flags still open.
fn optional(flags: u8) -> Part {
    match flags & (HAS_EXTRA | HAS_NAME | HAS_COMMENT | HAS_CHECKSUM) {
        0 => Part::Body,
        HAS_CHECKSUM => Part::Skip { flags: 0, bytes: 2 },
        flags => Part::Optional { flags, length: Vec::new() },
    }
}

fn skip(bytes: usize, flags: u8) -> Part {
    if bytes == 0 { optional(flags) } else { Part::Skip { flags, bytes } }
}

#[cfg(test)]
mod tests;
