//! The four codecs behind one step: some input taken, some output made.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::{Decompress, FlushDecompress, Status};
use zstd::stream::raw::{DParameter, Decoder as Zstd, Operation};

use super::Coding;

/// The largest window a zstd frame may ask for, as RFC 9659 has it for the web: 8 MiB.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;
/// Gzip members and zstd frames in one body: many, since block-wise compressors write one each 64 KiB.
const MAX_MEMBERS: u32 = 100_000;
/// The window bits of deflate.
const DEFLATE_WINDOW: u8 = 15;

/// What one step did.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) taken: usize,
    pub(super) made: usize,
    pub(super) done: bool,
}

pub(super) enum Codec {
    /// Gzip before its first byte and between members.
    Gzip {
        members: u32,
    },
    /// A gzip member.
    Member {
        inflate: Decompress,
        members: u32,
    },
    /// Deflate before it is known whether it has the zlib header that it should have.
    Deflate,
    /// A zlib or raw deflate stream.
    Inflate(Decompress),
    /// What claimed to be gzip and is not: as it is.
    Plain,
    Brotli(Box<BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>>),
    Zstd {
        decoder: Zstd<'static>,
        within: bool,
        frames: u32,
    },
}

impl Codec {
    pub(super) fn new(coding: Coding) -> Result<Self, String> {
        Ok(match coding {
            Coding::Gzip => Self::Gzip { members: 0 },
            Coding::Deflate => Self::Deflate,
            Coding::Brotli => {
                let (a, b, c) =
                    (StandardAlloc::default(), StandardAlloc::default(), StandardAlloc::default());
                Self::Brotli(Box::new(BrotliState::new_strict(a, b, c)))
            }
            Coding::Zstd => {
                let mut decoder = Zstd::new().map_err(|error| error.to_string())?;
                let window = DParameter::WindowLogMax(ZSTD_WINDOW_LOG_MAX);
                decoder.set_parameter(window).map_err(|error| error.to_string())?;
                Self::Zstd { decoder, within: false, frames: 0 }
            }
        })
    }

    /// The bytes of input without which a step can tell nothing.
    pub(super) fn needs(&self) -> usize {
        if matches!(self, Self::Deflate) { 2 } else { 1 }
    }

    /// Takes from `input`, makes into `output`; `ended` says that no more input will come.
    pub(super) fn step(&mut self, input: &[u8], output: &mut [u8], ended: bool) -> Result<Step, String> {
        match self {
            Self::Gzip { members } => {
                let Some(first) = input.first() else { return Ok(Step { taken: 0, made: 0, done: ended }) };
                match (*first, *members) {
                    (0x1f, MAX_MEMBERS..) => return Err(format!("more than {MAX_MEMBERS} gzip members")),
                    (0x1f, members) => *self = Self::Member { inflate: new_gzip(), members },
                    (_, 0) => *self = Self::Plain,
                    // Padding after the last member.
                    _ => return Ok(Step { taken: input.len(), made: 0, done: true }),
                }
                self.step(input, output, ended)
            }
            Self::Member { inflate, members } => {
                let mut step = inflated(inflate, input, output)?;
                if step.done {
                    *self = Self::Gzip { members: *members + 1 };
                    step.done = ended && step.taken == input.len();
                }
                Ok(step)
            }
            Self::Deflate => {
                let byte = |at: usize| input.get(at).copied().unwrap_or_default();
                let zlib = byte(0) & 0x0f == 8 && u16::from_be_bytes([byte(0), byte(1)]) % 31 == 0;
                *self = Self::Inflate(Decompress::new(zlib));
                self.step(input, output, ended)
            }
            Self::Inflate(inflate) => inflated(inflate, input, output),
            Self::Plain => {
                let made = input.len().min(output.len());
                if let (Some(to), Some(from)) = (output.get_mut(..made), input.get(..made)) {
                    to.copy_from_slice(from);
                }
                Ok(Step { taken: made, made, done: ended && made == input.len() })
            }
            Self::Brotli(state) => unbrotlied(state, input, output),
            Self::Zstd { decoder, within, frames } => {
                if input.is_empty() && !*within {
                    return Ok(Step { taken: 0, made: 0, done: ended });
                }
                let status = decoder.run_on_buffers(input, output).map_err(|error| error.to_string())?;
                let (taken, made) = (status.bytes_read, status.bytes_written);
                if status.remaining == 0 && (taken > 0 || made > 0) {
                    *within = false;
                    *frames += 1;
                    if *frames > MAX_MEMBERS {
                        return Err(format!("more than {MAX_MEMBERS} zstd frames"));
                    }
                } else if taken > 0 {
                    *within = true;
                }
                Ok(Step { taken, made, done: ended && !*within && taken == input.len() })
            }
        }
    }
}

fn new_gzip() -> Decompress {
    Decompress::new_gzip(DEFLATE_WINDOW)
}

fn inflated(inflate: &mut Decompress, input: &[u8], output: &mut [u8]) -> Result<Step, String> {
    let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
    let status =
        inflate.decompress(input, output, FlushDecompress::None).map_err(|error| error.to_string())?;
    let delta = |after: u64, before: u64| usize::try_from(after - before).unwrap_or(usize::MAX);
    Ok(Step {
        taken: delta(inflate.total_in(), before_in),
        made: delta(inflate.total_out(), before_out),
        done: status == Status::StreamEnd,
    })
}

fn unbrotlied(
    state: &mut BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    input: &[u8],
    output: &mut [u8],
) -> Result<Step, String> {
    let (mut left_in, mut taken) = (input.len(), 0);
    let (mut left_out, mut made, mut total) = (output.len(), 0, 0);
    let result = BrotliDecompressStream(
        &mut left_in,
        &mut taken,
        input,
        &mut left_out,
        &mut made,
        output,
        &mut total,
        state,
    );
    match result {
        BrotliResult::ResultFailure => Err("invalid data".into()),
        result => Ok(Step { taken, made, done: matches!(result, BrotliResult::ResultSuccess) }),
    }
}
