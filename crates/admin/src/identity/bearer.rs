//! Signed tokens (JWT, RFC 7519) for scripts: HS256 alone, short-lived, by keys that are rotated with overlap.
//!
//! No library for them is used: they all bring several algorithms, among them an RSA with an open advisory, where one
//! is wanted. What is verified is the very text that was sent; nothing of it is read before its signature holds, but
//! for the header, which must be one of ours to the letter.

use std::sync::RwLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::{Clock, Timestamp};
use model::{PublicId, RecordKind};
use ring::hmac;
use serde::{Deserialize, Serialize};
use store::{SigningKey, Store, StoreError};

use super::secret;

/// Longest token that is looked at, in bytes.
const BYTES_MAX: usize = 2_048;
/// What the tokens are for, and who makes them.
const ISSUER: &str = "sitelode";
const AUDIENCE: &str = "sitelode-api";
/// What the database calls the keys.
const PURPOSE: &str = "bearer";
/// By how much the clocks of nodes may differ.
const LEEWAY_S: i64 = 30;
/// The database is asked for unknown keys at most this often: anybody can name one.
const RELOAD_EVERY: Duration = Duration::from_secs(2);
/// Keys that are known are asked for anew after this time.
const KNOWN_FOR: Duration = Duration::from_secs(300);

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: PublicId,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
    /// The user's epoch: when it has gone on, the token holds no more.
    epoch: i64,
}

/// The head of a token. Anything else in it, and it is not ours.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// Whom a token that holds speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) user_id: i64,
    pub(super) epoch: i64,
}

/// Makes and reads tokens.
#[derive(Debug)]
pub(super) struct Bearers {
    life: Duration,
    rotation: Duration,
    known: RwLock<Known>,
}

/// The keys as they were when last asked for.
#[derive(Debug, Default)]
struct Known {
    keys: Vec<SigningKey>,
    asked_at: Option<Timestamp>,
}

impl Bearers {
    pub(super) fn new(life: Duration, rotation: Duration) -> Self {
        Self { life, rotation, known: RwLock::default() }
    }

    /// A token for a user, and until when it holds.
    pub(super) async fn issue(
        &self,
        store: &Store,
        clock: &dyn Clock,
        user: Bearer,
    ) -> Result<(String, Timestamp), StoreError> {
        let now = store.now();
        let missing = || StoreError::Corrupt("there is no key to sign with".into());
        let keys = self.keys(store, clock, KNOWN_FOR).await?;
        let key = keys.first().ok_or_else(missing)?;
        let exp = now.after(self.life).0 / 1_000;
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: RecordKind::User.id(user.user_id),
            iat: now.0 / 1_000,
            nbf: now.0 / 1_000,
            exp,
            jti: secret::new(clock),
            epoch: user.epoch,
        };
        Ok((sign(key, &claims)?, Timestamp(exp * 1_000)))
    }

    /// Whom a token speaks for, if it holds now. Whether its user is still the same is for the caller to see.
    pub(super) async fn read(
        &self,
        store: &Store,
        clock: &dyn Clock,
        token: &str,
    ) -> Result<Option<Bearer>, StoreError> {
        let Some(parts) = Parts::of(token) else { return Ok(None) };
        let mut keys = self.keys(store, clock, KNOWN_FOR).await?;
        if !keys.iter().any(|key| key.id == parts.kid) {
            keys = self.keys(store, clock, RELOAD_EVERY).await?;
        }
        let Some(key) = keys.iter().find(|key| key.id == parts.kid) else { return Ok(None) };
        Ok(parts.verified(key).and_then(|claims| judge(&claims, store.now(), self.life)))
    }

    /// The keys, newest first, asked for anew if that was longer ago than `fresh_for`.
    async fn keys(
        &self,
        store: &Store,
        clock: &dyn Clock,
        fresh_for: Duration,
    ) -> Result<Vec<SigningKey>, StoreError> {
        let now = store.now();
        {
            let known = self.known.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            let newest = known.keys.first().map(|key| key.created_at);
            let is_fresh = known.asked_at.is_some_and(|at| at.after(fresh_for) > now);
            if is_fresh && newest.is_some_and(|at| at.after(self.rotation) > now) {
                return Ok(known.keys.clone());
            }
        }
        let id = secret::hex(clock.secret().get(..8).unwrap_or_default());
        let fresh = SigningKey { id, secret: clock.secret().to_vec(), created_at: now };
        let overlap = self.rotation + self.life + Duration::from_secs(LEEWAY_S.unsigned_abs());
        let keys =
            store.signing_keys(PURPOSE, &fresh, now.before(self.rotation), now.before(overlap)).await?;
        let mut known = self.known.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        *known = Known { keys: keys.clone(), asked_at: Some(now) };
        Ok(keys)
    }
}

/// True if a text can be a signed token: what decides between the two kinds of bearer.
pub(super) fn looks_signed(text: &str) -> bool {
    text.len() <= BYTES_MAX && text.matches('.').count() == 2
}

fn sign(key: &SigningKey, claims: &Claims) -> Result<String, StoreError> {
    let header = Header { alg: "HS256".into(), typ: "JWT".into(), kid: key.id.clone() };
    let json = |error: serde_json::Error| StoreError::Refused(error.to_string());
    let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).map_err(json)?);
    let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).map_err(json)?);
    let text = format!("{header}.{claims}");
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key.secret), text.as_bytes());
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// A token taken apart, of which only the header was read.
struct Parts<'a> {
    kid: String,
    signed: &'a str,
    claims: &'a str,
    signature: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Option<Self> {
        if !looks_signed(token) {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        if header.alg != "HS256" || header.typ != "JWT" {
            return None;
        }
        Some(Self { kid: header.kid, signed, claims, signature: URL_SAFE_NO_PAD.decode(signature).ok()? })
    }

    /// The claims, if the signature holds.
    fn verified(&self, key: &SigningKey) -> Option<Claims> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key.secret);
        hmac::verify(&key, self.signed.as_bytes(), &self.signature).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(self.claims).ok()?).ok()
    }
}

/// Whom claims speak for, if they are for us and it is their time.
fn judge(claims: &Claims, now: Timestamp, life: Duration) -> Option<Bearer> {
    let now_s = now.0 / 1_000;
    let longest = i64::try_from(life.as_secs()).unwrap_or(i64::MAX);
    let is_ours = claims.iss == ISSUER && claims.aud == AUDIENCE;
    let is_time = claims.nbf <= now_s + LEEWAY_S && claims.iat <= now_s + LEEWAY_S && claims.exp > now_s;
    let is_short = claims.exp.saturating_sub(claims.iat) <= longest;
    if !(is_ours && is_time && is_short) {
        return None;
    }
    Some(Bearer { user_id: RecordKind::User.number(claims.sub)?, epoch: claims.epoch })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_750_000_000_000);
    const LIFE: Duration = Duration::from_secs(900);

    fn key(secret: &[u8]) -> SigningKey {
        SigningKey { id: "k1".into(), secret: secret.to_vec(), created_at: NOW }
    }

    fn claims() -> Claims {
        let now = NOW.0 / 1_000;
        Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: RecordKind::User.id(7),
            iat: now,
            nbf: now,
            exp: now + 900,
            jti: "j".into(),
            epoch: 3,
        }
    }

    fn read(token: &str) -> Option<Bearer> {
        Parts::of(token)?.verified(&key(b"right")).and_then(|claims| judge(&claims, NOW, LIFE))
    }

    /// A token with this header and these claims, signed with the right key.
    fn made_of(header: &str, claims: &str) -> String {
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, b"right"), text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn a_token_of_ours_holds() {
        let token = sign(&key(b"right"), &claims()).unwrap();
        assert_eq!(read(&token), Some(Bearer { user_id: 7, epoch: 3 }));
    }

    #[test]
    fn claims_that_are_not_for_us_or_not_for_now_do_not_hold() {
        let now = NOW.0 / 1_000;
        for wrong in [
            Claims { exp: now, ..claims() },
            Claims { exp: now - 1, iat: now - 900, nbf: now - 900, ..claims() },
            Claims { nbf: now + 31, ..claims() },
            Claims { iat: now + 31, ..claims() },
            Claims { exp: now + 901, ..claims() },
            Claims { exp: i64::MAX, iat: i64::MIN, ..claims() },
            Claims { iss: "other".into(), ..claims() },
            Claims { aud: "other".into(), ..claims() },
            Claims { sub: RecordKind::Token.id(7), ..claims() },
        ] {
            assert_eq!(read(&sign(&key(b"right"), &wrong).unwrap()), None, "{wrong:?}");
        }
    }

    #[test]
    fn forged_swapped_and_broken_tokens_do_not_hold() {
        let token = sign(&key(b"right"), &claims()).unwrap();
        let [header, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("{token}") };
        let json = serde_json::to_string(&claims()).unwrap();
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT","kid":"k1"}"#);
        let mut tokens = vec![
            sign(&key(b"wrong"), &claims()).unwrap(),
            format!("{none}.{body}."),
            format!("{none}.{body}.{signature}"),
            format!("{header}.{body}."),
            format!("{header}.{body}"),
            format!("{header}.{body}.{signature}="),
            format!("{header}.{body}.{signature}."),
            format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(json.replace(":3", ":4"))),
            String::new(),
            "..".into(),
            "a".repeat(1 << 20),
            format!("{}.{body}.{signature}", "a".repeat(1 << 20)),
        ];
        for header in [
            r#"{"alg":"HS384","typ":"JWT","kid":"k1"}"#,
            r#"{"alg":"RS256","typ":"JWT","kid":"k1"}"#,
            r#"{"alg":"hs256","typ":"JWT","kid":"k1"}"#,
            r#"{"alg":"HS256","typ":"JWT"}"#,
            r#"{"alg":"HS256","typ":"at+jwt","kid":"k1"}"#,
            r#"{"alg":"HS256","typ":"JWT","kid":"k1","crit":["exp"]}"#,
            r#"{"alg":"HS256","typ":"JWT","kid":"k1","jwk":{"kty":"oct","k":"cmlnaHQ"}}"#,
            r#"{"alg":"HS256","alg":"none","typ":"JWT","kid":"k1"}"#,
        ] {
            tokens.push(made_of(header, &json));
        }
        tokens.extend((1..token.len()).map(|end| token[..end].to_owned()));
        for token in tokens {
            assert_eq!(read(&token), None, "{}", &token[..token.len().min(200)]);
        }
    }
}
