//! Secrets that we give out: drawn by the operating system, kept as hashes, compared in constant time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Clock;
use ring::digest;
use subtle::ConstantTimeEq;

/// How many characters a secret has: 256 bits, six in each.
pub(super) const SECRET_CHARS: usize = 43;
/// Letters and digits of passwords that are given out: none is taken for another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567899";

/// A new secret, as text.
pub(super) fn new(clock: &dyn Clock) -> String {
    URL_SAFE_NO_PAD.encode(clock.secret())
}

/// True if a text may be a secret of ours at all.
pub(super) fn is_well_formed(text: &str) -> bool {
    text.len() == SECRET_CHARS && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// What is kept of a secret. It has 256 bits of chance, so that a quick hash is enough.
pub(super) fn hash(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

/// Compares without telling by the time where two differ.
pub(super) fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// A password to be used once: five groups of four letters, 100 bits.
pub(super) fn one_time_password(clock: &dyn Clock) -> String {
    let bytes = clock.secret();
    let letter = |byte: &u8| char::from(LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a'));
    let groups = bytes.chunks(4).take(5).map(|group| group.iter().map(letter).collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

/// Lower-case hexadecimal digits of `bytes`.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use clock::SystemClock;

    use super::*;

    #[test]
    fn secrets_are_well_formed_and_never_the_same() {
        let clock = SystemClock::default();
        let (a, b) = (new(&clock), new(&clock));
        assert!(is_well_formed(&a) && is_well_formed(&b) && a != b);
        assert!(
            !is_well_formed(&a[1..]) && !is_well_formed(&format!("{a}a")) && !is_well_formed(&"ä".repeat(22))
        );
        assert!(is_same(&hash(&a), &hash(&a)) && !is_same(&hash(&a), &hash(&b)) && !is_same(&hash(&a), b""));
    }

    #[test]
    fn one_time_passwords_can_be_read_aloud() {
        let password = one_time_password(&SystemClock::default());
        assert_eq!(password.len(), 24, "{password}");
        assert!(password.chars().all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit()));
    }
}
