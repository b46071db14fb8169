//! Names of people and tokens: one spelling for each, and no two that look alike.

use unicode_normalization::UnicodeNormalization as _;

use super::IdentityError;

/// Longest name of a person, in characters.
const USER_MAX: usize = 64;
/// Longest name of a token, in characters.
const TOKEN_MAX: usize = 100;

/// A person's name in its one spelling, in small letters: as it is shown, compared, and found in the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) key: String,
}

impl Name {
    /// Reads a name. Letters are those of ASCII, so that no two names look the same.
    pub(super) fn parse(text: &str) -> Result<Self, IdentityError> {
        let wrong = |detail: &str| Err(IdentityError::invalid("name", detail));
        if text.len() > USER_MAX * 4 {
            return wrong("a name has at most 64 characters");
        }
        let key: String = text.trim().nfkc().map(|c| c.to_ascii_lowercase()).collect();
        if !(1..=USER_MAX).contains(&key.chars().count()) {
            return wrong("a name has 1 to 64 characters");
        }
        if !key.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@+".contains(&b)) {
            return wrong("a name has letters a to z, digits, and . _ - @ + only");
        }
        if !key.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
            return wrong("a name begins with a letter or a digit");
        }
        Ok(Self { key })
    }
}

/// What a token or the like is called by people.
pub(super) fn label(field: &'static str, text: &str) -> Result<String, IdentityError> {
    let text: String = text.trim().nfc().take(TOKEN_MAX + 1).collect();
    if text.is_empty() || text.chars().count() > TOKEN_MAX || text.chars().any(char::is_control) {
        return Err(IdentityError::invalid(field, "1 to 100 characters, without line breaks"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, key: Option<&str>) {
        assert_eq!(Name::parse(text).ok().map(|name| name.key).as_deref(), key, "{text:?}");
    }

    #[test]
    fn names_have_one_spelling() {
        check("Alice", Some("alice"));
        check("  alice ", Some("alice"));
        check("ＡＬＩＣＥ", Some("alice"));
        check("bob@acme.org", Some("bob@acme.org"));
    }

    #[test]
    fn names_that_look_like_others_or_like_nothing_are_refused() {
        for text in ["", " ", "аlice", "al ice", "a\0b", "local:root", "-rf", "@x", "a\u{200b}b"] {
            check(text, None);
        }
        check(&"a".repeat(64), Some(&"a".repeat(64)));
        check(&"a".repeat(65), None);
        check(&"a".repeat(100_000), None);
    }
}
