//! What goes into the log: texts and parameters without secrets, control characters and excess.

use serde_json::{Map, Value};

/// What stands in the place of a secret.
const HIDDEN: &str = "[hidden]";
/// Longest text, in characters; of a longer one the beginning is kept.
const TEXT_MAX: usize = 512;
/// Most items of a list or fields of an object.
const ITEMS_MAX: usize = 100;
/// How deep values may lie in each other.
const DEPTH_MAX: usize = 8;
/// Longest JSON, in bytes; of a longer one only the fields' names are kept.
const JSON_MAX: usize = 16 * 1_024;
/// Words in a field's name that make its value a secret.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "key",
    "apikey",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "private",
];
/// What an API token begins with.
const TOKEN_MARK: &str = "slk_";
/// What a signed token (JWT) begins with: `{"` in base64.
const JWT_MARK: &str = "eyJ";

/// A text as it goes into the log.
pub(super) fn text(text: &str) -> String {
    let mut kept: String =
        text.chars().take(TEXT_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if kept.len() < text.len() && text.chars().nth(TEXT_MAX).is_some() {
        kept.push('…');
    }
    without_secrets(kept)
}

/// A value as it goes into the log: the JSON of it, with the values of `secret_fields`, and of those whose names speak
/// of secrets, hidden.
pub(super) fn json(value: &Value, secret_fields: &[&str]) -> String {
    let full = clean(value, secret_fields, 0).to_string();
    if full.len() <= JSON_MAX {
        return full;
    }
    let names = match value {
        Value::Object(fields) => fields.keys().take(ITEMS_MAX).map(|name| text(name).into()).collect(),
        _ => Vec::new(),
    };
    serde_json::json!({ "too_long_bytes": full.len(), "fields": Value::Array(names) }).to_string()
}

fn clean(value: &Value, secret_fields: &[&str], depth: usize) -> Value {
    match value {
        Value::Array(_) | Value::Object(_) if depth >= DEPTH_MAX => Value::from("…"),
        Value::Array(items) => {
            let mut kept: Vec<Value> =
                items.iter().take(ITEMS_MAX).map(|item| clean(item, secret_fields, depth + 1)).collect();
            if items.len() > ITEMS_MAX {
                kept.push(format!("… {} items", items.len()).into());
            }
            Value::Array(kept)
        }
        Value::Object(fields) => {
            let kept = fields.iter().take(ITEMS_MAX).map(|(name, value)| {
                let hide = secret_fields.contains(&name.as_str()) || (is_secret(name) && holds_secret(value));
                let value = if hide { Value::from(HIDDEN) } else { clean(value, secret_fields, depth + 1) };
                (text(name), value)
            });
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::String(string) => Value::from(text(string)),
        other => other.clone(),
    }
}

/// Numbers and flags are not secret, whatever their field is called; nor is what names a record.
fn holds_secret(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.parse::<model::PublicId>().is_err(),
        _ => true,
    }
}

/// True if a word of the name, in whatever case and however joined, speaks of a secret.
fn is_secret(name: &str) -> bool {
    let mut words = String::new();
    let mut before_is_lower = false;
    for c in name.chars().take(TEXT_MAX) {
        if c.is_uppercase() && before_is_lower {
            words.push(' ');
        }
        words.extend(if c.is_alphanumeric() { c.to_lowercase().next() } else { Some(' ') });
        before_is_lower = c.is_lowercase();
    }
    words
        .split(' ')
        .any(|word| SECRET_WORDS.contains(&word) || SECRET_WORDS.contains(&word.trim_end_matches('s')))
}

/// Hides what looks like a secret wherever it stands in a text: our tokens, signed tokens, passwords in URLs.
fn without_secrets(text: String) -> String {
    if ![TOKEN_MARK, JWT_MARK, "://"].iter().any(|mark| text.contains(mark)) {
        return text;
    }
    let words = text.split_inclusive(is_between_words).map(|word| {
        let body = word.trim_end_matches(is_between_words);
        hide_in_word(body) + word.get(body.len()..).unwrap_or("")
    });
    words.collect()
}

fn is_between_words(c: char) -> bool {
    [' ', '"', '\'', ',', ';', '=', '(', ')', '<', '>'].contains(&c)
}

fn hide_in_word(word: &str) -> String {
    for (at, _) in word.match_indices(TOKEN_MARK) {
        if word.len() - at > TOKEN_MARK.len() + 8 {
            return format!("{}{HIDDEN}", word.get(..at).unwrap_or(""));
        }
    }
    if let Some(at) = word.find(JWT_MARK)
        && word.matches('.').count() >= 2
    {
        return format!("{}{HIDDEN}", word.get(..at).unwrap_or(""));
    }
    let Some((scheme, rest)) = word.split_once("://") else { return word.to_owned() };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let Some((user, _)) = authority.rsplit_once('@') else { return word.to_owned() };
    let Some((name, _)) = user.split_once(':') else { return word.to_owned() };
    let after = rest.get(user.len()..).unwrap_or("");
    format!("{scheme}://{name}:{HIDDEN}{after}")
}

#[cfg(test)]
mod tests {
    use serde_json::json as value;

    use super::*;

    #[test]
    fn secrets_are_hidden_by_the_name_of_their_field() {
        for name in [
            "password",
            "new_password",
            "Password",
            "apiKey",
            "api-key",
            "accessToken",
            "tokens",
            "client_secret",
            "Set-Cookie",
            "private_key",
            "authorization",
        ] {
            let json = json(&value!({ name: "hunter2", "deep": [{ name: ["hunter2"] }] }), &[]);
            assert!(!json.contains("hunter2") && json.contains(HIDDEN), "{json}");
        }
        for name in ["monkey", "keyboard", "tokenizer", "secretary", "pass"] {
            assert!(json(&value!({ name: "plain" }), &[]).contains("plain"), "{name}");
        }
    }

    #[test]
    fn fields_that_are_marked_secret_are_hidden_whatever_their_name() {
        assert_eq!(json(&value!({ "note": "x", "n": 1 }), &["note"]), r#"{"n":1,"note":"[hidden]"}"#);
    }

    #[test]
    fn what_names_a_record_or_is_no_text_stays() {
        let id = model::RecordKind::Token.id(7);
        let json = json(&value!({ "token": id, "tokens_max": 3, "must_change_password": true }), &[]);
        assert!(json.contains(&id.to_string()) && json.contains('3') && !json.contains(HIDDEN), "{json}");
    }

    #[test]
    fn secrets_are_hidden_by_their_looks() {
        for (dirty, clean) in [
            ("used slk_abcdefgh_0123456789 again", "used [hidden] again"),
            ("Bearer eyJhbGciOi.eyJzdWIi.c2ln", "Bearer [hidden]"),
            ("postgres://bob:hunter2@db/x, twice", "postgres://bob:[hidden]@db/x, twice"),
            ("http://bob:a@b:c@host/", "http://bob:[hidden]@host/"),
            ("http://host/a@b:c", "http://host/a@b:c"),
            ("slk_ is what tokens begin with", "slk_ is what tokens begin with"),
        ] {
            assert_eq!(text(dirty), clean);
        }
    }

    #[test]
    fn what_is_too_much_is_cut() {
        assert_eq!(text(&"ä".repeat(2_000)).chars().count(), TEXT_MAX + 1);
        assert_eq!(text("a\0b\nc"), "a b c");
        let mut deep = value!(1);
        for _ in 0..100 {
            deep = value!([deep]);
        }
        assert!(json(&deep, &[]).len() < 40);
        let wide = json(&value!({ "files": vec!["x".repeat(400); 90] }), &[]);
        assert!(wide.contains("too_long_bytes") && wide.contains("files"), "{wide}");
    }
}
