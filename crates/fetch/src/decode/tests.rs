//! Every coding is undone however its bytes are cut, and damage is told from an end.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http::HeaderValue;
use proptest::prelude::*;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 1).unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let quick = brotli::enc::BrotliEncoderParams { quality: 3, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &quick).unwrap();
    out
}

fn headers(encoding: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_str(encoding).unwrap());
    headers
}

/// Decodes a body that comes in pieces of `cut` bytes.
fn decoded(encoding: &str, wire: &[u8], cut: usize) -> Result<Vec<u8>, Error> {
    let Some(mut decoder) = Decoder::for_headers(&headers(encoding))? else { return Ok(wire.to_vec()) };
    let mut pieces = wire.chunks(cut.max(1));
    let mut out = Vec::new();
    loop {
        match decoder.pull()? {
            Pulled::Piece(piece) => out.extend_from_slice(&piece),
            Pulled::End => return Ok(out),
            Pulled::Hungry => match pieces.next() {
                Some(piece) => decoder.feed(Bytes::copy_from_slice(piece)),
                None => decoder.end(),
            },
        }
    }
}

fn text() -> Vec<u8> {
    lines(4_000)
}

fn lines(count: u32) -> Vec<u8> {
    (0..count).flat_map(|n| format!("{n} line, {}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
}

#[test]
fn every_coding_is_undone_however_it_is_cut() {
    let text = text();
    type Encode = fn(&[u8]) -> Vec<u8>;
    let codings: [(&str, Encode); 6] = [
        ("gzip", gzip),
        ("X-GZIP", gzip),
        ("deflate", zlib),
        ("deflate", deflate),
        ("br", brotli),
        ("zstd", zstd),
    ];
    for (name, encode) in codings {
        let wire = encode(&text);
        for cut in [17, 1_000, wire.len()] {
            assert!(decoded(name, &wire, cut).unwrap() == text, "{name} cut to {cut}");
        }
        assert_eq!(decoded(name, &encode(b""), 3).unwrap(), b"", "{name} of nothing");
        assert_eq!(decoded(name, b"", 3).unwrap(), b"", "{name} without any bytes");
    }
}

#[test]
fn stacked_codings_are_undone_last_first() {
    let text = text();
    let wire = brotli(&gzip(&text));
    assert!(decoded("gzip, br", &wire, 1_000).unwrap() == text);
    assert!(decoded("identity, gzip,br", &wire, 1).unwrap() == text);
    let deep = gzip(&gzip(&gzip(&text)));
    assert!(decoded("gzip, gzip, gzip", &deep, 500).unwrap() == text);
    assert_eq!(decoded("gzip, gzip, gzip, gzip", &deep, 500).unwrap_err().code(), "too_large");
}

#[test]
fn several_members_are_one_body_and_padding_is_ignored() {
    let wire = [gzip(b"one "), gzip(b"two")].concat();
    for cut in [1, 5, wire.len()] {
        assert_eq!(decoded("gzip", &wire, cut).unwrap(), b"one two");
        assert_eq!(decoded("gzip", &[&*wire, b"\0\0\0\0"].concat(), cut).unwrap(), b"one two");
        assert_eq!(decoded("zstd", &[zstd(b"one "), zstd(b"two")].concat(), cut).unwrap(), b"one two");
    }
}

#[test]
fn plain_text_that_claims_to_be_gzip_is_left_as_it_is() {
    assert_eq!(decoded("gzip", b"<html>", 2).unwrap(), b"<html>");
}

#[test]
fn names_that_are_no_codings_change_nothing() {
    for name in ["identity", "utf-8", "none", "", "binary"] {
        assert_eq!(decoded(name, b"text", 4).unwrap(), b"text", "{name}");
    }
    assert_eq!(decoded("compress", b"x", 1).unwrap_err().code(), "decode");
}

#[test]
fn a_cut_body_gives_what_came_and_then_an_error() {
    // Longer than a block of zstd, which is decoded whole or not at all.
    let text = lines(40_000);
    for (name, wire) in
        [("gzip", gzip(&text)), ("deflate", zlib(&text)), ("br", brotli(&text)), ("zstd", zstd(&text))]
    {
        let half = wire.get(..wire.len() / 2).unwrap();
        let mut decoder = Decoder::for_headers(&headers(name)).unwrap().unwrap();
        decoder.feed(Bytes::copy_from_slice(half));
        decoder.end();
        let mut came = 0;
        let end = loop {
            match decoder.pull() {
                Ok(Pulled::Piece(piece)) => came += piece.len(),
                other => break other,
            }
        };
        assert!(came > 0, "{name} gives what came");
        assert_eq!(end.unwrap_err().code(), "decode", "{name}");
    }
}

#[test]
fn a_piece_is_never_larger_than_its_bound() {
    let bomb = gzip(&vec![0; 50_000_000]);
    let mut decoder = Decoder::for_headers(&headers("gzip")).unwrap().unwrap();
    decoder.feed(bomb.into());
    for _ in 0..100 {
        let Pulled::Piece(piece) = decoder.pull().unwrap() else { panic!("a piece") };
        assert!(piece.len() <= PIECE_BYTES);
    }
}

proptest! {
    #[test]
    fn noise_never_panics_and_always_ends(
        name in "(gzip|deflate|br|zstd|gzip, br|deflate, zstd)",
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        cut in 1usize..50,
    ) {
        let _ = decoded(&name, &bytes, cut);
        let _ = decoded(&name, &[b"\x1f\x8b\x08\0\0\0\0\0\0\0", &*bytes].concat(), cut);
        let _ = decoded(&name, &[b"\x28\xb5\x2f\xfd", &*bytes].concat(), cut);
    }
}
