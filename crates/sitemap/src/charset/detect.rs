//! Which charset a file is in: byte order mark over what the bytes look like over declaration over hint over guess.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

/// Longest label kept for messages, in bytes.
const MAX_LABEL_BYTES: usize = 40;

/// All that is known of the charset besides the text's own bytes.
#[derive(Debug)]
pub(super) struct Evidence {
    hint: Option<&'static Encoding>,
    declared: Option<&'static Encoding>,
    tld: Option<String>,
    /// The label in the XML declaration.
    pub(super) declared_label: Option<String>,
}

/// How to begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Start {
    Utf8,
    Utf32 {
        big_endian: bool,
    },
    /// Certain, and not a superset of ASCII.
    Fixed(&'static Encoding),
    /// UTF-8 or one of the many in which ASCII bytes are ASCII.
    LikeAscii,
}

impl Evidence {
    pub(super) fn new(hint: Option<&str>, tld: Option<&str>) -> Self {
        let tld = tld.filter(|tld| tld.bytes().all(|byte| byte.is_ascii_lowercase())).map(str::to_owned);
        Self { hint: hint.and_then(legacy), declared: None, tld, declared_label: None }
    }

    /// Looks at the first bytes of the file.
    pub(super) fn start(&mut self, head: &[u8]) -> Start {
        self.declared_label = declared_label(head);
        self.declared = self.declared_label.as_deref().and_then(legacy);
        // The order matters: the mark of UTF-32LE begins with the mark of UTF-16LE.
        match *head {
            [0xFF, 0xFE, 0, 0, ..] => Start::Utf32 { big_endian: false },
            [0, 0, 0xFE, 0xFF, ..] => Start::Utf32 { big_endian: true },
            [0xFF, 0xFE, b'<' | b'h', b'?' | b'!' | b'a'..=b'z', ..] => Start::LikeAscii,
            [0xFF, 0xFE, ..] => Start::Fixed(UTF_16LE),
            [0xFE, 0xFF, ..] => Start::Fixed(UTF_16BE),
            [0xEF, 0xBB, 0xBF, ..] => Start::Utf8,
            [1..=255, 0, 0, 0, 1..=255, 0, 0, 0, ..] => Start::Utf32 { big_endian: false },
            [0, 0, 0, 1..=255, 0, 0, 0, 1..=255, ..] => Start::Utf32 { big_endian: true },
            [1..=255, 0, 1..=255, 0, ..] => Start::Fixed(UTF_16LE),
            [0, 1..=255, 0, 1..=255, ..] => Start::Fixed(UTF_16BE),
            _ if self.declared == Some(ISO_2022_JP) => Start::Fixed(ISO_2022_JP),
            _ => Start::LikeAscii,
        }
    }

    /// The charset of text that is not all ASCII. Valid UTF-8 is hardly ever anything else, so it is believed over a
    /// declaration.
    pub(super) fn judge(&self, sample: &[u8]) -> &'static Encoding {
        let (valid, invalid) = count_sequences(sample);
        if invalid == 0 || valid > invalid * 4 {
            return UTF_8;
        }
        self.declared.or(self.hint).unwrap_or_else(|| {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(sample, true);
            detector.guess(self.tld.as_deref().map(str::as_bytes), Utf8Detection::Deny)
        })
    }
}

/// The encoding with this label, if it is one of those that extend ASCII and are not UTF-8.
fn legacy(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label(label.as_bytes())?;
    let is_legacy = ![UTF_8, UTF_16BE, UTF_16LE, REPLACEMENT].contains(&encoding);
    is_legacy.then_some(encoding)
}

/// What `<?xml ... encoding="label"` says, wherever it stands in `head`.
fn declared_label(head: &[u8]) -> Option<String> {
    let declaration = &head[memmem::find(head, b"<?xml")?..];
    let declaration = &declaration[..memchr::memchr(b'>', declaration)?];
    let rest = &declaration[memmem::find(declaration, b"encoding")? + 8..];
    let rest = rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let label =
        rest.split(|byte| matches!(byte, b'"' | b'\'' | b' ' | b'?')).find(|part| !part.is_empty())?;
    let label = label.get(..MAX_LABEL_BYTES).unwrap_or(label);
    std::str::from_utf8(label).ok().map(str::to_owned)
}

/// How many sequences of several bytes are valid UTF-8, and how many are not. One cut off at the end is neither.
fn count_sequences(sample: &[u8]) -> (usize, usize) {
    let (mut valid, mut invalid) = (0, 0);
    let mut rest = sample;
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) => return (valid + multi_byte(text), invalid),
            Err(error) => {
                valid += std::str::from_utf8(&rest[..error.valid_up_to()]).map_or(0, multi_byte);
                let Some(length) = error.error_len() else {
                    return (valid, invalid + usize::from(valid == 0));
                };
                invalid += 1;
                rest = &rest[error.valid_up_to() + length..];
            }
        }
    }
}

fn multi_byte(text: &str) -> usize {
    text.chars().filter(|character| !character.is_ascii()).count()
}
