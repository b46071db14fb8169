//! The small ciphers that pages hide addresses with, turned back: Cloudflare's, base64, ROT13 and its kin.

/// Longer ciphers are no addresses.
const MAX_CIPHER_BYTES: usize = 4_096;

/// Cloudflare's email protection: hex, each byte XORed with the first.
pub(crate) fn cloudflare(hex: &str) -> Option<String> {
    let hex = hex.trim();
    if hex.len() < 4 || hex.len() > MAX_CIPHER_BYTES {
        return None;
    }
    let mut bytes = hex.as_bytes().chunks_exact(2).map(|pair| {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
    });
    let key = bytes.next()??;
    let plain: Option<Vec<u8>> = bytes.map(|byte| byte.map(|byte| byte ^ key)).collect();
    String::from_utf8(plain?).ok()
}

/// Base64 (standard or URL alphabet, padding optional) that decodes to text without control characters.
pub(crate) fn base64(cipher: &str) -> Option<String> {
    let cipher = cipher.trim().trim_end_matches('=');
    if cipher.len() < 4 || cipher.len() > MAX_CIPHER_BYTES || cipher.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(cipher.len() * 3 / 4);
    let (mut buffer, mut bits) = (0u32, 0);
    for byte in cipher.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        buffer = buffer << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    String::from_utf8(out).ok().filter(|text| !text.chars().any(|c| c.is_control() && !c.is_whitespace()))
}

/// ROT13.
pub(crate) fn rot13(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            'a'..='m' | 'A'..='M' => char::from(character as u8 + 13),
            'n'..='z' | 'N'..='Z' => char::from(character as u8 - 13),
            other => other,
        })
        .collect()
}

/// Every character moved by `offset` in the code table; nothing if one leaves ASCII.
pub(crate) fn shift(text: &str, offset: i8) -> Option<String> {
    text.bytes()
        .map(|byte| {
            byte.checked_add_signed(offset).filter(|byte| (0x20..0x7F).contains(byte)).map(char::from)
        })
        .collect()
}

/// TYPO3's cipher: characters move by `offset` round their own range (`+` to `:`, `@` to `Z`, `a` to `z`).
pub(crate) fn shift_in_ranges(text: &str, offset: i8) -> String {
    let turn = |byte: u8, first: u8, last: u8| {
        let size = i16::from(last - first) + 1;
        let moved = (i16::from(byte - first) + i16::from(offset)).rem_euclid(size);
        char::from(first + u8::try_from(moved).unwrap_or(0))
    };
    text.chars()
        .map(|character| match character as u32 {
            0x2B..=0x3A => turn(character as u8, 0x2B, 0x3A),
            0x40..=0x5A => turn(character as u8, 0x40, 0x5A),
            0x61..=0x7A => turn(character as u8, 0x61, 0x7A),
            _ => character,
        })
        .collect()
}

/// The characters from the last to the first.
pub(crate) fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// `%40` and the like as bytes, what is no UTF-8 replaced.
pub(crate) fn percent_decode(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digit = |offset: usize| bytes.get(at + offset).and_then(|&byte| char::from(byte).to_digit(16));
        match (bytes[at], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphers_are_turned_back() {
        assert_eq!(cloudflare("5a33343c351a3b39373f7435283d").as_deref(), Some("info@acme.org"));
        assert_eq!(cloudflare("5a3"), None);
        assert_eq!(cloudflare("5azz"), None);
        assert_eq!(base64("aW5mb0BhY21lLm9yZw==").as_deref(), Some("info@acme.org"));
        assert_eq!(base64("aW5mb0BhY21lLm9yZw").as_deref(), Some("info@acme.org"));
        assert_eq!(base64("not base64!"), None);
        assert_eq!(rot13("vasb@npzr.bet"), "info@acme.org");
        assert_eq!(shift("jogpAbdnf/psh", -1).as_deref(), Some("info@acme.org"));
        assert_eq!(shift_in_ranges("nbjmup+jogpAbdnf/psh", -1), "mailto*info@acme.org".replace('*', ":"));
        assert_eq!(percent_decode("%69nfo%40acme.org%2"), "info@acme.org%2");
    }
}
