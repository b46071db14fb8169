//! Bytes to text: what the bytes are is believed before what anybody says they are.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

/// Bytes at the start in which `<meta charset>` is looked for.
const META_BYTES: usize = 4_096;
/// Bytes that the detector looks at, from the first that is not ASCII.
const DETECT_BYTES: usize = 16 << 10;

/// Decodes a page: byte order mark, valid UTF-8, the HTTP charset, the page's own, the detector; in that order.
pub(crate) fn decode<'b>(bytes: &'b [u8], http: Option<&str>, host: Option<&str>) -> Cow<'b, str> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode_with_bom_removal(bytes).0;
    }
    // Who says UTF-8 is proved right or wrong by the bytes.
    let other = |encoding: &&'static Encoding| *encoding != UTF_8;
    let declared = http.and_then(label).filter(other).or_else(|| in_meta(bytes).filter(other));
    if declared.is_some_and(|encoding| encoding.name() == "ISO-2022-JP") && bytes.contains(&0x1B) {
        return declared.unwrap_or(UTF_8).decode_without_bom_handling(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(_) if looks_wide(bytes) => wide(bytes).decode_without_bom_handling(bytes).0,
        Ok(text) => Cow::Borrowed(text),
        Err(_) if looks_wide(bytes) => wide(bytes).decode_without_bom_handling(bytes).0,
        Err(_) if nearly_utf8(bytes) => String::from_utf8_lossy(bytes),
        Err(_) => {
            let encoding = declared.unwrap_or_else(|| detected(bytes, host));
            encoding.decode_without_bom_handling(bytes).0
        }
    }
}

/// An encoding by its name; the wide ones cannot be what bytes of ASCII say of themselves.
fn label(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().trim_matches(['"', '\'']);
    Encoding::for_label(name.as_bytes()).filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
}

fn in_meta(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(META_BYTES)];
    memmem::find_iter(head, b"charset").find_map(|found| {
        let after = head[found + 7..].trim_ascii_start().strip_prefix(b"=")?;
        let after = after.trim_ascii_start();
        let after = after.strip_prefix(b"\"").or(after.strip_prefix(b"'")).unwrap_or(after);
        let end = after.iter().position(|byte| !(byte.is_ascii_alphanumeric() || b"-_:.".contains(byte)));
        label(std::str::from_utf8(&after[..end.unwrap_or(after.len())]).ok()?)
    })
}

/// Every second byte zero: UTF-16 without a mark.
fn looks_wide(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(200)];
    head.len() >= 4 && head.iter().filter(|byte| **byte == 0).count() * 5 >= head.len() * 2
}

fn wide(bytes: &[u8]) -> &'static Encoding {
    if bytes.first() == Some(&0) { UTF_16BE } else { UTF_16LE }
}

/// UTF-8 with a little damage: a character cut in two, a snippet in another charset.
fn nearly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 10 * bad
}

fn detected(bytes: &[u8], host: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let sample = &bytes[start..bytes.len().min(start + DETECT_BYTES)];
    detector.feed(sample, start + sample.len() == bytes.len());
    let top = host.and_then(|host| host.rsplit('.').next()).filter(|top| {
        // The detector takes nothing but a top-level domain in lower case.
        !top.is_empty() && top.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    detector.guess(top.map(str::as_bytes), Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], http: Option<&str>, expected: &str) {
        assert_eq!(decode(bytes, http, None), expected, "{bytes:?}");
    }

    #[test]
    fn bytes_are_believed_before_declarations() {
        check(
            "<meta charset=windows-1251>ž é".as_bytes(),
            Some("windows-1250"),
            "<meta charset=windows-1251>ž é",
        );
        check(b"\xEF\xBB\xBFa", Some("windows-1251"), "a");
        check(b"\xFF\xFEa\0@\0", None, "a@");
        check(b"a\0@\0b\0.\0", None, "a@b.");
        check(b"\0a\0@\0b\0.", None, "a@b.");
    }

    #[test]
    fn declarations_are_believed_before_the_detector() {
        check(b"M\xFCnchen", Some("iso-8859-1"), "München");
        check(b"<meta charset = 'windows-1251'>\xCC\xEE", None, "<meta charset = 'windows-1251'>Мо");
        check(b"<meta charset=utf-8>M\xFCnchen", None, "<meta charset=utf-8>München");
        check(b"M\xFCnchen Stra\xDFe", None, "München Straße");
        check(b"<meta charset=windows-1251>\xCC\xEE", Some("utf-8"), "<meta charset=windows-1251>Мо");
    }

    #[test]
    fn a_character_cut_in_two_does_not_change_the_charset() {
        let text = "üöäéüöäéüöäé".as_bytes();
        check(&text[..text.len() - 1], Some("windows-1252"), "üöäéüöäéüöä\u{FFFD}");
    }
}
