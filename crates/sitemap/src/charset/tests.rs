//! Charsets: what is declared, what is there, and which is believed.

use encoding_rs::{BIG5, EUC_KR, ISO_2022_JP, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

use super::*;

fn convert(bytes: &[u8], hint: Option<&str>, piece: usize) -> (String, &'static str, bool) {
    let mut charset = Charset::new(hint, Some("com"));
    let mut out = String::new();
    for piece in bytes.chunks(piece) {
        charset.push(piece, false, &mut out);
    }
    charset.push(&[], true, &mut out);
    (out, charset.name, charset.invalid)
}

fn check(bytes: &[u8], expected: &str, name: &str) {
    for piece in [1, 3, 1000, 1 << 20] {
        let (text, used, _) = convert(bytes, None, piece);
        assert_eq!(text.trim_start_matches('\u{FEFF}'), expected, "in pieces of {piece}");
        assert_eq!(used, name, "{expected}");
    }
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn utf32(text: &str, bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
    text.chars().flat_map(|character| bytes(character.into())).collect()
}

const TEXT: &str = "<?xml version=\"1.0\"?><loc>http://a.example/straße/ツ/😀</loc>";

#[test]
fn unicode_is_known_with_and_without_its_mark() {
    check(TEXT.as_bytes(), TEXT, "UTF-8");
    let marked = format!("\u{FEFF}{TEXT}");
    check(marked.as_bytes(), TEXT, "UTF-8");
    check(format!("\u{FEFF}{marked}").as_bytes(), TEXT, "UTF-8");
    for text in [TEXT, &marked] {
        check(&utf16(text, u16::to_le_bytes), TEXT, "UTF-16LE");
        check(&utf16(text, u16::to_be_bytes), TEXT, "UTF-16BE");
        check(&self::utf32(text, u32::to_le_bytes), TEXT, "UTF-32LE");
        check(&self::utf32(text, u32::to_be_bytes), TEXT, "UTF-32BE");
    }
}

#[test]
fn declared_charsets_are_used() {
    for (encoding, word) in [
        (WINDOWS_1251, "страница"),
        (WINDOWS_1252, "straße"),
        (SHIFT_JIS, "ページ"),
        (EUC_KR, "페이지"),
        (BIG5, "頁面"),
        (ISO_2022_JP, "ページ"),
    ] {
        let text = format!(
            "<?xml version='1.0' encoding = '{}' ?><loc>http://a.example/{word}</loc>",
            encoding.name()
        );
        check(&encoding.encode(&text).0, &text, encoding.name());
    }
}

#[test]
fn valid_utf8_is_believed_over_a_declaration() {
    let text = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><loc>http://a.example/straße</loc>";
    check(text.as_bytes(), text, "UTF-8");
    let mut charset = Charset::new(None, None);
    charset.push(text.as_bytes(), true, &mut String::new());
    assert_eq!(charset.wrong_label(), Some("ISO-8859-1"));
}

#[test]
fn a_declared_utf16_that_is_not_is_ignored() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><loc>http://a.example/straße</loc>";
    check(text.as_bytes(), text, "UTF-8");
}

#[test]
fn undeclared_bytes_are_guessed() {
    let text = "<loc>http://a.example/straße/für/schöne/Mädchen</loc>";
    check(&WINDOWS_1252.encode(text).0, text, "windows-1252");
    let text = "<loc>http://a.example/новости/страница/контакты</loc>";
    check(&WINDOWS_1251.encode(text).0, text, "windows-1251");
}

#[test]
fn a_hint_counts_where_the_bytes_do_not_say() {
    let bytes = b"<loc>http://a.example/\xF1\xF2</loc>";
    assert_eq!(convert(bytes, Some("windows-1251"), 100).0, "<loc>http://a.example/ст</loc>");
    assert_eq!(convert("ß".as_bytes(), Some("windows-1251"), 100).0, "ß");
}

#[test]
fn single_bad_bytes_in_utf8_are_replaced() {
    let text = "äöüßñéèçàâîôû".repeat(3);
    let bytes = [text.as_bytes(), b"\xFF", text.as_bytes(), b"\xC3"].concat();
    for piece in [1, 5, 1000] {
        let (converted, name, invalid) = convert(&bytes, None, piece);
        assert_eq!(converted, format!("{text}\u{FFFD}{text}\u{FFFD}"));
        assert_eq!((name, invalid), ("UTF-8", true));
    }
}
