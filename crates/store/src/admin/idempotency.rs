//! Requests that may come again: the first answer to each key, kept for a while, on all nodes alike.

use clock::Timestamp;

use crate::db::transaction;
use crate::gate::Size;
use crate::sql::sql;
use crate::{Store, StoreError};

/// A request that says by a key of its own that it may come again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestKey {
    /// Who sends it; keys of different callers never meet.
    pub caller: String,
    /// The key.
    pub key: String,
    /// A digest of what is asked for.
    pub fingerprint: String,
}

/// How a key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Nobody has used it: it is taken, and the request is to be done.
    Taken,
    /// It was used for another request.
    Other,
    /// The first request is being done.
    Busy,
    /// Whoever did the first request ended before it was done.
    Interrupted,
    /// The first request was answered so.
    Answered(String),
}

impl Store {
    /// Takes a key for a request that will be done by `busy_until`, unless it is taken already.
    pub async fn take_request_key(
        &self,
        request: &RequestKey,
        busy_until: Timestamp,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<KeyState, StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            let text = "DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND expires_at <= $3";
            tx.run(sql(text).bind(&request.caller).bind(&request.key).bind(now)).await?;
            let text = "INSERT INTO idempotency_keys (caller, key, fingerprint, busy_until, expires_at) \
                        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
            let insert = sql(text).bind(&request.caller).bind(&request.key).bind(&request.fingerprint);
            if tx.run(insert.bind(busy_until).bind(expires_at)).await? == 1 {
                return Ok(KeyState::Taken);
            }
            let text =
                "SELECT fingerprint, answer, busy_until FROM idempotency_keys WHERE caller = $1 AND key = $2";
            let row = tx.row(sql(text).bind(&request.caller).bind(&request.key)).await?;
            let row = row.ok_or_else(|| StoreError::Crossed("the key went while it was looked at".into()))?;
            if row.get::<String>(0)? != request.fingerprint {
                return Ok(KeyState::Other);
            }
            Ok(match row.get::<Option<String>>(1)? {
                Some(answer) => KeyState::Answered(answer),
                None if Timestamp(row.get(2)?) < now => KeyState::Interrupted,
                None => KeyState::Busy,
            })
        })
    }

    /// Keeps the answer to the request that took a key.
    pub async fn answer_request_key(&self, request: &RequestKey, answer: &str) -> Result<(), StoreError> {
        let text =
            "UPDATE idempotency_keys SET answer = $4 WHERE caller = $1 AND key = $2 AND fingerprint = $3";
        transaction!(self.db, Size::Small, |tx| {
            let update = sql(text).bind(&request.caller).bind(&request.key).bind(&request.fingerprint);
            tx.run(update.bind(answer)).await?;
            Ok(())
        })
    }

    /// Gives a key back whose request was not done after all.
    pub async fn free_request_key(&self, request: &RequestKey) -> Result<(), StoreError> {
        let text = "DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND fingerprint = $3 AND answer IS NULL";
        transaction!(self.db, Size::Small, |tx| {
            tx.run(sql(text).bind(&request.caller).bind(&request.key).bind(&request.fingerprint)).await?;
            Ok(())
        })
    }

    /// Forgets keys that have expired, at most so many; how many went.
    pub async fn prune_request_keys(&self, limit: usize, now: Timestamp) -> Result<u64, StoreError> {
        let text = "DELETE FROM idempotency_keys WHERE (caller, key) IN (SELECT caller, key FROM idempotency_keys \
                    WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
        transaction!(self.db, Size::Small, |tx| { tx.run(sql(text).bind(now).bind(limit)).await })
    }
}
