//! API tokens as they are written: `slk_`, a public part that finds them, a secret part that proves them.

use clock::Clock;

use super::secret::{self, SECRET_CHARS};

/// What every token begins with, so that scanners for leaked secrets know it.
const MARK: &str = "slk_";
/// Characters of the public part.
const PREFIX_CHARS: usize = 12;

/// A new token: its public part and the whole.
pub(super) fn new(clock: &dyn Clock) -> (String, String) {
    let prefix = secret::hex(clock.secret().get(..PREFIX_CHARS / 2).unwrap_or_default());
    let whole = format!("{MARK}{prefix}_{}", secret::new(clock));
    (prefix, whole)
}

/// The public part of a token, if the text can be one.
pub(super) fn prefix(text: &str) -> Option<&str> {
    if text.len() != MARK.len() + PREFIX_CHARS + 1 + SECRET_CHARS {
        return None;
    }
    let (prefix, secret) = text.strip_prefix(MARK)?.split_at_checked(PREFIX_CHARS)?;
    let is_hex = prefix.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (is_hex && secret::is_well_formed(secret.strip_prefix('_')?)).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use clock::SystemClock;

    use super::*;

    #[test]
    fn a_token_leads_to_its_public_part() {
        let (public, whole) = new(&SystemClock::default());
        assert_eq!(prefix(&whole), Some(public.as_str()));
        assert_ne!(new(&SystemClock::default()).1, whole);
    }

    #[test]
    fn other_texts_are_no_tokens() {
        let whole = new(&SystemClock::default()).1;
        let mut others = vec![
            String::new(),
            "slk_".into(),
            whole.to_uppercase(),
            whole.replacen("slk_", "sl__", 1),
            format!("{whole} "),
            "ä".repeat(30),
            "x".repeat(1 << 20),
            format!("slk_{}", "_".repeat(56)),
        ];
        others.extend((0..whole.len()).map(|end| whole[..end].to_owned()));
        for other in others {
            assert_eq!(prefix(&other), None, "{other}");
        }
    }
}
