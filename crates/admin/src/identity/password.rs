//! What a password must be: long, not the name, and nothing that is tried first.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use super::IdentityError;

/// Least characters (NIST SP 800-63B asks for 8; without a second factor more is wise).
pub(super) const CHARS_MIN: usize = 12;
/// Most bytes: longer ones only cost.
pub(super) const BYTES_MAX: usize = 512;
/// A name of so many characters or more counts when it stands in the password,
const NAME_MIN: usize = 3;
/// which must then have so many characters beside it.
const BESIDE_NAME_MIN: usize = 8;
/// So many characters at most beside a word of the list are no help.
const BESIDE_WORD_MAX: usize = 6;
/// Least different characters.
const DIFFERENT_MIN: usize = 5;
/// Words that, with digits and signs around them, are what is tried first.
const WORDS: &[&str] = &[
    "abc",
    "abcdef",
    "access",
    "admin",
    "administrator",
    "asdf",
    "asdfghjkl",
    "baseball",
    "batman",
    "changeit",
    "changeme",
    "charlie",
    "computer",
    "correcthorsebatterystaple",
    "default",
    "demo",
    "dragon",
    "flower",
    "football",
    "freedom",
    "guest",
    "hello",
    "helloworld",
    "iloveyou",
    "internet",
    "letmein",
    "login",
    "master",
    "monkey",
    "mypassword",
    "newpassword",
    "nothing",
    "operator",
    "passphrase",
    "password",
    "passwordpassword",
    "passwort",
    "princess",
    "qazwsx",
    "qwer",
    "qwerty",
    "qwertyuiop",
    "qwertz",
    "qwertzuiop",
    "root",
    "secret",
    "server",
    "shadow",
    "sitelode",
    "starwars",
    "summer",
    "sunshine",
    "superadmin",
    "superman",
    "supersecret",
    "superuser",
    "temp",
    "temporary",
    "test",
    "testtest",
    "thisisapassword",
    "trustno",
    "user",
    "welcome",
    "whatever",
    "winter",
    "yourpassword",
    "zxcvbnm",
];
/// Rows of keys and other runs; part of one, or several of them, is no password.
const RUNS: &[&str] = &[
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];
/// Longest piece of a password that a run takes away at once.
const RUN_MIN: usize = 4;

/// The one form of a password, however it was typed (NIST SP 800-63B, 5.1.1.2).
pub(super) fn normal(password: &str) -> String {
    password.nfkc().collect()
}

/// Checks a new password.
pub(super) fn check(password: &str, name_key: &str) -> Result<(), IdentityError> {
    let wrong = |detail: &str| Err(IdentityError::invalid("password", detail));
    let chars = password.chars().count();
    if chars < CHARS_MIN {
        return wrong("at least 12 characters");
    }
    if password.len() > BYTES_MAX {
        return wrong("at most 512 bytes");
    }
    if password.chars().collect::<BTreeSet<_>>().len() < DIFFERENT_MIN {
        return wrong("at least 5 different characters");
    }
    let folded = plain(password);
    let beside_name = folded.replace(&plain(name_key), "").chars().count();
    if name_key.len() >= NAME_MIN && beside_name < BESIDE_NAME_MIN {
        return wrong("not made of the name");
    }
    if is_common(&folded, password) || is_repeated(&folded) || is_run(&folded) {
        return wrong("this is one of those that are tried first");
    }
    Ok(())
}

/// Small letters, with digits and signs that stand for letters read as these.
fn plain(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase).map(|c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    });
    letters.collect()
}

/// Words of the list, with hardly anything, or nothing but digits and signs, around and between them.
fn is_common(folded: &str, password: &str) -> bool {
    let is_word = |word: &str| word.is_empty() || WORDS.contains(&word);
    let is_little = |rest: &str, at: usize| {
        let chars = rest.chars().count();
        let mut typed = password.chars().skip(at).take(chars);
        chars <= BESIDE_WORD_MAX || typed.all(|c| !c.is_alphabetic())
    };
    let stands_out = WORDS.iter().filter(|word| word.len() >= BESIDE_WORD_MAX).any(|word| {
        folded.strip_prefix(word).is_some_and(|rest| is_little(rest, word.len()))
            || folded.strip_suffix(word).is_some_and(|rest| is_little(rest, 0))
    });
    stands_out || folded.split(|c: char| !c.is_alphabetic()).all(is_word)
}

/// A short piece again and again.
fn is_repeated(folded: &str) -> bool {
    let chars: Vec<char> = folded.chars().collect();
    (1..=chars.len() / 3).any(|piece| {
        chars.iter().zip(chars.iter().cycle().skip(piece)).take(chars.len() - piece).all(|(a, b)| a == b)
    })
}

/// Rows of keys, forwards or backwards, and little else.
fn is_run(folded: &str) -> bool {
    let runs: Vec<String> =
        RUNS.iter().flat_map(|run| [plain(run), plain(&run.chars().rev().collect::<String>())]).collect();
    let chars: Vec<char> = folded.chars().collect();
    let (mut at, mut left) = (0, 0);
    while at < chars.len() {
        let longest = (RUN_MIN..=chars.len() - at)
            .take_while(|len| {
                let piece: String = chars.iter().skip(at).take(*len).collect();
                runs.iter().any(|run| run.contains(&piece))
            })
            .last();
        match longest {
            Some(len) => at += len,
            None => {
                left += 1;
                at += 1;
            }
        }
    }
    left < RUN_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_passwords_are_taken() {
        for good in [
            "plenty of green turtles",
            "Xk2!vR9#qLmw",
            "mein Hund heißt Rüdiger",
            "k7wq-2mfp-hx9e-ybtd-n3rc",
            "alice likes old bridges",
            "пароль который никто не знает",
        ] {
            assert!(check(good, "alice").is_ok(), "{good}");
        }
    }

    #[test]
    fn bad_passwords_are_refused() {
        for bad in [
            "short",
            "aaaaaaaaaaaaaaaa",
            "password1234",
            "P@ssw0rd!2024",
            "passwordpassword",
            "123456789012",
            "qwertyuiop12",
            "abcabcabcabcabc",
            "alicealice12",
            "Welcome!2025!!",
            "administrator1",
            "abcdefghijkl",
            "lkjhgfdsapoiuytrewq",
            "changeme-2026",
            "hello hello hello",
            &"x1y2z3".repeat(200),
        ] {
            assert!(check(bad, "alice").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_typed_on_another_keyboard_is_the_same() {
        assert_eq!(normal("Ru\u{308}diger"), normal("R\u{fc}diger"));
    }
}
