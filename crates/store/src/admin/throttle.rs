//! Sign-in attempts: counted before they are made, on whatever node, so that guessing gets slower and slower.

use std::time::Duration;

use clock::Timestamp;

use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::sql;
use crate::{Store, StoreError};

/// How a key's failures are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleRule {
    /// So many failures cost nothing.
    pub free: u32,
    /// What the next one costs; each further one costs twice as much.
    pub first_wait: Duration,
    /// The most that one costs.
    pub longest_wait: Duration,
    /// After so long without a failure all is forgotten.
    pub forgotten_after: Duration,
}

impl ThrottleRule {
    /// How long nothing is tried after so many failures.
    fn wait(&self, failures: i64) -> Duration {
        let beyond = failures - i64::from(self.free);
        if beyond <= 0 {
            return Duration::ZERO;
        }
        let doublings = u32::try_from(beyond - 1).unwrap_or(u32::MAX).min(31);
        self.first_wait.saturating_mul(1 << doublings).min(self.longest_wait)
    }
}

/// One attempt to sign in, as it is counted. The keys are opaque.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The account.
    pub account: String,
    /// The address.
    pub address: String,
    /// The account from this address.
    pub pair: String,
    /// For accounts.
    pub account_rule: ThrottleRule,
    /// For addresses.
    pub address_rule: ThrottleRule,
}

/// Whether an attempt may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttled {
    /// It may; it counts as failed until it is told to have gone well.
    Go,
    /// It may not, for so long.
    Wait {
        /// How long.
        retry_after: Duration,
        /// It is the first one to be refused since the last that was made.
        first: bool,
    },
}

/// What is known of a key.
#[derive(Clone, Copy, Debug)]
struct Known {
    failures: i64,
    blocked_until: i64,
    trusted_until: i64,
}

impl Store {
    /// Counts an attempt as failed, unless it has to wait. An account that was used well from this address before is
    /// judged by what happened from this address alone: strangers elsewhere cannot lock its owner out.
    pub async fn begin_attempt(&self, attempt: &Attempt) -> Result<Throttled, StoreError> {
        let now = self.now();
        transaction!(self.db, Size::Small, |tx| {
            let (own, shared) = (attempt.account_rule, attempt.address_rule);
            let pair = lock(tx, &attempt.pair, own, now).await?;
            let is_trusted = pair.trusted_until > now.0;
            let account_key = if is_trusted { &attempt.pair } else { &attempt.account };
            let account = lock(tx, account_key, own, now).await?;
            let address = lock(tx, &attempt.address, shared, now).await?;
            let by_address = if is_trusted { 0 } else { address.blocked_until };
            let blocked = account.blocked_until.max(by_address);
            if blocked > now.0 {
                let first = note_refusal(tx, account_key).await?;
                return Ok(Throttled::Wait { retry_after: Timestamp(blocked).since(now), first });
            }
            count(tx, account_key, account, own, now).await?;
            count(tx, &attempt.address, address, shared, now).await?;
            Ok(Throttled::Go)
        })
    }

    /// Takes back what [`Store::begin_attempt`] counted, since the attempt went well, and trusts the account at this
    /// address until `trusted_until`. Failures of others stay counted.
    pub async fn attempt_went_well(
        &self,
        attempt: &Attempt,
        trusted_until: Timestamp,
    ) -> Result<(), StoreError> {
        let text = "UPDATE sign_in_throttle SET blocked_until = 0, \
                    failures = CASE WHEN failures > 0 THEN failures - 1 ELSE 0 END WHERE key = $1";
        let pair =
            "UPDATE sign_in_throttle SET blocked_until = 0, failures = 0, trusted_until = $2 WHERE key = $1";
        transaction!(self.db, Size::Small, |tx| {
            tx.run(sql(pair).bind(&attempt.pair).bind(trusted_until)).await?;
            tx.run(sql(text).bind(&attempt.account)).await?;
            tx.run(sql(text).bind(&attempt.address)).await?;
            Ok(())
        })
    }

    /// Forgets what was counted under these keys: for a person who locked themselves out.
    pub async fn forget_attempts(&self, keys: &[String]) -> Result<(), StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            for key in keys {
                tx.run(sql("DELETE FROM sign_in_throttle WHERE key = $1").bind(key)).await?;
            }
            Ok(())
        })
    }

    /// Takes away what was not touched since `before` and neither blocks nor trusts any more; how many rows.
    pub async fn prune_attempts(&self, before: Timestamp) -> Result<u64, StoreError> {
        let now = self.now();
        let text =
            "DELETE FROM sign_in_throttle WHERE last_at < $1 AND blocked_until <= $2 AND trusted_until <= $2";
        transaction!(self.db, Size::Small, |tx| { tx.run(sql(text).bind(before).bind(now)).await })
    }
}

/// What is known of a key, which nobody else can change until the transaction ends. Old failures are forgotten.
async fn lock(tx: &mut Tx, key: &str, rule: ThrottleRule, now: Timestamp) -> Result<Known, StoreError> {
    let text = "INSERT INTO sign_in_throttle (key, failures, refused, blocked_until, trusted_until, last_at) \
                VALUES ($1, 0, 0, 0, 0, $2) ON CONFLICT (key) DO UPDATE SET failures = \
                CASE WHEN sign_in_throttle.last_at < $3 THEN 0 ELSE sign_in_throttle.failures END \
                RETURNING failures, blocked_until, trusted_until";
    let query = sql(text).bind(key).bind(now).bind(now.before(rule.forgotten_after));
    let row = tx.row(query).await?.ok_or_else(|| StoreError::Refused("no row came of it".into()))?;
    Ok(Known { failures: row.get(0)?, blocked_until: row.get(1)?, trusted_until: row.get(2)? })
}

async fn count(
    tx: &mut Tx,
    key: &str,
    known: Known,
    rule: ThrottleRule,
    now: Timestamp,
) -> Result<(), StoreError> {
    let failures = known.failures + 1;
    let text = "UPDATE sign_in_throttle SET failures = $2, refused = 0, blocked_until = $3, last_at = $4 WHERE key = $1";
    let query = sql(text).bind(key).bind(failures).bind(now.after(rule.wait(failures))).bind(now);
    tx.run(query).await?;
    Ok(())
}

/// Counts a refusal; whether it is the first one since an attempt was let through.
async fn note_refusal(tx: &mut Tx, key: &str) -> Result<bool, StoreError> {
    let text = "UPDATE sign_in_throttle SET refused = refused + 1 WHERE key = $1 RETURNING refused";
    match tx.row(sql(text).bind(key)).await? {
        Some(row) => Ok(row.get::<i64>(0)? == 1),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_the_first_failure_beyond_the_free_ones_to_the_longest() {
        let rule = ThrottleRule {
            free: 3,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(60),
            forgotten_after: Duration::from_secs(3_600),
        };
        let waits = [0, 3, 4, 5, 6, 9, 40, 1_000, i64::MAX].map(|failures| rule.wait(failures).as_secs());
        assert_eq!(waits, [0, 0, 2, 4, 8, 60, 60, 60, 60]);
    }
}
