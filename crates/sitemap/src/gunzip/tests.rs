//! Gzip as it is found: layered, cut, followed by junk, hostile.

use std::io::Write as _;

use super::*;

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn unpack(bytes: &[u8], piece: usize) -> (Vec<u8>, Vec<Warning>, Result<(), Error>) {
    let mut gunzip = Gunzip::new(&Limits::default());
    let mut unpacked = Vec::new();
    let mut out = |bytes: &[u8]| {
        unpacked.extend_from_slice(bytes);
        Ok(())
    };
    let mut result = bytes.chunks(piece).try_for_each(|piece| gunzip.push(piece, &mut out));
    if result.is_ok() {
        result = gunzip.finish(&mut out);
    }
    (unpacked, gunzip.take_warnings(), result)
}

fn check(packed: &[u8], expected: &[u8], warnings: &[Warning]) {
    for piece in [1, 2, 7, 100_000] {
        let (unpacked, found, result) = unpack(packed, piece);
        assert_eq!(unpacked, expected, "in pieces of {piece}");
        assert_eq!(found, warnings, "in pieces of {piece}");
        assert_eq!(result, Ok(()));
    }
}

const TEXT: &[u8] = b"<urlset><url><loc>http://a.example/</loc></url></urlset>";

#[test]
fn what_is_not_packed_comes_through() {
    for bytes in [&b""[..], b"a", b"\x1F", b"\x1F\x8B", b"\x1F\x8B\x07abc", b"plain"] {
        check(bytes, bytes, &[]);
    }
}

#[test]
fn layers_are_taken_off_one_by_one() {
    let once = pack(TEXT);
    check(&once, TEXT, &[]);
    check(&pack(&once), TEXT, &[]);
    check(&pack(&pack(&once)), TEXT, &[]);
}

#[test]
fn more_layers_than_the_limit_are_refused() {
    let mut packed = TEXT.to_vec();
    for _ in 0..5 {
        packed = pack(&packed);
    }
    assert_eq!(unpack(&packed, 1000).2, Err(Error::TooDeeplyCompressed { limit: 4 }));
}

#[test]
fn members_are_joined() {
    let packed = [pack(&TEXT[..20]), pack(b""), pack(&TEXT[20..])].concat();
    check(&packed, TEXT, &[]);
    check(&[packed, vec![0; 512]].concat(), TEXT, &[]);
}

#[test]
fn junk_behind_is_ignored_with_a_warning() {
    for junk in [&b"\r\n<!-- cached -->"[..], b"\x1F\x8Bxx", b"\x1F", b"x"] {
        check(&[&pack(TEXT)[..], junk].concat(), TEXT, &[Warning::GzipTrailingJunk]);
    }
}

#[test]
fn a_cut_stream_gives_what_it_holds() {
    let mut noise = 7_u32;
    let text: Vec<u8> = std::iter::repeat_with(|| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'a' + (noise >> 28) as u8
    })
    .take(50_000)
    .collect();
    let packed = pack(&text);
    let (unpacked, warnings, result) = unpack(&packed[..packed.len() / 2], 1000);
    assert!(unpacked.len() > 10_000 && text.starts_with(&unpacked));
    assert_eq!((warnings, result), (vec![Warning::GzipTruncated], Ok(())));
    let cut = packed.len() - 8;
    check(&packed[..cut + 3], &text, &[Warning::GzipChecksum]);
}

#[test]
fn damage_is_told_from_a_cut() {
    let mut packed = pack(TEXT);
    packed[12] ^= 0xFF;
    let (_, warnings, result) = unpack(&packed, 1000);
    assert!(
        matches!(warnings[..], [Warning::GzipDamaged { .. } | Warning::GzipChecksum, ..]),
        "{warnings:?}"
    );
    assert_eq!(result, Ok(()));
}

#[test]
fn optional_header_parts_are_passed_over() {
    let packed = pack(TEXT);
    for flags in 0..32_u8 {
        let mut with = packed[..10].to_vec();
        with[3] = flags;
        if flags & HAS_EXTRA != 0 {
            with.extend_from_slice(&[3, 0, 1, 2, 3]);
        }
        if flags & HAS_NAME != 0 {
            with.extend_from_slice(b"name\0");
        }
        if flags & HAS_COMMENT != 0 {
            with.extend_from_slice(b"\0");
        }
        if flags & HAS_CHECKSUM != 0 {
            with.extend_from_slice(&[0, 0]);
        }
        with.extend_from_slice(&packed[10..]);
        check(&with, TEXT, &[]);
    }
}

#[test]
fn bombs_are_stopped() {
    let zeros = vec![b' '; 32 << 20];
    let packed = pack(&zeros);
    let (unpacked, _, result) = unpack(&packed, 4096);
    assert_eq!(result, Ok(()), "a fast encoder packs below the ratio: {}", unpacked.len() / packed.len());
    let twice = pack(&packed);
    let (unpacked, _, result) = unpack(&twice, 4096);
    assert_eq!(result, Err(Error::TooCompressed { ratio: 250 }));
    assert!(unpacked.len() < 17 << 20);
}
