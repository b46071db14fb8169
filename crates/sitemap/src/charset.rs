//! From whatever charset to UTF-8, as bytes arrive: byte order marks, declarations, and what the bytes look like.

mod detect;

use encoding_rs::{Decoder, Encoding, UTF_8};

use detect::{Evidence, Start};

/// How many bytes are awaited before a byte order mark and a declaration are looked for.
const HEAD_BYTES: usize = 4 << 10;
/// How many bytes, from the first that is not ASCII on, decide whether the file is UTF-8.
const SAMPLE_BYTES: usize = 16 << 10;

/// A converter for one file.
#[derive(Debug)]
pub(crate) struct Charset {
    state: State,
    evidence: Evidence,
    /// Invalid sequences were replaced.
    pub(crate) invalid: bool,
    /// The WHATWG name of the charset in use, so far as it is known.
    pub(crate) name: &'static str,
}

#[derive(Debug)]
enum State {
    Head(Vec<u8>),
    /// Only ASCII so far, which is the same in all charsets that are left.
    Ascii,
    Sample(Vec<u8>),
    /// With the beginning of a sequence that is not whole yet.
    Utf8(Vec<u8>),
    Legacy(Box<Decoder>),
    Utf32 {
        big_endian: bool,
        held: Vec<u8>,
    },
}

impl Charset {
    /// `hint` is a label from outside, `tld` the top-level domain of the site: both count only where the bytes do not
    /// say.
    pub(crate) fn new(hint: Option<&str>, tld: Option<&str>) -> Self {
        let evidence = Evidence::new(hint, tld);
        Self { state: State::Head(Vec::new()), evidence, invalid: false, name: UTF_8.name() }
    }

    /// The label that the file declares though it is written in another charset, if it does.
    pub(crate) fn wrong_label(&self) -> Option<&str> {
        let declared = self.evidence.declared_label.as_deref()?;
        let is_decided = !matches!(self.state, State::Ascii | State::Head(_));
        let agrees =
            Encoding::for_label(declared.as_bytes()).is_some_and(|encoding| encoding.name() == self.name);
        (is_decided && !agrees && !declared.to_ascii_lowercase().starts_with("utf-32")).then_some(declared)
    }

    /// Appends what `bytes` say to `out`. `last` says that no more follow.
    pub(crate) fn push(&mut self, bytes: &[u8], last: bool, out: &mut String) {
        match &mut self.state {
            State::Head(held) => {
                held.extend_from_slice(bytes);
                if held.len() >= HEAD_BYTES || last {
                    let held = std::mem::take(held);
                    self.begin(&held[..held.len().min(HEAD_BYTES)]);
                    self.push(&held, last, out);
                }
            }
            State::Ascii => {
                let (ascii, rest) = bytes.split_at(Encoding::ascii_valid_up_to(bytes));
                push_utf8(ascii, out);
                if !rest.is_empty() {
                    self.state = State::Sample(Vec::new());
                    self.push(rest, last, out);
                }
            }
            State::Sample(held) => {
                let missing = SAMPLE_BYTES.saturating_sub(held.len()).min(bytes.len());
                held.extend_from_slice(&bytes[..missing]);
                if held.len() >= SAMPLE_BYTES || last {
                    let held = std::mem::take(held);
                    self.decide(&held);
                    self.push(&held, last && missing == bytes.len(), out);
                    if missing < bytes.len() {
                        self.push(&bytes[missing..], last, out);
                    }
                }
            }
            State::Utf8(held) => self.invalid |= utf8(held, bytes, last, out),
            State::Legacy(decoder) => self.invalid |= legacy(decoder, bytes, last, out),
            State::Utf32 { big_endian, held } => self.invalid |= utf32(*big_endian, held, bytes, last, out),
        }
    }

    /// Decides what can be decided from the beginning of the file.
    fn begin(&mut self, head: &[u8]) {
        (self.state, self.name) = match self.evidence.start(head) {
            Start::Utf8 => (State::Utf8(Vec::new()), UTF_8.name()),
            Start::Utf32 { big_endian: true } => {
                (State::Utf32 { big_endian: true, held: Vec::new() }, "UTF-32BE")
            }
            Start::Utf32 { big_endian: false } => {
                (State::Utf32 { big_endian: false, held: Vec::new() }, "UTF-32LE")
            }
            Start::Fixed(encoding) => (decoder(encoding), encoding.name()),
            Start::LikeAscii => (State::Ascii, UTF_8.name()),
        };
    }

    /// Decides from a sample that begins with the first byte that is not ASCII.
    fn decide(&mut self, sample: &[u8]) {
        let encoding = self.evidence.judge(sample);
        self.state = if encoding == UTF_8 { State::Utf8(Vec::new()) } else { decoder(encoding) };
        self.name = encoding.name();
    }
}

fn decoder(encoding: &'static Encoding) -> State {
    State::Legacy(Box::new(encoding.new_decoder_without_bom_handling()))
}

/// Appends bytes that are valid.
fn push_utf8(bytes: &[u8], out: &mut String) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        out.push_str(text);
    }
}

/// Appends UTF-8 with U+FFFD for what is invalid; holds back a sequence that is not whole. Tells whether any was.
fn utf8(held: &mut Vec<u8>, bytes: &[u8], last: bool, out: &mut String) -> bool {
    if !held.is_empty() {
        held.extend_from_slice(bytes);
        let joined = std::mem::take(held);
        return utf8(held, &joined, last, out);
    }
    let mut rest = bytes;
    let mut invalid = false;
    while let Err(error) = std::str::from_utf8(rest) {
        push_utf8(&rest[..error.valid_up_to()], out);
        rest = &rest[error.valid_up_to()..];
        match error.error_len() {
            Some(length) => rest = &rest[length..],
            None if last => rest = &[],
            None => {
                held.extend_from_slice(rest);
                return invalid;
            }
        }
        out.push(char::REPLACEMENT_CHARACTER);
        invalid = true;
    }
    push_utf8(rest, out);
    invalid
}

fn legacy(decoder: &mut Decoder, bytes: &[u8], last: bool, out: &mut String) -> bool {
    let most = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len().saturating_mul(3));
    out.reserve(most);
    let (_, _, invalid) = decoder.decode_to_string(bytes, out, last);
    invalid
}

fn utf32(big_endian: bool, held: &mut Vec<u8>, bytes: &[u8], last: bool, out: &mut String) -> bool {
    let mut invalid = false;
    for &byte in bytes {
        held.push(byte);
        if let [a, b, c, d] = held[..] {
            let code =
                if big_endian { u32::from_be_bytes([a, b, c, d]) } else { u32::from_le_bytes([a, b, c, d]) };
            let character = char::from_u32(code);
            invalid |= character.is_none();
            out.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
            held.clear();
        }
    }
    invalid || (last && !held.is_empty())
}

#[cfg(test)]
mod tests;
