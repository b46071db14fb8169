//! What bytes are, judged by themselves: the WHATWG mimesniff standard as far as a crawler needs it, and the XML and JSON
//! that it leaves to the headers.

/// The bytes that are looked at; more change nothing.
pub(crate) const SNIFFED_BYTES: usize = 1024;

/// A kind of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sniffed {
    /// Nothing there, or white space only.
    Empty,
    /// HTML or XHTML.
    Html,
    /// XML that is not XHTML: sitemaps, feeds.
    Xml,
    /// JSON.
    Json,
    /// Text of some other kind.
    Text,
    /// A gzip member.
    Gzip,
    /// A ZIP archive, with office documents.
    Zip,
    /// PDF.
    Pdf,
    /// An image, SVG excepted (that is XML).
    Image,
    /// Sound, video or a font.
    Media,
    /// Something binary.
    Binary,
}

/// Beginnings that tell (mimesniff section 6 and 7.1).
const MAGIC: [(&[u8], Sniffed); 26] = [
    (b"\x1f\x8b", Sniffed::Gzip),
    (b"%PDF-", Sniffed::Pdf),
    (b"PK\x03\x04", Sniffed::Zip),
    (b"\x89PNG\r\n\x1a\n", Sniffed::Image),
    (b"\xff\xd8\xff", Sniffed::Image),
    (b"GIF87a", Sniffed::Image),
    (b"GIF89a", Sniffed::Image),
    (b"BM", Sniffed::Image),
    (b"\x00\x00\x01\x00", Sniffed::Image),
    (b"\x00\x00\x02\x00", Sniffed::Image),
    (b"II*\x00", Sniffed::Image),
    (b"MM\x00*", Sniffed::Image),
    (b"OggS\x00", Sniffed::Media),
    (b"ID3", Sniffed::Media),
    (b"\x1a\x45\xdf\xa3", Sniffed::Media),
    (b"fLaC", Sniffed::Media),
    (b"MThd\x00\x00\x00\x06", Sniffed::Media),
    (b"wOFF", Sniffed::Media),
    (b"wOF2", Sniffed::Media),
    (b"OTTO", Sniffed::Media),
    (b"\x00\x01\x00\x00", Sniffed::Media),
    (b"Rar!\x1a\x07", Sniffed::Binary),
    (b"7z\xbc\xaf\x27\x1c", Sniffed::Binary),
    (b"\x28\xb5\x2f\xfd", Sniffed::Binary),
    (b"%!PS-Adobe-", Sniffed::Binary),
    (b"MZ", Sniffed::Binary),
];

/// Tags that only HTML begins with (mimesniff section 7.1), lower-case.
const HTML_TAGS: [&[u8]; 22] = [
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<iframe",
    b"<h1",
    b"<div",
    b"<font",
    b"<table",
    b"<a",
    b"<style",
    b"<title",
    b"<b",
    b"<br",
    b"<p",
    b"<meta",
    b"<link",
    b"<section",
    b"<header",
    b"<main",
    b"<span",
];

/// Judges by the first kibibyte.
pub fn sniff(bytes: &[u8]) -> Sniffed {
    let bytes = bytes.get(..SNIFFED_BYTES).unwrap_or(bytes);
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        let is_text_after_all = matches!(*kind, Sniffed::Image | Sniffed::Binary) && !looks_binary(bytes);
        if !is_text_after_all {
            return *kind;
        }
    }
    if let Some(kind) = boxed(bytes) {
        return kind;
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return sniff_text(&narrowed(bytes));
    }
    if looks_binary(bytes) {
        // UTF-16 without a mark: every second byte of `<?xml` or `<html` is nil.
        return match bytes {
            [b'<', 0, ..] | [0, b'<', ..] => sniff_text(&narrowed(bytes)),
            _ => Sniffed::Binary,
        };
    }
    sniff_text(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
}

/// RIFF and ISO media, which name their kind further in.
fn boxed(bytes: &[u8]) -> Option<Sniffed> {
    match (bytes.get(..4)?, bytes.get(4..8)?, bytes.get(8..12)?) {
        (b"RIFF", _, b"WEBP") => Some(Sniffed::Image),
        (b"RIFF", _, b"WAVE" | b"AVI ") => Some(Sniffed::Media),
        (_, b"ftyp", b"avif" | b"avis" | b"heic" | b"mif1") => Some(Sniffed::Image),
        (_, b"ftyp", _) => Some(Sniffed::Media),
        _ => None,
    }
}

fn sniff_text(bytes: &[u8]) -> Sniffed {
    let mut text = bytes.trim_ascii_start();
    while let Some(rest) = text.strip_prefix(b"<!--") {
        let end = memchr::memmem::find(rest, b"-->").map_or(rest.len(), |at| at + 3);
        text = rest.get(end..).unwrap_or_default().trim_ascii_start();
        if text.is_empty() {
            return Sniffed::Html;
        }
    }
    match text.first() {
        None => Sniffed::Empty,
        Some(b'<') => sniff_markup(text),
        Some(b'{') if json_object(text) => Sniffed::Json,
        Some(b'[') if json_array(text) => Sniffed::Json,
        Some(_) => Sniffed::Text,
    }
}

fn sniff_markup(text: &[u8]) -> Sniffed {
    let lower = text.to_ascii_lowercase();
    let ends_tag =
        |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace() || b">/".contains(byte));
    let is_tag = |tag: &&[u8]| lower.starts_with(tag) && ends_tag(lower.get(tag.len()));
    if HTML_TAGS.iter().any(is_tag) {
        return Sniffed::Html;
    }
    if lower.starts_with(b"<?xml") || lower.starts_with(b"<!doctype") {
        // XHTML is XML by its declaration and HTML by its root.
        let has = |needle: &[u8]| memchr::memmem::find(&lower, needle).is_some();
        return if has(b"<!doctype html") || has(b"<html") { Sniffed::Html } else { Sniffed::Xml };
    }
    match lower.get(1) {
        Some(b'a'..=b'z' | b'!' | b'?') => Sniffed::Xml,
        _ => Sniffed::Text,
    }
}

/// After the brace a quoted key or the end.
fn json_object(text: &[u8]) -> bool {
    matches!(text.get(1..).unwrap_or_default().trim_ascii_start().first(), Some(b'"' | b'}'))
}

fn json_array(text: &[u8]) -> bool {
    let inside = text.get(1..).unwrap_or_default().trim_ascii_start();
    matches!(inside.first(), Some(b'"' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9'))
        || [&b"true"[..], b"false", b"null"].iter().any(|word| inside.starts_with(word))
}

/// Whether a byte stands there that no text has (mimesniff section 3, "binary data byte").
fn looks_binary(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| matches!(byte, 0x00..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f))
}

/// The ASCII part of UTF-16, which is all that is looked for.
fn narrowed(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| (1..0x80).contains(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_by_its_beginning() {
        let check = |bytes: &[u8], want| assert_eq!(sniff(bytes), want, "{}", bytes.escape_ascii());
        check(b"", Sniffed::Empty);
        check(b" \r\n", Sniffed::Empty);
        check(b"<!DOCTYPE HTML PUBLIC \"x\">", Sniffed::Html);
        check(b"\xef\xbb\xbf\n <html lang=de>", Sniffed::Html);
        check(b"<!-- cached --><!-- twice --> <body>", Sniffed::Html);
        check(b"<a href=x>", Sniffed::Html);
        check(b"<article-list>", Sniffed::Xml);
        check(b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML'>", Sniffed::Html);
        check(b"<?xml version='1.0'?><urlset>", Sniffed::Xml);
        check(b"<urlset xmlns='x'>", Sniffed::Xml);
        check(b"\xff\xfe<\0?\0x\0m\0l\0 \0", Sniffed::Xml);
        check(b"\0<\0h\0t\0m\0l\0>", Sniffed::Html);
        check(b"\x1f\x8b\x08\0", Sniffed::Gzip);
        check(b"%PDF-1.7", Sniffed::Pdf);
        check(b"PK\x03\x04", Sniffed::Zip);
        check(b"\x89PNG\r\n\x1a\n", Sniffed::Image);
        check(b"RIFF\x10\0\0\0WEBPVP8 ", Sniffed::Image);
        check(b"\0\0\0\x20ftypisom", Sniffed::Media);
        check(b"{\"a\": 1}", Sniffed::Json);
        check(b" [1, 2]", Sniffed::Json);
        check(b"{margin: 0}", Sniffed::Text);
        check(b"[section]", Sniffed::Text);
        check(b"BMW sells cars", Sniffed::Text);
        check(b"https://a.example/\nhttps://b.example/", Sniffed::Text);
        check(b"\x7fELF\x02\x01\x01\0", Sniffed::Binary);
        check(b"a < b", Sniffed::Text);
        check(b"< 5", Sniffed::Text);
    }
}
