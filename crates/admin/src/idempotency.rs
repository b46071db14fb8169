//! Requests that may come again: done once, answered as often as they come, for a day, on all nodes.

use std::time::Duration;

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{KeyState, RequestKey, Store};

use crate::action::Facts;
use crate::dispatch::{ActionAnswer, ActionRequest, EXECUTION_MAX, caller};
use crate::error::{ActionError, FieldError};
use crate::identity::Principal;

/// How long an answer is kept.
pub const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// Longest key, in characters.
pub const KEY_MAX: usize = 255;
/// What stands in a kept answer where a secret was shown.
const SHOWN_ONCE: &str = "(shown once)";

/// What is to be done with a request.
#[derive(Debug)]
pub enum Begun {
    /// It is to be done; with a key, its answer is to be kept.
    Go(Option<RequestKey>),
    /// It was done: this is the answer.
    Replay(Result<ActionAnswer, ActionError>),
}

/// What is kept of an answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kept {
    Answer(ActionAnswer),
    Error(ActionError),
}

/// The key of a request as it is kept, if it has one.
pub fn request_key(who: &Principal, request: &ActionRequest) -> Option<RequestKey> {
    let key = request.idempotency_key.clone()?;
    Some(RequestKey { caller: caller(who), key, fingerprint: fingerprint(request) })
}

/// Takes the request's key, if it has one.
pub async fn begin(
    store: &Store,
    who: &Principal,
    request: &ActionRequest,
    now: Timestamp,
) -> Result<Begun, ActionError> {
    let Some(key) = request_key(who, request) else { return Ok(Begun::Go(None)) };
    // Twice the longest execution: an answer that comes late is still an answer.
    let busy_until = now.after(EXECUTION_MAX * 2);
    match store.take_request_key(&key, busy_until, now.after(KEPT_FOR), now).await? {
        KeyState::Taken => Ok(Begun::Go(Some(key))),
        KeyState::Other => Err(ActionError::IdempotencyKeyReused),
        KeyState::Busy => Err(ActionError::IdempotencyInProgress),
        KeyState::Interrupted => Err(ActionError::IdempotencyInterrupted),
        KeyState::Answered(kept) => match serde_json::from_str(&kept) {
            Ok(Kept::Answer(answer)) => {
                Ok(Begun::Replay(Ok(ActionAnswer { idempotent_replay: true, ..answer })))
            }
            Ok(Kept::Error(error)) => Ok(Begun::Replay(Err(error))),
            Err(error) => Err(ActionError::Internal(format!("the kept answer can't be read: {error}"))),
        },
    }
}

/// Keeps the answer under the key. Where what was needed was away the key is given back: the request may come again.
pub async fn end(
    store: &Store,
    key: &RequestKey,
    facts: &Facts,
    answer: &Result<ActionAnswer, ActionError>,
) -> Result<(), ActionError> {
    let kept = match answer {
        Err(ActionError::Unavailable(_) | ActionError::CircuitOpen { .. }) => {
            return Ok(store.free_request_key(key).await?);
        }
        Err(error) => Kept::Error(error.clone()),
        Ok(answer) => Kept::Answer(without_secrets(answer, facts)),
    };
    let text = serde_json::to_string(&kept).map_err(|error| ActionError::Internal(error.to_string()))?;
    Ok(store.answer_request_key(key, &text).await?)
}

/// What is wrong with a key, if anything.
pub fn check_key(key: &str) -> Result<(), ActionError> {
    let plain = key.bytes().all(|byte| byte.is_ascii_graphic());
    if plain && (1..=KEY_MAX).contains(&key.len()) {
        return Ok(());
    }
    let detail = format!("the header must have 1 to {KEY_MAX} visible characters");
    Err(ActionError::InvalidPayload(vec![FieldError::new("/Idempotency-Key", detail)]))
}

fn without_secrets(answer: &ActionAnswer, facts: &Facts) -> ActionAnswer {
    let mut answer = answer.clone();
    for field in facts.secrets {
        if let Some(value) = answer.result.get_mut(*field).filter(|value| !value.is_null()) {
            *value = Value::from(SHOWN_ONCE);
        }
    }
    answer
}

/// A digest of what is asked for; objects with the same fields in another order are the same.
fn fingerprint(request: &ActionRequest) -> String {
    let mut digest = Sha256::new();
    // The map of serde_json is sorted, so the text is the same for the same value.
    let text = serde_json::json!([request.kind, request.payload, request.confirm]).to_string();
    digest.update(text.as_bytes());
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn print(payload: &str) -> String {
        let payload = serde_json::from_str(payload).unwrap();
        fingerprint(&ActionRequest { payload, ..ActionRequest::new("job.retry", json!({})) })
    }

    #[test]
    fn the_order_of_fields_makes_no_other_request() {
        assert_eq!(
            print(r#"{"a": 1, "b": [2, {"c": 3, "d": 4}]}"#),
            print(r#"{"b": [2, {"d": 4, "c": 3}], "a": 1}"#)
        );
        assert_ne!(print(r#"{"a": 1}"#), print(r#"{"a": "1"}"#));
    }

    #[test]
    fn keys_are_short_and_visible() {
        for good in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", &"k".repeat(255)] {
            assert!(check_key(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "ä", "a\n", &"k".repeat(256)] {
            assert!(check_key(bad).is_err(), "{bad}");
        }
    }
}
